import { InputError } from '../../core/errors.js'
import type { Codec, Decoded } from './codec.js'
import { type OggPage, OggPages } from './ogg-pages.js'

/** Positions further ahead than this are damage. */
const MAX_GAP_SEC = 6 * 3600

/** What packets of one stream hold. */
export interface OggDecoder {
  /** Positions a second. */
  readonly rate: number
  readonly channels: number
  /** Positions before the first sample that is heard. */
  readonly skip: number
  /** Decodes packets, those with headers excepted; nothing comes of those that are damaged. */
  decode(packets: readonly Uint8Array[]): Promise<Float32Array>
  close(): void
}

/** Takes the headers at the start of a stream, packet by packet. */
export interface OggHeaders {
  /** @returns the decoder, when the packet is the last of the headers */
  push(packet: Uint8Array): Promise<OggDecoder | null>
}

/**
 * Decodes the first stream of an Ogg, and those that follow it, as web radio sends them. The positions of the pages say
 * what is missing, and where the last page ends.
 */
export class OggCodec implements Codec {
  readonly #pages = new OggPages()
  readonly #name: string
  readonly #open: (first: Uint8Array) => OggHeaders
  #serial: number | null = null
  #headers: OggHeaders | null = null
  #decoder: OggDecoder | null = null
  /** Where the audio has come to; null: nothing has come. */
  #position: number | null = null
  #skip = 0
  #isEnded = false
  #isDamaged = false

  /**
   * @param name for messages
   * @param open starts to read the headers of a stream; throws where the first packet is of another codec
   */
  constructor(name: string, open: (first: Uint8Array) => OggHeaders) {
    this.#name = name
    this.#open = open
  }

  async *decode(bytes: Uint8Array): AsyncGenerator<Decoded> {
    for (const page of this.#pages.push(bytes)) {
      if (page.isAfterDamage) this.#isDamaged = true
      if (page.isFirst && (this.#isEnded || this.#serial === null)) this.#startStream(page)
      if (page.serial !== this.#serial || this.#isEnded) continue
      yield* this.#decodePage(page)
    }
  }

  async *flush(): AsyncGenerator<Decoded> {
    if (this.#decoder === null) throw new InputError(`${this.#name} is cut off: it ends within the header of an Ogg`)
    // Pages do not say how many there will be, and not all programs mark the last one.
    if (this.#pages.isCut && !this.#isEnded) yield { lostSec: 0, isInside: false }
  }

  close(): void {
    this.#decoder?.close()
    this.#decoder = null
  }

  #startStream(page: OggPage): void {
    const [first] = page.packets
    if (first === undefined) return
    this.close()
    this.#headers = this.#open(first)
    this.#serial = page.serial
    this.#position = null
    this.#isEnded = false
    this.#isDamaged = false
  }

  async *#decodePage(page: OggPage): AsyncGenerator<Decoded> {
    const packets = [...page.packets]
    while (this.#headers !== null && packets.length > 0) {
      this.#decoder = await this.#headers.push(packets.shift()!)
      if (this.#decoder === null) continue
      this.#headers = null
      this.#skip = this.#decoder.skip
    }
    if (this.#decoder !== null && packets.length > 0) yield* this.#decodePackets(packets, page, this.#decoder)
    if (page.isLast) this.#isEnded = true
  }

  async *#decodePackets(
    packets: readonly Uint8Array[],
    { granule, isLast }: OggPage,
    decoder: OggDecoder,
  ): AsyncGenerator<Decoded> {
    const { rate, channels } = decoder
    const samples = await decoder.decode(packets)
    const count = samples.length / channels
    const end = granule ?? (this.#position ?? 0) + count
    const isAlone = this.#position === null && !this.#isDamaged
    // A stream that is joined under way begins where it is joined.
    const position = this.#position ?? (isAlone && !isLast ? Math.max(0, end - count) : 0)
    const gap = end - count - position
    if (gap > 0 && gap < MAX_GAP_SEC * rate) {
      const lost = Math.max(0, gap - this.#skip)
      this.#skip = Math.max(0, this.#skip - gap)
      if (lost > 0) yield { lostSec: lost / rate, isInside: true }
    }
    // The first page may begin before the audio, the last one end after it.
    const excess = Math.max(0, -gap)
    const from = (isAlone && !isLast ? excess : 0) + this.#skip
    const to = isLast && granule !== null ? count - excess : count
    this.#position = end
    this.#skip = Math.max(0, from - count)
    const heard = samples.subarray(from * channels, Math.max(from, to) * channels)
    if (heard.length > 0) yield { samples: heard, channels, sampleRate: rate }
  }
}

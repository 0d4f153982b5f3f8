import type { FastifyRequest } from 'fastify'
import { messageOf } from '../../core/errors.js'
import { clientOf } from '../session-pool/places.js'
import { Refusal } from '../session-pool/refusal.js'
import { RequestFault } from './failures.js'
import { RoomInPieces } from './in-pieces.js'

/** All uploads together may be so many times as large as the largest one. */
const MAX_LARGEST_UPLOADS = 4
/** ... and those of one address so many times. */
const MAX_LARGEST_OF_ONE = 3
/** A body that brings less than this in an idle time is not being sent. */
const MIN_BYTES_IN_IDLE_TIME = 65_536
/** Uploads have gone after so many seconds, more or less. */
const RETRY_SEC = 10
/** Bytes of a field that is no file, and fields. */
const MAX_FIELD_BYTES = 1_000_000
const MAX_FIELDS = 64
const MAX_FILES = 4
/** Who is refused may send the rest for so long: unread, it would take the answer with it. */
const REST_MS = 10_000

/** Bounds what uploads take: memory, for they are never on the disk, and the time of the server. */
export class UploadBudget {
  readonly maxBytes: number
  /** Waits after so many bytes were read; what was sent meanwhile waits in the connection. */
  readonly rest: (bytes: number) => Promise<void>
  /** Seconds that a body may take for the next piece of any size that matters. */
  readonly idleSec: number
  readonly #usedBy = new Map<string, number>()

  /**
   * @param maxBytes of one upload
   * @param rest waits after so many bytes were read
   */
  constructor(maxBytes: number, idleSec: number, rest: (bytes: number) => Promise<void>) {
    this.maxBytes = maxBytes
    this.idleSec = idleSec
    this.rest = rest
  }

  /**
   * Takes room.
   * @throws Refusal when there is none, or one address has too much of it
   */
  take(bytes: number, client: string): void {
    const own = this.#usedBy.get(client) ?? 0
    const all = [...this.#usedBy.values()].reduce((sum, used) => sum + used, 0)
    if (all + bytes > MAX_LARGEST_UPLOADS * this.maxBytes || own + bytes > MAX_LARGEST_OF_ONE * this.maxBytes) {
      throw new Refusal('full', 'too many files are being sent at once', RETRY_SEC)
    }
    this.#usedBy.set(client, own + bytes)
  }

  /** Gives room back. */
  give(bytes: number, client: string): void {
    const left = (this.#usedBy.get(client) ?? 0) - bytes
    if (left > 0) this.#usedBy.set(client, left)
    else this.#usedBy.delete(client)
  }
}

/** A form that was sent: its file and its fields. */
export interface UploadedForm {
  readonly file: { readonly name: string; readonly bytes: Uint8Array } | null
  /** All values of each field; names without the brackets that say that there may be several. */
  readonly fields: ReadonlyMap<string, readonly string[]>
}

/**
 * Reads a form, or a body that is the file itself, and hands it to `use`; its memory is counted until then.
 * @throws RequestFault when it is no form, or does not come; Refusal when it is too large
 */
export async function withForm<Value>(
  request: FastifyRequest,
  uploads: UploadBudget,
  use: (form: UploadedForm) => Promise<Value>,
): Promise<Value> {
  if (!request.isMultipart()) throw new RequestFault('the request is no form (multipart/form-data) with a file', 'file')
  const held = new HeldBytes(uploads, clientOf(request.ip))
  try {
    return await use(await formOf(request, held, uploads.maxBytes))
  } catch (error) {
    leaveRest(request)
    throw error
  } finally {
    held.release()
  }
}

async function formOf(request: FastifyRequest, held: HeldBytes, maxBytes: number): Promise<UploadedForm> {
  const fields = new Map<string, string[]>()
  let file: UploadedForm['file'] = null
  const limits = { fileSize: maxBytes + 1, fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, files: MAX_FILES }
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') {
        const bytes = await held.read(part.file, announced(request))
        file ??= { name: part.filename, bytes }
      } else {
        const name = part.fieldname.replace(/\[\d*\]$/, '')
        fields.set(name, [...(fields.get(name) ?? []), String(part.value)])
      }
    }
  } catch (error) {
    if (error instanceof Refusal || error instanceof RequestFault) throw error
    // The parser has no errors of its own: whatever it throws is about the form.
    throw new RequestFault(`the form cannot be read: ${messageOf(error)}`)
  }
  return { file, fields }
}

/**
 * Reads a body that is the audio itself.
 * @throws RequestFault when it does not come; Refusal when it is too large
 */
export async function withBody<Value>(
  request: FastifyRequest,
  uploads: UploadBudget,
  use: (bytes: Uint8Array) => Promise<Value>,
): Promise<Value> {
  const held = new HeldBytes(uploads, clientOf(request.ip))
  try {
    return await use(await held.read(request.raw, announced(request)))
  } catch (error) {
    leaveRest(request)
    throw error
  } finally {
    held.release()
  }
}

/** Bytes that the client says will come; infinitely many where it does not. */
function announced({ headers }: FastifyRequest): number {
  const length = headers['content-length']
  return length === undefined ? Number.POSITIVE_INFINITY : Number(length)
}

function leaveRest({ raw }: FastifyRequest): void {
  if (raw.readableEnded || raw.destroyed) return
  raw.unpipe()
  raw.resume()
  const timer = setTimeout(() => raw.destroy(), REST_MS).unref()
  raw.once('close', () => clearTimeout(timer))
}

class HeldBytes {
  readonly #uploads: UploadBudget
  readonly #client: string
  #bytes = 0

  constructor(uploads: UploadBudget, client: string) {
    this.#uploads = uploads
    this.#client = client
  }

  async read(stream: AsyncIterable<Uint8Array>, announcedBytes: number): Promise<Uint8Array> {
    const { maxBytes, idleSec } = this.#uploads
    const room = new RoomInPieces(Math.min(maxBytes, announcedBytes), (bytes) => {
      this.#uploads.take(bytes, this.#client)
      this.#bytes += bytes
    })
    for await (const chunk of arriving(stream, 1000 * idleSec)) {
      if (room.filled + chunk.length > maxBytes) {
        throw new Refusal('too-large', `the file is larger than ${Math.round(maxBytes / 1e6)} MB`)
      }
      await room.append(chunk)
      await this.#uploads.rest(chunk.length)
    }
    return room.bytes()
  }

  release(): void {
    this.#uploads.give(this.#bytes, this.#client)
    this.#bytes = 0
  }
}

/**
 * What comes, while it does. Time in which nobody reads does not count.
 * @throws RequestFault when too little comes in the time that is waited
 */
async function* arriving(stream: AsyncIterable<Uint8Array>, idleMs: number): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]()
  let [leftMs, bytes] = [idleMs, 0]
  try {
    for (;;) {
      const began = performance.now()
      const { done, value } = await soon(iterator.next(), leftMs)
      if (done) return
      leftMs -= performance.now() - began
      bytes += value.length
      if (bytes >= MIN_BYTES_IN_IDLE_TIME) [leftMs, bytes] = [idleMs, 0]
      yield value
    }
  } finally {
    // Not waited for: a stream that waits for its next piece does not end before that.
    iterator.return?.().catch(() => undefined)
  }
}

async function soon<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RequestFault('the rest of the body does not come', null, 408)), Math.max(0, ms))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

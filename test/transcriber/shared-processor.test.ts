import { describe, expect, it } from 'vitest'
import type { LoadedModel } from '../../src/backends/contract.js'
import { BackendError } from '../../src/core/errors.js'
import type { ASRProcessor } from '../../src/core/types.js'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import type { Transcriber } from '../../src/transcriber/transcriber.js'
import { eventsOf, finalWords } from '../helpers/scripted-talk.js'

const RATE = 16_000
const audio = (seconds: number) => new Float32Array(seconds * RATE)

/** Says for each update where its audio lies. */
class Ticker implements ASRProcessor {
  #begin = 0
  #end = 0
  failure: Error | null = null

  init(offset = 0) {
    this.#begin = offset
    this.#end = offset
  }

  insertAudioChunk({ length }: Float32Array) {
    this.#end += length / RATE
  }

  async processIter() {
    if (this.failure) throw this.failure
    if (this.#begin === this.#end) return null
    const word = { begin: this.#begin, end: this.#end, text: `${this.#begin}-${this.#end}` }
    this.#begin = this.#end
    return { ...word, words: [word] }
  }

  async finish() {
    return this.processIter()
  }
}

function transcriberOf(give: () => ASRProcessor): Promise<Transcriber> {
  const metadata = { separator: ' ', modelType: 'ticker', modelSize: 'none', language: null }
  const load = async (): Promise<LoadedModel> => ({ processor: give(), metadata })
  const plugins = [{ name: 'ticker', description: 'of the test', load }]
  return createTranscriber({ backend: 'ticker', plugins, minChunkSize: 1, keepLevel: true })
}

const tick = (seconds: number) => Array.from({ length: seconds }, (_, at) => `${at}-${at + 1}`)
const heard = async (transcriber: Transcriber, seconds: number) =>
  finalWords(await eventsOf(transcriber.stream(audio(seconds))))

/** A stream that has begun, and says the rest when it is asked. */
async function begun(transcriber: Transcriber, seconds: number) {
  const stream = transcriber.stream(audio(seconds))
  const first = [(await stream.next()).value!]
  return { end: () => stream.return(), rest: async () => finalWords([...first, ...(await eventsOf(stream))]) }
}

const REFUSED = {
  code: 'ASR_BACKEND',
  message: 'the backend "ticker" gives a processor that another stream is still using',
  hint: expect.stringContaining('must create a new processor for each stream'),
}

describe('a processor of a plugin', () => {
  it('that is new for each stream hears that stream only', async () => {
    await using transcriber = await transcriberOf(() => new Ticker())
    const one = await begun(transcriber, 4)
    expect(await heard(transcriber, 3)).toEqual(tick(3))
    expect(await one.rest()).toEqual(tick(4))
  })

  it('that another stream is using is refused, and that stream goes on unharmed', async () => {
    const processor = new Ticker()
    await using transcriber = await transcriberOf(() => processor)
    const one = await begun(transcriber, 4)
    await expect(heard(transcriber, 3)).rejects.toMatchObject(REFUSED)
    await expect(transcriberOf(() => processor)).rejects.toMatchObject(REFUSED)
    expect(await one.rest()).toEqual(tick(4))
  })

  it('may be given again when its stream has ended, was left or has failed', async () => {
    const processor = new Ticker()
    await using transcriber = await transcriberOf(() => processor)
    expect(await heard(transcriber, 4)).toEqual(tick(4))
    await (await begun(transcriber, 4)).end()
    expect(await heard(transcriber, 3)).toEqual(tick(3))
    processor.failure = new BackendError('no luck')
    await expect(heard(transcriber, 3)).rejects.toThrow('no luck')
    processor.failure = null
    expect(await heard(transcriber, 2)).toEqual(tick(2))
  })

  it('may be given again when a stream with it could not begin', async () => {
    const processor = new Ticker()
    await using transcriber = await transcriberOf(() => processor)
    const init = processor.init
    processor.init = () => {
      throw new Error('not yet')
    }
    await expect(heard(transcriber, 3)).rejects.toThrow('not yet')
    processor.init = init
    expect(await heard(transcriber, 2)).toEqual(tick(2))
  })

  it('is not closed by a transcriber that was given it too, while a stream is using it', async () => {
    let isClosed = false
    const processor = Object.assign(new Ticker(), {
      async close() {
        isClosed = true
      },
    })
    const other = await transcriberOf(() => processor)
    await using transcriber = await transcriberOf(() => processor)
    const one = await begun(transcriber, 3)
    await other.close()
    expect(isClosed).toBe(false)
    expect(await one.rest()).toEqual(tick(3))
    expect(isClosed).toBe(true)
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { checkBackend } from '../../src/testing/index.js'
import { breaches, type Fault, fails, type Options, SOON, transcribe } from './faults.js'
import { GoodRecognizer, METADATA, type Result } from './made-up.js'

const FAULTS: readonly Fault[] = [
  ['no long prompts', ['prompt-long'], /after a long prompt fails/, fails((_, { prompt }) => prompt.length > 1000)],
  [
    'no odd prompts',
    ['prompt-odd'],
    /after a prompt of odd characters fails/,
    fails((_, { prompt }) => prompt.includes('日本語')),
  ],
  [
    'changes the audio that it says it leaves',
    ['audio-untouched'],
    /sample 0 of .* was changed by recognition; work on a copy/,
    transcribe(async (good, audio) => {
      const result = await good()
      audio.fill(0)
      return result
    }),
  ],
  [
    'gives the audio away that it says it leaves',
    ['audio-untouched'],
    /the memory of .* is gone after recognition; send a copy/,
    transcribe(async (good, audio) => {
      const result = await good()
      structuredClone(audio, { transfer: [audio.buffer as ArrayBuffer] })
      return result
    }),
  ],
  [
    'one result for all',
    ['result-untouched', 'concurrent'],
    /each call gives a result of its own/,
    class extends GoodRecognizer {
      readonly #result: Result = { words: [], ends: [] }
      override async transcribe(audio: Float32Array, options: Options): Promise<Result> {
        return Object.assign(this.#result, await super.transcribe(audio, options))
      }
    },
  ],
  [
    'another error when aborted',
    ['abort-before', 'abort-running'],
    /aborted before it began rejects with Error "stopped"; it rejects with signal.reason itself/,
    transcribe(async (good, _, { signal }) =>
      good().catch((error) => {
        throw signal?.aborted ? new Error('stopped') : error
      }),
    ),
  ],
  [
    'does not hear of an abort',
    ['abort-running'],
    /aborted while it ran has not ended after 1 s; look at signal.aborted/,
    transcribe(async (good, audio, { signal }) => {
      signal?.throwIfAborted()
      if (audio.length === 25 * 16_000) await sleep(3000, undefined, { ref: false })
      return good()
    }),
  ],
  [
    'waits with the abort until it has begun',
    ['abort-before'],
    /aborted before it began has not ended after 1 s/,
    transcribe((good, _, { signal }) => (signal?.aborted ? new Promise(() => {}) : good())),
  ],
  [
    'is spoilt by an abort',
    ['after-abort'],
    /an abort ends one call and leaves nothing behind/,
    class extends GoodRecognizer {
      #spoilt = false
      override async transcribe(audio: Float32Array, options: Options): Promise<Result> {
        this.#spoilt ||= options.signal?.aborted === true
        const result = await super.transcribe(audio, options)
        return this.#spoilt ? { words: [], ends: [] } : result
      }
    },
  ],
  [
    'mixes up calls',
    ['concurrent'],
    /alone and .* beside another sound; calls must not share/,
    class extends GoodRecognizer {
      #audio: Float32Array = new Float32Array(0)
      override async transcribe(audio: Float32Array, options: Options): Promise<Result> {
        this.#audio = audio
        await super.transcribe(audio, options)
        return this.result(this.#audio)
      }
    },
  ],
  [
    'one call at a time, with an error of its own',
    ['concurrent'],
    /beside another sound throws Error "busy"; a failure is an error of asr-stream/,
    class extends GoodRecognizer {
      #isBusy = false
      override async transcribe(audio: Float32Array, options: Options): Promise<Result> {
        if (this.#isBusy) throw new Error('busy')
        this.#isBusy = true
        return super.transcribe(audio, options).finally(() => {
          this.#isBusy = false
        })
      }
    },
  ],
  [
    'no recognizer as session',
    ['sessions'],
    /session\(\) gives no recognizer/,
    class extends GoodRecognizer {
      override async session() {
        return {} as GoodRecognizer
      }
    },
  ],
  [
    'a session that closes the model',
    ['sessions'],
    /by another session, after a session was closed, fails: the recognizer is closed/,
    class extends GoodRecognizer {
      override async session() {
        return this
      }
    },
  ],
  [
    'cannot translate and does not say so well',
    ['translation'],
    /setTranslateTask throws TypeError "no"/,
    class extends GoodRecognizer {
      override setTranslateTask() {
        throw new TypeError('no')
      }
    },
  ],
  [
    'an untyped error after close',
    ['after-close'],
    /after close\(\) throws TypeError "model is null"/,
    transcribe(async (good, _audio, _options, asr) => {
      if (asr.closed) throw new TypeError('model is null')
      return good()
    }),
  ],
  [
    'cannot be closed twice',
    ['close-twice'],
    /the second close\(\) fails: closed already; it must not fail/,
    class extends GoodRecognizer {
      override async close() {
        if (this.closed) throw new Error('closed already')
        return super.close()
      }
    },
  ],
]

describe('a recognizer that keeps all rules', () => {
  it('keeps each of them in the verdicts as well', async () => {
    const verdicts = await checkBackend(async () => ({ asr: new GoodRecognizer(), metadata: METADATA }), SOON)
    expect(verdicts.filter(({ verdict }) => verdict !== 'kept')).toEqual([])
    expect(verdicts.length).toBeGreaterThan(25)
  })
})

describe('a recognizer that does what it must not', () => {
  it.each(FAULTS)('%s: breaks %j', async (_, rules, message, Made) => {
    const [broken, first] = await breaches(Made)
    expect(broken).toEqual(rules)
    expect(first).toMatch(message)
  })
})

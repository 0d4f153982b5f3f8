import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { LoadedModel } from '../../src/backends/contract.js'
import type { Segment, Word } from '../../src/core/types.js'
import { checkBackend } from '../../src/testing/index.js'
import { GoodProcessor, METADATA, segmentOf } from './made-up.js'

type Made = new () => GoodProcessor

const SOON = { withinSec: 5, abortWithinSec: 1 }

/** Changes what updates and the end give. */
const answers = (change: (good: Segment) => unknown, empty: { readonly nothing: unknown } = { nothing: null }): Made =>
  class extends GoodProcessor {
    override async processIter(signal?: AbortSignal): Promise<Segment | null> {
      const good = await super.processIter(signal)
      return (good ? change(good) : empty.nothing) as Segment | null
    }
  }

const changedWords = (change: (words: readonly Word[]) => readonly Word[]): Made =>
  answers((good) => ({ ...good, words: change(good.words) }))

const later = (good: Segment, bySec: number): Segment | null =>
  segmentOf(good.words.map(({ begin, end, text }) => ({ begin: begin + bySec, end: end + bySec, text })))

/** What is wrong, the rules that it breaks, and what the message has to say. */
const FAULTS: readonly (readonly [fault: string, rules: readonly string[], message: RegExp, Made: Made])[] = [
  [
    'fails on silence',
    ['plays-silence-1s', 'plays-silence-5s'],
    /a stream of 1 s of silence fails: too quiet; give null where there is nothing/,
    class extends GoodProcessor {
      override insertAudioChunk(audio: Float32Array): void {
        if (audio.length > 160 && audio.every((sample) => sample === 0)) throw new Error('too quiet')
        super.insertAudioChunk(audio)
      }
    },
  ],
  [
    'wants audio in each piece',
    ['empty-pieces'],
    /noise that comes and goes with empty pieces fails: no audio/,
    class extends GoodProcessor {
      override insertAudioChunk(audio: Float32Array): void {
        if (audio.length === 0) throw new Error('no audio')
        super.insertAudioChunk(audio)
      }
    },
  ],
  [
    'cannot change what it computes',
    ['efforts'],
    /noise that comes and goes with setEffort\(\) between updates fails: too late; /,
    class extends GoodProcessor {
      setEffort(): void {
        throw new Error('too late')
      }
    },
  ],
  [
    'nothing as undefined',
    ['segment-shape', 'nothing-is-null'],
    /finish at 0 s of empty audio gives undefined; a segment is/,
    answers((good) => good, { nothing: undefined }),
  ],
  [
    'nothing in the way of Python',
    ['segment-shape', 'nothing-is-null'],
    /finish at 0 s of empty audio gives an array \(\[null,null,""\]\)/,
    answers((good) => good, { nothing: [null, null, ''] }),
  ],
  [
    'segments without words',
    ['segment-shape'],
    /the words of what processIter at 1 s of 1 s of silence gives are undefined/,
    answers(({ begin, end, text }) => ({ begin, end, text })),
  ],
  [
    'segments without text',
    ['segment-shape'],
    /gives a segment without text/,
    answers((good) => ({ ...good, text: '' })),
  ],
  [
    'the last text again at the end',
    ['times-in-order', 'nothing-is-null'],
    /finish for the second time gives {.*}; nothing new is null/,
    class extends GoodProcessor {
      #last: Segment | null = null
      override init(offset?: number): void {
        super.init(offset)
        this.#last = null
      }
      override async processIter(signal?: AbortSignal): Promise<Segment | null> {
        const answer = await super.processIter(signal)
        this.#last = answer ?? this.#last
        return answer
      }
      override async finish(): Promise<Segment | null> {
        return this.#last
      }
    },
  ],
  ['NaN as a time', ['times-finite'], /from 0 to NaN/, answers((good) => ({ ...good, end: Number.NaN }))],
  ['words in reverse', ['times-in-order'], /words are in order/, changedWords((words) => [...words].reverse())],
  [
    'an end before the begin',
    ['times-in-order'],
    /lies from 1 to 0; it must not end before it begins/,
    answers((good) => ({ ...good, begin: good.end, end: good.begin })),
  ],
  [
    'text of audio that is to come',
    ['times-inside'],
    /lies from 0.3 to 1.3; times lie in the audio, from 0 s to 1 s/,
    answers((good) => later(good, 0.3)),
  ],
  [
    'times of its own',
    ['offset'],
    /has a time of 0 s; it counts from 1000 s on/,
    class extends GoodProcessor {
      override init(): void {
        super.init(0)
      }
    },
  ],
  [
    'unconfirmed text as text',
    ['unconfirmed-shape'],
    /unconfirmed\(\) of .* gives a string \(maybe\)/,
    class extends GoodProcessor {
      override unconfirmed() {
        return 'maybe' as unknown as Segment
      }
    },
  ],
  [
    'always has more',
    [
      'plays-one-sample',
      'plays-ten-ms',
      'plays-silence-1s',
      'plays-silence-5s',
      'plays-hum',
      'plays-noise',
      'empty-pieces',
    ].concat(['nothing-is-null', 'offset', 'again', 'again-unfinished', 'after-abort']),
    /fails: hasMore\(\) stays true/,
    class extends GoodProcessor {
      hasMore(): boolean {
        return true
      }
    },
  ],
  [
    'remembers the stream before',
    ['again-unfinished'],
    /after a stream without an end; init forgets everything/,
    class extends GoodProcessor {
      override init(offset = 0): void {
        const { audio } = this
        super.init(offset)
        this.audio = audio
      }
    },
  ],
  [
    'cannot begin again',
    ['again', 'again-unfinished', 'after-abort'],
    /gives .* first and "" after another stream; init forgets everything/,
    class extends GoodProcessor {
      #hasEnded = false
      override async processIter(signal?: AbortSignal): Promise<Segment | null> {
        const answer = await super.processIter(signal)
        return this.#hasEnded ? null : answer
      }
      override async finish(signal?: AbortSignal): Promise<Segment | null> {
        const rest = await super.finish(signal)
        this.#hasEnded = true
        return rest
      }
    },
  ],
  [
    'an end that rejects when it is aborted',
    ['finish-aborted'],
    /finish with an aborted signal rejects with AbortError .*; it gives null or a segment/,
    class extends GoodProcessor {
      override async finish(signal?: AbortSignal): Promise<Segment | null> {
        return this.processIter(signal)
      }
    },
  ],
  [
    'another error when aborted',
    ['abort-before', 'abort-running'],
    /rejects with Error "stopped"; it rejects with signal.reason itself/,
    class extends GoodProcessor {
      override async processIter(signal?: AbortSignal): Promise<Segment | null> {
        return super.processIter(signal).catch((error) => {
          throw signal?.aborted ? new Error('stopped') : error
        })
      }
    },
  ],
  [
    'does not hear of an abort',
    ['abort-running'],
    /aborted while it ran has not ended after 1 s/,
    class extends GoodProcessor {
      override async processIter(signal?: AbortSignal): Promise<Segment | null> {
        signal?.throwIfAborted()
        if (signal) await sleep(3000, undefined, { ref: false })
        return super.processIter()
      }
    },
  ],
  [
    'an untyped error after close',
    ['after-close'],
    /a stream after close\(\) throws TypeError "model is null"/,
    class extends GoodProcessor {
      override async processIter(signal?: AbortSignal): Promise<Segment | null> {
        if (this.closed) throw new TypeError('model is null')
        return super.processIter(signal)
      }
    },
  ],
  [
    'cannot be closed twice',
    ['close-twice'],
    /the second close\(\) fails: closed already/,
    class extends GoodProcessor {
      override async close(): Promise<void> {
        if (this.closed) throw new Error('closed already')
        return super.close()
      }
    },
  ],
]

const load = (Made: Made) => async (): Promise<LoadedModel> => ({ processor: new Made(), metadata: METADATA })

describe('a processor that keeps all rules', () => {
  it('keeps each of them in the verdicts as well', async () => {
    const verdicts = await checkBackend(load(GoodProcessor), SOON)
    expect(verdicts.filter(({ verdict }) => verdict !== 'kept')).toEqual([])
    expect(verdicts.length).toBeGreaterThan(20)
  })
})

describe('a processor with a fault', () => {
  it.each(FAULTS)('%s: breaks %j', async (_, rules, message, Made) => {
    const broken = (await checkBackend(load(Made), SOON)).filter(({ verdict }) => verdict === 'broken')
    expect(broken.map(({ rule }) => rule.id).sort()).toEqual([...rules].sort())
    expect(broken[0]?.message).toMatch(message)
  })
})

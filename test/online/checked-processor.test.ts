import { describe, expect, it } from 'vitest'
import { BackendError, UnexpectedError } from '../../src/core/errors.js'
import type { ASRProcessor, Segment } from '../../src/core/types.js'
import { checkedProcessor } from '../../src/online/checked-processor.js'
import { rememberingLog } from '../helpers/logs.js'

const RATE = 16_000

function giving(answer: () => unknown): ASRProcessor {
  const give = async () => answer() as Segment | null
  return { init() {}, insertAudioChunk() {}, processIter: give, finish: give }
}

const word = { begin: 0, end: 1, text: 'hi' }

describe('what comes in from a processor of a backend', () => {
  it.each<readonly [string, unknown, RegExp]>([
    ["Python's tuple", [null, null, ''], /processIter\(\) gives an array/],
    ['words as tuples', { ...word, words: [[0, 1, 'hi']] }, /word 0 of what processIter\(\) gives is an array/],
    ['no words', word, /the words of what processIter\(\) gives are undefined/],
    ['times that are none', { ...word, begin: Number.NaN, words: [] }, /"hi" .* lies from NaN to 1/],
    ['no text', { begin: 0, end: 1, words: [] }, /text of what processIter\(\) gives is undefined/],
  ])('%s: an error that names the backend', async (_, answer, message) => {
    const call = checkedProcessor(
      giving(() => answer),
      { backend: 'mine' },
    ).processIter()
    await expect(call).rejects.toThrow(message)
    await expect(call).rejects.toThrow(/^the backend "mine": /)
    await expect(call).rejects.toBeInstanceOf(BackendError)
  })

  it('nothing is nothing, and text has no line breaks', async () => {
    expect(
      await checkedProcessor(
        giving(() => undefined),
        { backend: 'mine' },
      ).processIter(),
    ).toBeNull()
    const text = 'two\nlines\u0007'
    const answer = { begin: 0, end: 1, text, words: [{ begin: 0, end: 1, text }] }
    const segment = await checkedProcessor(
      giving(() => answer),
      { backend: 'mine' },
    ).finish()
    expect([segment?.text, segment?.words[0]?.text]).toEqual(['two lines ', 'two lines '])
  })

  it('what it throws is told with the name of the backend', async () => {
    const broken = giving(() => {
      throw new RangeError('off by one')
    })
    const call = checkedProcessor(broken, { backend: 'mine' }).finish()
    await expect(call).rejects.toThrow('the backend "mine" fails while it recognizes: off by one')
    await expect(call).rejects.toBeInstanceOf(UnexpectedError)
  })
})

interface Heard {
  readonly offset?: number
  readonly trusting?: boolean
}

/** What comes of answers, one for each second of audio; the last is that of `finish`. */
async function heard(answers: readonly (readonly [number, number])[], { offset = 0, trusting = false }: Heard = {}) {
  const log = rememberingLog()
  const coming = answers.map(([begin, end]) => ({ begin, end, text: 'hi', words: [{ begin, end, text: 'hi' }] }))
  const processor = checkedProcessor(
    giving(() => coming.shift()),
    { backend: 'mine', log, trusting },
  )
  processor.init(offset)
  const segments: (Segment | null)[] = []
  for (const index of answers.keys()) {
    processor.insertAudioChunk(new Float32Array(RATE))
    segments.push(await (index < answers.length - 1 ? processor.processIter() : processor.finish()))
  }
  const times = segments.map((segment) => [segment?.begin, segment?.end])
  expect(segments.map((segment) => segment?.words.map(({ begin, end }) => [begin, end]))).toEqual(times.map((t) => [t]))
  return { times, warnings: log.warnings }
}

describe('times of a processor of a backend', () => {
  it('stay as they are where they lie in the audio and in order', async () => {
    const times = [
      [0.1, 0.9],
      [0.9, 1.5],
      [2, 3],
    ] as const
    expect(await heard(times)).toEqual({ times, warnings: [] })
    const far = [
      [100.5, 101],
      [101, 101.5],
    ] as const
    expect(await heard(far, { offset: 100 })).toEqual({ times: far, warnings: [] })
  })

  it('are moved into the audio that was given, and no end is before its begin; that is told once', async () => {
    const { times, warnings } = await heard([
      [5, 1],
      [5, 1],
      [5, 1],
    ])
    expect(times).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    expect(warnings).toEqual([
      'the backend "mine" gives impossible times: "hi" lies from 5 to 1 s; nothing ends before it begins',
    ])
  })

  it('are moved behind what is final; that is told once', async () => {
    const { times, warnings } = await heard([
      [0, 1],
      [0, 1],
      [0, 1],
    ])
    expect(times).toEqual([
      [0, 1],
      [1, 1],
      [1, 1],
    ])
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the backend "mine" gives impossible times: "hi" lies from 0 to 1 s, where nothing is before/,
      ),
    ])
  })

  it('that count from the start of the audio are moved to the start of a stream that begins later', async () => {
    const { times, warnings } = await heard([[0, 1]], { offset: 100 })
    expect(times).toEqual([[100, 100]])
    expect(warnings).toHaveLength(1)
  })

  it('are moved by a little without a word', async () => {
    const near = [
      [-0.02, 1.04],
      [0.98, 0.97],
    ] as const
    const moved = [
      [0, 1],
      [1, 1],
    ]
    expect(await heard(near)).toEqual({ times: moved, warnings: [] })
  })

  it('stay as they are where they are trusted', async () => {
    const times = [
      [5, 1],
      [0, 1],
    ] as const
    expect(await heard(times, { trusting: true })).toEqual({ times, warnings: [] })
  })

  it('begin anew with the stream', async () => {
    const processor = checkedProcessor(
      giving(() => ({ ...word, words: [word] })),
      { backend: 'mine' },
    )
    for (let stream = 0; stream < 2; stream++) {
      processor.init()
      processor.insertAudioChunk(new Float32Array(RATE))
      expect(await processor.processIter()).toEqual({ ...word, words: [word] })
    }
  })
})

describe('text of a processor that may still change', () => {
  const having = (unconfirmed: () => unknown) =>
    checkedProcessor(
      { ...giving(() => ({ ...word, words: [word] })), unconfirmed: () => unconfirmed() as Segment | null },
      { backend: 'mine' },
    )

  it('follows what is final', async () => {
    const processor = having(() => ({ begin: 0.9, end: 9, text: 'you', words: [{ begin: 0.9, end: 9, text: 'you' }] }))
    processor.init()
    processor.insertAudioChunk(new Float32Array(2 * RATE))
    await processor.processIter()
    const moved = { begin: 1, end: 2, text: 'you' }
    expect(processor.unconfirmed?.()).toEqual({ ...moved, words: [moved] })
    expect(processor.unconfirmed?.()).toEqual({ ...moved, words: [moved] })
  })

  it('of another shape, or that cannot be had, is told with the name of the backend', () => {
    const misshapen = having(() => 'hi')
    expect(() => misshapen.unconfirmed?.()).toThrow('the backend "mine": unconfirmed() gives a string (hi)')
    expect(() => misshapen.unconfirmed?.()).toThrow(BackendError)
    const failing = having(() => {
      throw new RangeError('off by one')
    })
    expect(() => failing.unconfirmed?.()).toThrow('the backend "mine" fails while it recognizes: off by one')
  })
})

describe('text that comes when audio is given up', () => {
  const givingUp = (segment: unknown) => {
    const gone = { begin: 0, end: 1, inParts: false, inARow: 1 }
    const giveUp = () => ({ ...gone, segment: segment as Segment | null })
    const processor = checkedProcessor({ ...giving(() => null), giveUp }, { backend: 'mine' })
    processor.init()
    processor.insertAudioChunk(new Float32Array(RATE))
    return processor.giveUp
  }

  it('is checked as all text is', () => {
    const late = { begin: 0.5, end: 7, text: 'two\nlines' }
    const whole = { begin: 0.5, end: 1, text: 'two lines' }
    expect(givingUp({ ...late, words: [late] })?.('why')).toEqual({
      ...{ begin: 0, end: 1, inParts: false, inARow: 1 },
      segment: { ...whole, words: [whole] },
    })
    expect(() => givingUp('hi')?.('why')).toThrow('the backend "mine": giveUp() gives a string (hi)')
  })

  it('is not asked for where a processor cannot give up', () => {
    const processor = checkedProcessor(
      giving(() => null),
      { backend: 'mine' },
    )
    expect(processor).not.toHaveProperty('giveUp')
  })
})

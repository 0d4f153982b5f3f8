import { describe, expect, it } from 'vitest'
import { BackendError, UnexpectedError } from '../../src/core/errors.js'
import type { ASRProcessor, Segment } from '../../src/core/types.js'
import { checkedProcessor } from '../../src/online/checked-processor.js'
import { rememberingLog } from '../helpers/logs.js'

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
      'mine',
    ).processIter()
    await expect(call).rejects.toThrow(message)
    await expect(call).rejects.toThrow(/^the backend "mine": /)
    await expect(call).rejects.toBeInstanceOf(BackendError)
  })

  it('nothing is nothing, and text has no line breaks', async () => {
    expect(
      await checkedProcessor(
        giving(() => undefined),
        'mine',
      ).processIter(),
    ).toBeNull()
    const text = 'two\nlines\u0007'
    const answer = { begin: 0, end: 1, text, words: [{ begin: 0, end: 1, text }] }
    const segment = await checkedProcessor(
      giving(() => answer),
      'mine',
    ).finish()
    expect([segment?.text, segment?.words[0]?.text]).toEqual(['two lines ', 'two lines '])
  })

  it('nothing is also what has no text, and a word without any is left out', async () => {
    const given = (text: string, ...texts: readonly string[]) =>
      checkedProcessor(
        giving(() => ({ ...word, text, words: texts.map((one) => ({ ...word, text: one })) })),
        'mine',
      ).processIter()
    for (const empty of [given(''), given('', ''), given(' ', ' '), given('\n', '')]) expect(await empty).toBeNull()
    expect((await given('a', '', 'a'))?.words.map(({ text }) => text)).toEqual(['a'])
  })

  it('text lies in its audio, behind the text before it, and what is far off is told once', async () => {
    const log = rememberingLog()
    const said = [
      [0.5, 2],
      [502, 503],
      [2.5, 3],
      [-4, -3],
      [3, 5.5],
      [504, 505],
    ].map(([begin = 0, end = 0]) => ({
      ...{ begin, end, text: 'hi' },
      words: [{ begin, end, text: 'hi' }],
    }))
    const processor = checkedProcessor(
      giving(() => said.shift()),
      'mine',
      { log },
    )
    processor.init()
    const heard: (readonly number[])[] = []
    for (let update = 0; update < 6; update++) {
      processor.insertAudioChunk(new Float32Array(16_000))
      const segment = await processor.processIter()
      expect(segment?.words).toEqual([{ begin: segment?.begin, end: segment?.end, text: 'hi' }])
      heard.push([segment?.begin ?? 0, segment?.end ?? 0])
    }
    expect(heard).toEqual([
      [0.5, 2],
      [2, 2],
      [2.5, 3],
      [3, 3],
      [3, 5.5],
      [6, 6],
    ])
    expect(log.warnings).toEqual([
      'the backend "mine" gives text from 502.0 to 503.0 s, and has had audio up to 2.0 s; it is moved there',
    ])
  })

  it('text of another stream is not behind that of the one before', async () => {
    const processor = checkedProcessor(
      giving(() => ({ begin: 0, end: 1, text: 'hi', words: [{ begin: 0, end: 1, text: 'hi' }] })),
      'mine',
    )
    for (let stream = 0; stream < 2; stream++) {
      processor.init()
      processor.insertAudioChunk(new Float32Array(32_000))
      expect(await processor.finish()).toMatchObject({ begin: 0, end: 1 })
    }
  })

  it('what it throws is told with the name of the backend', async () => {
    const broken = giving(() => {
      throw new RangeError('off by one')
    })
    const call = checkedProcessor(broken, 'mine').finish()
    await expect(call).rejects.toThrow('the backend "mine" fails while it recognizes: off by one')
    await expect(call).rejects.toBeInstanceOf(UnexpectedError)
  })
})

describe('what a processor gives besides its segments', () => {
  const at = (begin: number, end: number) => ({ begin, end, text: ' a', words: [{ begin, end, text: ' a' }] })

  it('ends no earlier than it begins, unless it is trusted', async () => {
    const inverted = () => at(0.9, 0.2)
    expect(await checkedProcessor(giving(inverted), 'mine').processIter()).toEqual(at(0.9, 0.9))
    expect(await checkedProcessor(giving(inverted), 'mine', { trusting: true }).processIter()).toEqual(at(0.9, 0.2))
  })

  it('is told with the name of the backend where its shape is wrong from the first', () => {
    const wrong = 5 as unknown as Segment
    const broken = { ...giving(() => null), unconfirmed: () => wrong }
    expect(() => checkedProcessor(broken, 'mine').unconfirmed?.()).toThrow(/backend "mine": unconfirmed\(\) gives/)
  })

  it('is left out, and told once, where it is wrong or throws after it was right', () => {
    const [wrong, fails] = [5 as unknown as Segment, new RangeError('off by one')]
    for (const [answers, says] of [
      [[null, wrong, wrong], 'the backend "mine": unconfirmed() gives a number (5); it is left out'],
      [[null, fails, fails], 'the backend "mine" fails while it recognizes: off by one; it is left out'],
    ] as const) {
      const left: (Segment | Error | null)[] = [...answers]
      const log = rememberingLog()
      const unconfirmed = () => {
        const answer = left.shift() ?? null
        if (answer instanceof Error) throw answer
        return answer
      }
      const checked = checkedProcessor({ ...giving(() => null), unconfirmed }, 'mine', { log })
      expect(answers.map(() => checked.unconfirmed?.())).toEqual([null, null, null])
      expect(log.warnings).toEqual([says])
    }
  })

  it('text in a wrong shape is lost, and told', async () => {
    const log = rememberingLog()
    const answers = [
      { ...word, words: [[0, 1, 'hi']] },
      { ...word, words: [word] },
    ]
    const checked = checkedProcessor(
      giving(() => answers.shift()),
      'mine',
      { log },
    )
    await expect(checked.processIter()).rejects.toBeInstanceOf(UnexpectedError)
    expect((await checked.processIter())?.text).toBe('hi')
    expect(log.warnings).toEqual([expect.stringMatching(/^the backend "mine": word 0 .* what it said there is lost$/)])
  })

  it('is a time, or no more than yes and no', () => {
    const given = (utteranceEnd: unknown, hasMore: unknown) =>
      checkedProcessor(
        {
          ...giving(() => null),
          utteranceEnd: () => utteranceEnd as number,
          hasMore: () => hasMore as boolean,
        },
        'mine',
      )
    expect([given(3, true).utteranceEnd?.(), given(3, true).hasMore?.()]).toEqual([3, true])
    expect([given(undefined, undefined).utteranceEnd?.(), given(null, undefined).hasMore?.()]).toEqual([null, false])
    for (const wrong of ['3', Number.NaN, {}]) expect(() => given(wrong, 0).utteranceEnd?.()).toThrow(BackendError)
    for (const wrong of [1, 'yes', Promise.resolve(false)]) {
      expect(() => given(null, wrong).hasMore?.()).toThrow(/backend "mine": hasMore\(\) gives/)
    }
  })

  it('is not asked to give up where it does: it begins anew, and what may change becomes final', async () => {
    const begun: (number | undefined)[] = []
    let heard = 0
    const processor = checkedProcessor(
      {
        ...giving(() => {
          if (heard > 2) throw new RangeError('off by one')
          return null
        }),
        init: (offset) => void begun.push(offset),
        insertAudioChunk: () => void heard++,
        unconfirmed: () => at(1, 1.5),
      },
      'mine',
    )
    processor.init(1)
    for (let update = 0; update < 2; update++) {
      processor.insertAudioChunk(new Float32Array(16_000))
      await processor.processIter()
      processor.unconfirmed?.()
    }
    for (let update = 0; update < 2; update++) {
      processor.insertAudioChunk(new Float32Array(16_000))
      await expect(processor.processIter()).rejects.toThrow('off by one')
    }
    const expected = { segment: at(1, 1.5), begin: 3, end: 5, inParts: false, inARow: 1 }
    expect(processor.giveUp?.('a bug')).toEqual(expected)
    expect(processor.giveUp?.('a bug')).toEqual({ ...expected, segment: null, begin: 5, inARow: 2 })
    expect(begun).toEqual([1, 5, 5])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BackendError, UnexpectedError } from '../../src/core/errors.js'
import type { ASRBase, ASRProcessor, PrefixASR, Word } from '../../src/core/types.js'
import { AlignAttProcessor } from '../../src/online/alignatt/alignatt-processor.js'
import { OnlineASRProcessor } from '../../src/online/local-agreement/online-asr-processor.js'
import { prefixRecognizerOf, recognizerOf } from '../../src/online/recognizer.js'
import { rememberingLog } from '../helpers/logs.js'

const RATE = 16_000

/** A recognizer that gives whatever it is told to give. */
function giving(words: unknown, ends: unknown = []): ASRBase {
  return {
    sep: ' ',
    originalLanguage: 'en',
    transcribe: async () => null,
    tsWords: () => words as readonly Word[],
    segmentsEndTs: () => ends as readonly number[],
    setTranslateTask: () => {},
  }
}

const heard = (words: unknown, ends: unknown = [], seconds = 3, log = rememberingLog()) =>
  recognizerOf(giving(words, ends), { backend: 'mine', log }).transcribe(new Float32Array(seconds * RATE), {
    prompt: '',
  })

describe('what comes in from a recognizer', () => {
  it.each<readonly [string, unknown, unknown, RegExp]>([
    ['tuples', [[0, 0.5, 'hi']], [], /word 0 of tsWords\(\) is an array \(\[0,0.5,"hi"\]\)/],
    [
      "Python's names",
      [{ start: 0, end: 0.5, word: 'hi' }],
      [],
      /the text of word 0 .*"start":0,"end":0.5,"word":"hi"/,
    ],
    ['a text', 'hi there', [], /tsWords\(\) must give an array, gave a string \(hi there\)/],
    ['nothing', undefined, [], /tsWords\(\) must give an array, gave undefined/],
    ['a promise', Promise.resolve([]), [], /tsWords\(\) must give an array, gave a promise/],
    ['a word that is null', [null], [], /word 0 of tsWords\(\) is null/],
    ['times as text', [{ begin: '0', end: '1', text: 'hi' }], [], /begin of word 0 .* is a string \(0\)/],
    ['times that are none', [{ begin: Number.NaN, end: 1, text: 'hi' }], [], /"hi" of the result lies from NaN to 1/],
    ['ends that are no list', [], 3, /segmentsEndTs\(\) must give an array, gave a number \(3\)/],
    ['ends that are none', [], [1, null], /segment end 1 of segmentsEndTs\(\) is null/],
  ])('%s: an error that names the backend, what came and what is expected', async (_, words, ends, message) => {
    const error = await heard(words, ends).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(UnexpectedError)
    expect((error as BackendError).message).toMatch(/^the backend "mine": /)
    expect((error as BackendError).message).toMatch(message)
    expect((error as BackendError).hint).toMatch(
      /^a word is \{ begin, end, text|^empty w|finite numbers|^it is a number/,
    )
  })

  it('text has no line breaks and no control characters, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        const { words } = await heard([{ begin: 0, end: 1, text: `a${text}\n\u001b[2J` }])
        expect(words[0]!.text).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        expect(words[0]!.text.startsWith('a')).toBe(true)
      }),
    )
    expect((await heard([{ begin: 0, end: 1, text: 'two\r\nlines' }])).words[0]!.text).toBe('two lines')
  })

  it('times are in order and inside the audio, whatever they are; those that were are left alone', async () => {
    const time = fc.double({ min: -100, max: 100, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(time, time)), fc.array(time), async (spans, ends) => {
        const { words, segmentEnds } = await heard(
          spans.map(([begin, end]) => ({ begin, end, text: 'x' })),
          ends,
        )
        expect(words).toHaveLength(spans.length)
        for (const [i, { begin, end }] of words.entries()) {
          expect(begin).toBeGreaterThanOrEqual(words[i - 1]?.begin ?? 0)
          expect(end).toBeGreaterThanOrEqual(begin)
          expect(end).toBeLessThanOrEqual(3)
        }
        expect([...segmentEnds]).toEqual([...segmentEnds].sort((a, b) => a - b))
        const again = await heard(words, segmentEnds)
        expect(again.words).toBe(words)
        expect(again.segmentEnds).toBe(segmentEnds)
      }),
    )
  })

  it('tells once of times that no rounding explains, and never of a little', async () => {
    const log = rememberingLog()
    const recognizer = recognizerOf(giving([{ begin: 1200, end: 1300, text: 'ms' }]), { backend: 'mine', log })
    for (let call = 0; call < 3; call++) await recognizer.transcribe(new Float32Array(3 * RATE), { prompt: '' })
    expect(log.warnings).toHaveLength(1)
    expect(log.warnings[0]).toMatch(/the backend "mine" gives impossible times: "ms" lies from 1200 to 1300 s/)
    const quiet = rememberingLog()
    const near = [
      { begin: -0.02, end: 1, text: 'a' },
      { begin: 0.98, end: 0.97, text: 'b' },
      { begin: 0.9, end: 3.4, text: 'c' },
    ]
    await heard(near, [3.04], 3, quiet)
    expect(quiet.warnings).toEqual([])
  })

  it.each([
    ['the end before the begin', { begin: 1, end: 0.5 }, { begin: 1, end: 1 }, '"a" lies from 1 to 0.5 s; a word ends'],
    [
      'an end far over the next word',
      { begin: 0, end: 2.9 },
      { begin: 0, end: 1.5 },
      'and the next one begins at 1.5 s',
    ],
  ])('a word has the times that it can have, and is told of: %s', async (_, given, placed, says) => {
    const log = rememberingLog()
    const next = { begin: 1.5, end: 2, text: 'b' }
    const { words } = await heard([{ ...given, text: 'a' }, next], [], 3, log)
    expect(words).toEqual([{ ...placed, text: 'a' }, next])
    expect(log.warnings).toEqual([expect.stringContaining(says)])
  })

  it('tells once of a probability that is none, as in percent, and keeps the word', async () => {
    const log = rememberingLog()
    const said = [{ begin: 0, end: 1, text: 'a', probability: 87 }]
    const recognizer = recognizerOf(giving(said), { backend: 'mine', log })
    for (let call = 0; call < 3; call++) {
      const { words } = await recognizer.transcribe(new Float32Array(3 * RATE), { prompt: '' })
      expect(words).toEqual([{ begin: 0, end: 1, text: 'a' }])
    }
    expect(log.warnings).toEqual(['the backend "mine" gives 87 as a probability, which is from 0 to 1: it is left out'])
  })

  it('a word without text is left out', async () => {
    const said = ['', 'a', ' ', '\n'].map((text) => ({ begin: 0, end: 1, text }))
    expect((await heard(said)).words.map(({ text }) => text)).toEqual(['a'])
  })

  it('a space is text where words bring their own', async () => {
    const said = ['a', '', ' ', 'b'].map((text) => ({ begin: 0, end: 1, text }))
    const { words } = await recognizerOf({ ...giving(said), sep: '' }).transcribe(new Float32Array(RATE), {
      prompt: '',
    })
    expect(words.map(({ text }) => text).join('')).toBe('a b')
  })

  it('a probability of another kind is an error, none at all is none', async () => {
    for (const key of ['probability', 'confidence']) {
      for (const wrong of ['high', true, {}]) {
        await expect(heard([{ begin: 0, end: 1, text: 'x', [key]: wrong }])).rejects.toThrow(
          `${key} of word 0 of tsWords()`,
        )
      }
      expect((await heard([{ begin: 0, end: 1, text: 'x', [key]: null }])).words).toEqual([
        { begin: 0, end: 1, text: 'x' },
      ])
    }
  })

  it('a probability that is none is left out, the word is not', async () => {
    const { words } = await heard([{ begin: 0, end: 1, text: 'x', probability: 1.0000001 }])
    expect(words).toEqual([{ begin: 0, end: 1, text: 'x' }])
  })

  it('speech without text is seconds, or nothing is known of it', async () => {
    const asking = (given: unknown) =>
      recognizerOf({ ...giving([]), skippedSpeechSec: () => given as number }, { backend: 'mine' }).transcribe(
        new Float32Array(RATE),
        { prompt: '' },
      )
    expect((await asking(1.5)).skippedSpeechSec).toBe(1.5)
    expect((await heard([])).skippedSpeechSec).toBe(0)
    for (const wrong of [-1, Number.NaN, '1']) {
      await expect(asking(wrong)).rejects.toThrow(/the backend "mine": skippedSpeechSec\(\) gives/)
    }
  })

  it('what is told of words that may be missing is yes or no', async () => {
    const answers = { words: [], ended: 'text', skippedSpeechSec: 0, mayLackWords: 'no' } as never
    const asr: PrefixASR = { ...giving([]), transcribeFrom: async () => answers }
    const options = { prompt: '', prefix: [], fromSec: 0, untilSec: 1 }
    await expect(
      prefixRecognizerOf(asr, { backend: 'mine' }).transcribeFrom(new Float32Array(RATE), options),
    ).rejects.toThrow('the backend "mine": mayLackWords of transcribeFrom() is a string (no)')
  })

  it('whatever it throws is told with the name of the backend', async () => {
    const asr = { ...giving([]), transcribe: () => Promise.reject(new TypeError('x is not a function')) }
    const call = recognizerOf(asr, { backend: 'mine' }).transcribe(new Float32Array(9), { prompt: '' })
    await expect(call).rejects.toMatchObject({
      message: 'the backend "mine" fails while it recognizes: x is not a function',
      hint: 'run with --log-level debug for the place',
    })
    await expect(call).rejects.toBeInstanceOf(UnexpectedError)
  })

  it('words after the end of the audio are left out, which is told at the end with their number', async () => {
    const late = [1.5, 2, 2.5].map((begin) => ({ begin, end: begin + 0.5, text: 'late', tokens: [] }))
    const told = async (make: (log: ReturnType<typeof rememberingLog>) => ASRProcessor) => {
      const log = rememberingLog()
      const processor = make(log)
      for (let second = 0; second < 2; second++) {
        processor.insertAudioChunk(new Float32Array(RATE).fill(0.1))
        await processor.processIter()
      }
      await processor.finish()
      await processor.close?.()
      return log.warnings
    }
    const number = /^2 words are left out that start after the end of the audio; .* in seconds from the start/
    const prefix = { ...giving([]), transcribeFrom: async () => ({ words: late, ended: 'text', skippedSpeechSec: 0 }) }
    for (const hallucinates of [true, false]) {
      const guarded = { ...giving(late), hallucinates }
      const attending = { ...prefix, hallucinates } as unknown as PrefixASR
      expect(await told((log) => new OnlineASRProcessor(guarded, { log }))).toEqual([expect.stringMatching(number)])
      expect(await told((log) => new AlignAttProcessor(attending, { log }))).toEqual([expect.stringMatching(number)])
    }
    const inTime = giving([{ begin: 0.1, end: 5, text: 'in time' }])
    expect(await told((log) => new OnlineASRProcessor(inTime, { log }))).toEqual([])
  })

  it('is checked under both policies', async () => {
    const processors = [
      new OnlineASRProcessor(giving([[0, 1, 'hi']])),
      new AlignAttProcessor({ ...giving([]), transcribeFrom: async () => [] as never } as PrefixASR),
      new AlignAttProcessor({
        ...giving([]),
        transcribeFrom: async () => ({ words: [[0, 1, 'hi']], ended: 'text', skippedSpeechSec: 0 }) as never,
      } as PrefixASR),
    ]
    for (const processor of processors) {
      processor.insertAudioChunk(new Float32Array(2 * RATE))
      await expect(processor.processIter()).rejects.toBeInstanceOf(BackendError)
    }
  })
})

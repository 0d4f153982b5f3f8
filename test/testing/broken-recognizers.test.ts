import { describe, expect, it } from 'vitest'
import type { Word } from '../../src/core/types.js'
import { breaches, ends, type Fault, fails, has, isSilent, transcribe, words } from './faults.js'
import { GoodRecognizer, type Result } from './made-up.js'

const FAULTS: readonly Fault[] = [
  ['no separator', ['separator'], /sep is undefined; it is ''/, has({ sep: undefined })],
  ['a senseless maxAudioSec', ['separator'], /maxAudioSec is a number \(0\)/, has({ maxAudioSec: 0 })],
  ['a longest audio as text', ['separator'], /maxAudioSec is a string \(30\)/, has({ maxAudioSec: '30' })],
  ['a delay that is none', ['separator'], /wordDelaySec is a number \(NaN\)/, has({ wordDelaySec: Number.NaN })],
  [
    'no empty audio',
    ['hears-empty'],
    /recognizing empty audio fails: cannot hear/,
    fails(({ length }) => length === 0),
  ],
  ['no single sample', ['hears-one-sample'], /recognizing one sample fails/, fails(({ length }) => length === 1)],
  ['no 10 ms', ['hears-ten-ms'], /recognizing 10 ms of audio fails/, fails(({ length }) => length === 160)],
  [
    'no silence',
    ['hears-silence-1s', 'hears-silence-5s'],
    /recognizing 1 s of silence fails: .*; give no words where there are none/,
    fails((audio) => audio.length > 8000 && isSilent(audio)),
  ],
  ['no long audio', ['hears-long'], /recognizing 32 s of noise .* fails/, fails(({ length }) => length > 480_000)],
  [
    'never ends on silence',
    ['hears-silence-5s'],
    /recognizing 5 s of silence has not ended after 5 s/,
    transcribe((good, audio) => (isSilent(audio) && audio.length > 16_000 ? new Promise(() => {}) : good())),
  ],
  ['words as text', ['words-shape'], /the words of empty audio are a string/, words(() => 'said' as unknown as Word[])],
  [
    'words in the way of Python',
    ['words-shape'],
    /word 0 of 1 s of silence is an array .*; a word is { begin, end, text/,
    words((good) => good.map(({ begin, end, text }) => [begin, end, text] as unknown as Word)),
  ],
  [
    'other names of times',
    ['words-shape'],
    /begin of word 0 of 1 s of silence \("0.0"\) is undefined/,
    words((good) => good.map(({ text }) => ({ start: 0, text }) as unknown as Word)),
  ],
  [
    'probability in percent',
    ['words-shape'],
    /probability of word 0 .* is 90; it is a number from 0 to 1/,
    words((good) => good.map((word) => ({ ...word, probability: 90 }))),
  ],
  [
    'confidence that is no number',
    ['words-shape'],
    /confidence of word 0 .* is NaN; it is a number from 0 to 1/,
    words((good) => good.map((word) => ({ ...word, confidence: Number.NaN }))),
  ],
  [
    'a promise of words',
    ['words-shape'],
    /the words of empty audio are a promise/,
    class extends GoodRecognizer {
      override tsWords(result: Result) {
        return Promise.resolve(result.words) as unknown as Word[]
      }
    },
  ],
  [
    'tsWords that throws',
    ['words-shape'],
    /tsWords of empty audio fails: no words/,
    class extends GoodRecognizer {
      override tsWords(result: Result): readonly Word[] {
        if (result.words.length === 0) throw new Error('no words')
        return result.words
      }
    },
  ],
  ['no ends', ['segment-ends-shape'], /the segment ends of empty audio are undefined/, ends(() => undefined as never)],
  [
    'segments instead of ends',
    ['segment-ends-shape'],
    /segment end 0 of 1 s of silence is an object; it is a number/,
    ends((good) => good.map((end) => ({ end }) as unknown as number)),
  ],
  [
    'NaN as a time',
    ['times-finite'],
    /the word "0.0" of 1 s of silence lies from 0 to NaN; times are finite/,
    words((good) => good.map((word) => ({ ...word, end: Number.NaN }))),
  ],
  ['an endless segment', ['times-finite'], /ends at NaN/, ends((good) => good.map(() => Number.NaN))],
  [
    'an end before the begin',
    ['times-in-order'],
    /the word .* lies from 0.01 to 0; it must not end before it begins/,
    words((good) => good.map((word) => ({ ...word, end: Math.max(0, word.begin - 0.1), begin: word.begin + 0.01 }))),
  ],
  ['words in reverse', ['times-in-order'], /words are in order of their begins/, words((good) => good.reverse())],
  ['ends in reverse', ['times-in-order'], /ends are in order/, ends((good) => good.reverse())],
  [
    'words beyond the audio',
    ['times-inside'],
    /lies from 0.5 to 1.1; times lie in the audio, from 0 s to 1 s/,
    words((good) => good.map((word) => ({ ...word, end: word.end + 0.1 }))),
  ],
  [
    'words before the audio',
    ['times-inside'],
    /from -0.2/,
    words((good) => good.map((word) => ({ ...word, begin: -0.2 }))),
  ],
  [
    'words in empty audio',
    ['times-inside'],
    /of empty audio lies from 0 to 1/,
    words((good, { length }) => (length === 0 ? [{ begin: 0, end: 1, text: 'you' }] : good)),
  ],
  [
    'times of the stream',
    ['times-from-audio', 'growing-buffer'],
    /told to lie at 1000 s of a stream, has a time of 1000/,
    transcribe(async (good, _, { positionSamples = 0 }) => {
      const { words, ends } = await good()
      const shiftSec = positionSamples / 16_000
      return {
        words: words.map(({ begin, end, text }) => ({ begin: begin + shiftSec, end: end + shiftSec, text })),
        ends: ends.map((end) => end + shiftSec),
      }
    }),
  ],
  [
    'a buffer that must not be cut',
    ['growing-buffer'],
    /fails: cannot hear that/,
    fails((_, { positionSamples = 0 }) => positionSamples > 0 && positionSamples < 100_000),
  ],
  [
    'another text each time',
    ['same-again', 'after-abort', 'concurrent', 'sessions'],
    /gives .* first and .* the second time; a word is final/,
    class extends GoodRecognizer {
      static count = 0
      override result(audio: Float32Array): Result {
        const { words, ends } = super.result(audio)
        return {
          words: words.map((word) => ({
            ...word,
            text: `${(this.constructor as typeof GoodRecognizer & { count: number }).count++}`,
          })),
          ends,
        }
      }
      override async session() {
        return this
      }
    },
  ],
]

describe('a recognizer that gives what it must not', () => {
  it.each(FAULTS)('%s: breaks %j', async (_, rules, message, Made) => {
    const [broken, first] = await breaches(Made)
    expect(broken).toEqual(rules)
    expect(first).toMatch(message)
  })
})

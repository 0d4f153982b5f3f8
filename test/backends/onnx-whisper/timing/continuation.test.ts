import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PrefixDecodingResult } from '../../../../src/backends/onnx-whisper/decoding/alignatt-decoding.js'
import { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import { readPrefixResult } from '../../../../src/backends/onnx-whisper/timing/prefix-result.js'
import { EMBEDDED } from '../../../helpers/models.js'

const RATE = 16_000
const POSITIONS = 500
const SEC = 4
const tokenizer = await WhisperTokenizer.load(join(EMBEDDED, 'tokenizer.json'))

/** Noise up to here, so that no word before lies in silence. */
const LOUD_SEC = 3.4

function noise(): Float32Array {
  let state = 1
  return Float32Array.from({ length: SEC * RATE }, (_, i) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return (state / 1_073_741_824 - 1) / (i < LOUD_SEC * RATE ? 10 : 10_000)
  })
}

interface Told extends Partial<Pick<PrefixDecodingResult, 'ended' | 'next'>> {
  readonly prefix?: string
  readonly fromSec?: number
  readonly untilSec?: number
  readonly language?: string
  /** Seconds of each token, prefix included, and of the next one. */
  readonly stepSec?: number
}

/** A text whose tokens are said one after the other, each as long as the others. */
function read(text: string, told: Told = {}) {
  const { prefix = '', fromSec = 0, untilSec = SEC, language = 'en', stepSec = 0.5 } = told
  const tokens = tokenizer.encode(text)
  const prefixTokens = tokenizer.encode(prefix).length
  const last = prefixTokens + tokens.length
  const attention = Array.from({ length: last + 1 }, (_, at) => {
    const begin = at * stepSec * 50
    const end = at === last ? POSITIONS : begin + stepSec * 50
    return Float32Array.from({ length: POSITIONS }, (_, i) => (i >= begin && i < end ? 1 / (end - begin) : 0))
  })
  const { ended = 'attention', next = tokenizer.encode(' more')[0]! } = told
  const decoded: PrefixDecodingResult = {
    tokens,
    probabilities: tokens.map((_, at) => 1 - at / 10),
    attention,
    next,
    ended,
    noSpeechProbability: null,
  }
  const window = { decoded, prefixTokens, audio: noise(), positions: POSITIONS, fromSec, untilSec, language }
  return readPrefixResult(window, tokenizer)
}

const texts = (text: string, told?: Told) => read(text, told).words.map((word) => word.text)
const token = (text: string) => tokenizer.encode(text)[0]!

describe('the last word of a text that goes on', () => {
  it('waits while the next token may belong to it', () => {
    expect(texts(' one two dis', { next: token('posed') })).toEqual([' one', ' two'])
    expect(texts(' dis', { next: token('posed') })).toEqual([])
  })

  it('waits while the next token is the start of a character, which is no punctuation', () => {
    const [half] = tokenizer.encode('判')
    expect(tokenizer.decode([half!])).toBe('\uFFFD')
    expect(texts(' one dis', { next: half! })).toEqual([' one'])
    expect(texts('若干的判', { next: half!, language: 'ja' }).join('')).not.toContain('判')
  })

  it('waits, without spaces, while the next token may belong to it', () => {
    expect(texts('実在', { next: token('の'), language: 'ja' })).toEqual(['実在'])
    expect(texts('実', { next: token('る'), language: 'ja' })).toEqual([])
  })

  it('is whole where the next token begins another', () => {
    expect(texts(' one two', { next: token(' three') })).toEqual([' one', ' two'])
  })

  it('is whole before punctuation, which makes no other word of it', () => {
    for (const sign of ['.', ',', '?']) expect(texts(' one two', { next: token(sign) })).toEqual([' one', ' two'])
  })

  it('is whole where no more audio comes, or no more text', () => {
    const next = token('posed')
    expect(texts(' one dis', { next, untilSec: Number.POSITIVE_INFINITY })).toEqual([' one', ' dis'])
    expect(texts(' one dis', { next, ended: 'text' })).toEqual([' one', ' dis'])
    expect(texts(' one dis', { next, ended: 'stuck' })).toEqual([' one', ' dis'])
    expect(texts(' one dis', { next: null })).toEqual([' one', ' dis'])
  })
})

describe('the words of a text that goes on', () => {
  it('lie where the model looked while it chose them', () => {
    const { words, ended } = read(' one two three')
    expect(ended).toBe('attention')
    expect(words.map(({ begin }) => begin)).toEqual([0, 1, 2].map((at) => expect.closeTo(at * 0.5, 1)))
    expect(words.map(({ end }) => end)).toEqual([1, 2, 3].map((at) => expect.closeTo(at * 0.5, 1)))
    expect(words.map(({ probability }) => probability)).toEqual([1, 0.9, 0.8].map((one) => expect.closeTo(one, 5)))
    expect(words.map(({ tokens }) => tokens)).toEqual([' one', ' two', ' three'].map((text) => tokenizer.encode(text)))
  })

  it('come after those that are final, in time as in the text', () => {
    const { words } = read(' three four', { prefix: ' one two', fromSec: 0.8 })
    expect(words.map(({ text }) => text)).toEqual([' three', ' four'])
    expect(words.map(({ begin }) => begin)).toEqual([1, 1.5].map((sec) => expect.closeTo(sec, 1)))
    const late = read(' three four', { prefix: ' one two', fromSec: 1.2 }).words
    for (const { begin } of late) expect(begin).toBeGreaterThanOrEqual(1.2)
  })

  it('are inside the audio', () => {
    for (const { begin, end } of read(' one two three four', { stepSec: 1.3 }).words) {
      expect(begin).toBeLessThanOrEqual(end)
      expect(end).toBeLessThanOrEqual(SEC)
    }
  })

  it('leave sound unheard where they end before it does', () => {
    const unheard = (text: string, told?: Told) => read(text, told).skippedSpeechSec
    expect(unheard(' one two')).toBeCloseTo(LOUD_SEC - 1, 1)
    expect(unheard(' one two', { untilSec: 2 })).toBeCloseTo(1, 1)
    expect(unheard('', { fromSec: 3 })).toBeCloseTo(LOUD_SEC - 3, 1)
    expect(unheard(' one two', { stepSec: 1.7 })).toBeCloseTo(0, 1)
  })
})

describe('a sign that ends what was said before the audio', () => {
  it('is told with the words behind it, and takes hardly any time', () => {
    const [sign, it] = read('. It was', { fromSec: 0.2 }).words
    expect([sign!.text, it!.text]).toEqual(['.', ' It'])
    expect(sign!.begin).toBeGreaterThan(0.4)
    expect(sign!.end).toBeLessThanOrEqual(it!.begin)
    expect(it!.begin - sign!.begin).toBeLessThan(0.05)
  })

  it('has its own time where nothing is said behind it', () => {
    const [sign] = read('.', { next: token(' more') }).words
    expect(sign!.begin).toBe(0)
    expect(sign!.end).toBeGreaterThan(0)
  })
})

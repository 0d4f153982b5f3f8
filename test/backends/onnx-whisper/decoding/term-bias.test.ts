import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beamSearch } from '../../../../src/backends/onnx-whisper/decoding/beam-search.js'
import { type DecodingOptions, decodeWindow } from '../../../../src/backends/onnx-whisper/decoding/decoding.js'
import { LogitRules } from '../../../../src/backends/onnx-whisper/decoding/logit-rules.js'
import { TermBias } from '../../../../src/backends/onnx-whisper/decoding/term-bias.js'
import type { KeyTerms } from '../../../../src/backends/onnx-whisper/decoding/term-spellings.js'
import { TermTrie } from '../../../../src/backends/onnx-whisper/decoding/term-trie.js'
import { TermWalk } from '../../../../src/backends/onnx-whisper/decoding/term-walk.js'
import { scoresOf } from '../../../../src/backends/onnx-whisper/model/logits.js'
import { config, plain, tokenizer } from '../../../helpers/plain-decoding.js'
import { type Following, ScriptedDecoder } from '../../../helpers/scripted-decoder.js'

const { endOfText } = tokenizer.special
const [A, B, C, D, E] = [11, 12, 13, 14, 15] as const

/** Terms by their tokens. */
const termsOf = (
  spellings: readonly (readonly number[])[],
  texts: Readonly<Record<number, string>> = {},
): KeyTerms => ({
  trie: new TermTrie(spellings.map((tokens) => ({ tokens, startsAnywhere: true }))),
  endsInWord: () => true,
  textOf: (token) => texts[token] ?? `<${token}>`,
})

/** A model that knows these texts: by what was said, what may follow. */
const knowing = (texts: Readonly<Record<string, Readonly<Record<number, number>>>>) =>
  new ScriptedDecoder(config, tokenizer.special, (sampled): Following => {
    const following = texts[sampled.join(' ')] ?? { [endOfText]: 1 }
    return new Map(Object.entries(following).map(([token, probability]) => [Number(token), probability]))
  })

const greedily = (model: ScriptedDecoder, options: Partial<DecodingOptions> = {}) =>
  decodeWindow(model, tokenizer, model.createAudio(), model.createCache(), { ...plain, ...options })
const withBeams = (model: ScriptedDecoder, beams: number, options: Partial<DecodingOptions> = {}) => {
  const caches = Array.from({ length: beams }, () => model.createCache())
  return beamSearch(model, tokenizer, model.createAudio(), caches, { ...plain, ...options })
}
const rounded = (values: readonly number[]) => values.map((value) => Math.round(value * 1e5) / 1e5)

describe('a term that the model finds a little less likely', () => {
  const model = knowing({
    '': { [A]: 0.6, [B]: 0.4 },
    [A]: { [E]: 1 },
    [B]: { [C]: 0.7, [D]: 0.3 },
    [`${B} ${C}`]: { [endOfText]: 1 },
    [`${B} ${D}`]: { [E]: 1 },
  })
  const terms = termsOf([[B, D]])

  it('is taken, with the probabilities that the model gave it', async () => {
    expect((await greedily(model)).tokens).toEqual([A, E])
    const found = await greedily(model, { terms })
    expect(found.tokens).toEqual([B, D, E])
    expect(rounded(found.probabilities)).toEqual([0.4, 0.3, 1])
    expect(found.averageLogProbability).toBeCloseTo(Math.log(0.4 * 0.3) / 4, 5)
    expect(found.noSpeechProbability).toBe((await greedily(model)).noSpeechProbability)
  })

  it('is taken by beams as well', async () => {
    const found = await withBeams(model, 2, { terms })
    expect(found.tokens).toEqual([B, D, E])
    expect(rounded(found.probabilities)).toEqual([0.4, 0.3, 1])
    expect(found.averageLogProbability).toBeCloseTo(Math.log(0.4 * 0.3) / 4, 5)
  })

  it('is not taken where tokens are drawn', async () => {
    const drawn = await greedily(model, { temperature: 0.01 })
    expect(await greedily(model, { temperature: 0.01, terms })).toEqual(drawn)
  })
})

describe('a term that begins and does not go on', () => {
  const model = knowing({
    '': { [A]: 0.6, [B]: 0.4 },
    [A]: { [E]: 1 },
    [B]: { [C]: 1 },
    [`${B} ${C}`]: { [E]: 1 },
  })

  it('is taken back: the model has its way', async () => {
    const alone = await greedily(model)
    for (const term of [
      [B, D],
      [B, C, D],
      [B, C, E, D],
    ]) {
      expect(await greedily(model, { terms: termsOf([term]) }), term.join()).toEqual(alone)
      expect((await withBeams(model, 3, { terms: termsOf([term]) })).tokens, term.join()).toEqual(alone.tokens)
    }
  })

  it('is kept where its rest is the beginning of another token: an inflection', async () => {
    const texts = { [B]: ' bing', [D]: 'ley', [C]: 'leys' }
    const found = await greedily(model, { terms: termsOf([[B, D]], texts) })
    expect(found.tokens).toEqual([B, C, E])
  })

  it('is kept as far as a shorter term goes that is whole', async () => {
    const found = await greedily(model, { terms: termsOf([[B], [B, C, D]]) })
    expect(found.tokens).toEqual([B, C, E])
  })
})

describe('boosts', () => {
  it('never win against the end of the text', async () => {
    const model = knowing({ '': { [A]: 1 }, [A]: { [endOfText]: 0.5, [B]: 0.49 }, [`${A} ${B}`]: { [C]: 1 } })
    const terms = termsOf([[B, C]])
    expect((await greedily(model, { terms })).tokens).toEqual([A])
  })

  it('never win against timestamps', () => {
    const first = tokenizer.special.firstTimestamp
    const rules = new LogitRules(config, tokenizer.special, true)
    const logits = new Float32Array(config.dims.vocabulary).fill(Number.NEGATIVE_INFINITY)
    for (const [token, weight] of [
      [first + 6, 0.3],
      [first + 7, 0.3],
      [A, 0.4],
    ] as const)
      logits[token] = Math.log(weight)
    const scores = scoresOf(logits, config.dims.vocabulary, endOfText, [])
    const terms = termsOf([[A, B]])
    expect(rules.choose(scores, 0, [first, B], new TermBias(terms)).token).toBe(first + 6)
    expect(rules.likeliest(scores, 0, [first, B], 3, new TermWalk(terms))[0]!.token).toBe(first + 6)
  })
})

describe('whatever the terms and whatever is said', () => {
  const LENGTH = 7
  /** A model of few tokens whose answers look like chance, and are the same each time. */
  const odd = (seed: number) =>
    new ScriptedDecoder(config, tokenizer.special, (sampled): Following => {
      if (sampled.length >= LENGTH) return new Map([[endOfText, 1]])
      let state = sampled.reduce((sum, token) => Math.imul(sum ^ token, 0x01000193), seed | 1)
      const weight = () => {
        state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5
        return 0.01 + ((state >>> 8) & 0xffff) / 0x10000
      }
      return new Map([A, B, C, D].map((token) => [token, weight() ** 3]))
    })
  const term = fc.array(fc.constantFrom<number>(A, B, C, D), { minLength: 1, maxLength: 4 })
  const list = fc.array(term, { minLength: 1, maxLength: 4 })
  const plans = fc.record({
    seed: fc.integer(),
    list,
    draft: fc.array(fc.constantFrom<number>(A, B, C, D, E), { maxLength: 9 }),
  })

  it('only whole terms are in a text that the model would not have said', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ seed, list }) => {
        const model = odd(seed)
        const { tokens, probabilities } = await greedily(model, { terms: termsOf(list) })
        expect(tokens).toHaveLength(LENGTH)
        expect(probabilities).toHaveLength(LENGTH)
        for (const [at, token] of tokens.entries()) {
          const row = await model.decode(
            [tokenizer.special.noTimestamps, ...tokens.slice(0, at)],
            at,
            model.createCache(),
          )
          if (row.scores.best[0] === token) continue
          const isInTerm = list.some((one) =>
            one.some((_, back) => one.every((part, i) => tokens[at - back + i] === part)),
          )
          expect(isInTerm, `${tokens.join(' ')} at ${at}, terms ${list.join(' | ')}`).toBe(true)
        }
      }),
      { numRuns: 120 },
    )
  })

  it('a draft, right or wrong, changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ seed, list, draft }) => {
        const model = odd(seed)
        const terms = termsOf(list)
        const alone = await greedily(model, { terms })
        for (const tokens of [draft, alone.tokens, (await greedily(model)).tokens]) {
          const drafted = await greedily(model, { terms, draft: { tokens, held: 0, probabilities: [] } })
          expect(drafted.tokens).toEqual(alone.tokens)
          expect(rounded(drafted.probabilities)).toEqual(rounded(alone.probabilities))
        }
      }),
      { numRuns: 80 },
    )
  })

  it('terms that nobody could say change nothing to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ seed }) => {
        const model = odd(seed)
        const terms = termsOf([[E, A], [E]])
        expect(await greedily(model, { terms })).toEqual(await greedily(model))
        expect(await withBeams(model, 3, { terms })).toEqual(await withBeams(model, 3))
      }),
      { numRuns: 50 },
    )
  })
})

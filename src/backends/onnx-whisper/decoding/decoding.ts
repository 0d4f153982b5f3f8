import { attendedPositions } from '../attention/alignment.js'
import type { EngineRun } from '../model/engine-run.js'
import type { TokenScores } from '../model/logits.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { type DecoderStep, decoderStep } from './decoder-step.js'
import { type Draft, NO_DRAFT } from './draft.js'
import { type Choice, LogitRules } from './logit-rules.js'
import { endOfSpokenRounds } from './repetition.js'
import { type TakenBack, TermBias } from './term-bias.js'
import type { KeyTerms } from './term-spellings.js'

/** How one window is decoded. */
export interface DecodingOptions {
  /** Tokens of text that was said before; the last ones that fit are used. */
  readonly prompt: readonly number[]
  /** Tokens after start-of-transcript: none for English-only models, else language and task. */
  readonly taskTokens: readonly number[]
  /** Whether the model gives times of segments. */
  readonly timestamps: boolean
  /**
   * What the text will probably be, timestamps included. What of it is not held is checked in one call, and changes the
   * cost of decoding, not its result.
   */
  readonly draft: Draft
  /** 0 or absent: the likeliest token each time; above, tokens are drawn, and `draft` is not used. */
  readonly temperature?: number
  /** Encoder positions that hold real audio; absent: all. */
  readonly audioPositions?: number
  /** Terms that are favored where tokens are not drawn; null or absent: none. */
  readonly terms?: KeyTerms | null
  readonly run: EngineRun
}

/** The text of one window, chosen greedily. */
export interface DecodingResult {
  /** Text and timestamp tokens, without end-of-text. */
  readonly tokens: readonly number[]
  /** Probability of each token under the filtered distribution. */
  readonly probabilities: readonly number[]
  /**
   * Where the alignment heads look while each token is chosen, and at last end-of-text: `[heads * positions]` a row,
   * `tokens.length + 1` rows at most. Empty when the model tells nothing.
   */
  readonly attention: readonly Float32Array[]
  /** Mean log probability of the tokens and end-of-text. */
  readonly averageLogProbability: number
  /** Probability in [0, 1] that the window has no speech. */
  readonly noSpeechProbability: number
  /** Whether the text ran into a loop and was cut after the last round that was spoken. */
  readonly looped: boolean
}

/** Whisper samples at most half of its context. */
const MAX_SAMPLED_SHARE = 0.5
/** Draft tokens after a mismatch that are tried at once when the draft is found again. */
const REJOIN_TOKENS = 16

/**
 * Decodes one window greedily, or at a temperature.
 *
 * Ref: openai-whisper decoding.py DecodingTask. The checking of drafts follows speculative decoding (Leviathan et al.
 * 2023) with the last hypothesis in the place of a small model; being greedy, it accepts just what would be chosen.
 *
 * @param cache emptied before use; kept by the caller, as its buffers are large
 */
export async function decodeWindow(
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  audio: EncodedAudio,
  cache: DecoderCache,
  options: DecodingOptions,
): Promise<DecodingResult> {
  const run = new DecodingRun(model, tokenizer, options)
  const context = { model, audio, run: options.run }
  cache.truncate(0)
  let tokens = [...run.prefix, ...run.draft]
  let scoresStart = run.firstScores
  while (!run.done) {
    const step = await decoderStep(context, cache, { tokens, scoresStart, wantsText: run.wantsText })
    options.run.clock.measure('sampling', () => run.accept(tokens, scoresStart, step, audio.positions))
    cache.truncate(run.fedTokens)
    tokens = run.next()
    scoresStart = 0
  }
  return run.result()
}

/** The tokens that every decoding begins with, and how many may follow. */
export function decodingStart(
  { config }: WhisperModel,
  { special }: WhisperTokenizer,
  options: Pick<DecodingOptions, 'prompt' | 'taskTokens' | 'timestamps'>,
): { readonly prefix: readonly number[]; readonly startOfTranscript: number; readonly maxTokens: number } {
  const half = Math.floor(config.dims.textContext * MAX_SAMPLED_SHARE)
  const prompt = options.prompt.slice(-(half - 1))
  const previous = prompt.length > 0 ? [special.startOfPrevious, ...prompt] : []
  const taskTokens = options.timestamps ? options.taskTokens : [...options.taskTokens, special.noTimestamps]
  const prefix = [...previous, special.startOfTranscript, ...taskTokens]
  const maxTokens = Math.min(half, config.dims.textContext - prefix.length)
  return { prefix, startOfTranscript: previous.length, maxTokens }
}

/** The state of one decoding: what was sampled, and what the draft says will come. */
class DecodingRun {
  readonly prefix: readonly number[]
  readonly draft: readonly number[]
  /** The first of the prefix and the draft whose scores are wanted. */
  readonly firstScores: number
  /** Whether tokens are drawn. */
  readonly draws: boolean
  /** Whether the logits of all text tokens are needed. */
  readonly wantsText: boolean
  done = false
  readonly #tokenizer: WhisperTokenizer
  readonly #rules: LogitRules
  readonly #maxTokens: number
  readonly #temperature: number
  readonly #random = randomNumbers()
  readonly #held: number
  readonly #bias: TermBias | null
  readonly #sampled: number[]
  readonly #probabilities: number[]
  readonly #attention: Float32Array[] = []
  readonly #audioPositions: number | undefined
  #attendedAt: ((place: number) => number) | null = null
  #positions = 0
  #sumLogProbability: number
  #noSpeechProbability = 0
  #looped = false
  #isFirst = true

  constructor(model: WhisperModel, tokenizer: WhisperTokenizer, options: DecodingOptions) {
    const { special } = tokenizer
    const { prefix, startOfTranscript, maxTokens } = decodingStart(model, tokenizer, options)
    this.prefix = prefix
    this.#maxTokens = maxTokens
    this.#temperature = options.temperature ?? 0
    this.draws = this.#temperature > 0
    const { tokens, held, probabilities } = model.checksDrafts && !this.draws ? options.draft : NO_DRAFT
    this.draft = tokens.slice(0, this.#maxTokens - 1)
    this.#held = Math.min(held, this.draft.length)
    this.firstScores = this.#held > 0 ? prefix.length - 1 + this.#held : startOfTranscript
    this.#probabilities = probabilities.slice(0, this.#held)
    this.#sampled = this.draft.slice(0, this.#held)
    this.#sumLogProbability = sumOfLogs(this.#probabilities)
    this.#audioPositions = options.audioPositions
    this.#tokenizer = tokenizer
    this.#rules = new LogitRules(model.config, special, options.timestamps)
    this.#bias = options.terms && !this.draws ? new TermBias(options.terms, this.#sampled) : null
    this.wantsText = this.draws || this.#bias !== null
  }

  /** How many tokens that were fed hold: all that were sampled but the last. */
  get fedTokens(): number {
    return this.prefix.length + this.#sampled.length - 1
  }

  /** Samples along the tokens that were fed for as long as they are what greedy decoding chooses. */
  accept(fed: readonly number[], scoresStart: number, step: DecoderStep, positions: number): void {
    let at = scoresStart
    this.#positions = positions
    if (this.#isFirst) {
      this.#isFirst = false
      at = this.prefix.length - 1 + this.#held
      // What is held was speech.
      if (this.#held === 0) this.#noSpeechProbability = this.#rules.noSpeech(step.scores, 0)
      for (let row = this.prefix.length - 1; row < at; row++) this.#attend(step, row)
    }
    for (; at < fed.length; at++) {
      const token = this.#sample(step.scores, at - scoresStart)
      if (token === null) return
      this.#attend(step, at)
      if (!this.done) this.#endWhereStuck()
      if (this.done || token !== fed[at + 1]) return
    }
  }

  #attend(step: DecoderStep, token: number): void {
    const row = step.attentionAt(token)
    if (row) this.#attention.push(row)
  }

  /** The tokens to feed next: the one sampled last, and the draft where it fits again. */
  next(): number[] {
    const last = this.#sampled.at(-1) ?? this.#tokenizer.special.endOfText
    return [last, ...this.#rejoin()]
  }

  result(): DecodingResult {
    const back = this.#bias?.takeBack()
    if (back && back.length < this.#sampled.length) this.#goBack(back)
    const count = this.#sampled.length
    return {
      tokens: this.#sampled,
      probabilities: this.#probabilities,
      attention: this.#attention.slice(0, count + 1),
      averageLogProbability: this.#sumLogProbability / (count + 1),
      noSpeechProbability: this.#noSpeechProbability,
      looped: this.#looped,
    }
  }

  /** Adds the next token; null where the text goes back instead, to before a term that was not said. */
  #sample(scores: TokenScores, row: number): number | null {
    const choice = this.draws
      ? this.#rules.draw(scores, row, this.#sampled, this.#temperature, this.#random())
      : this.#rules.choose(scores, row, this.#sampled, this.#bias)
    const back = this.#bias?.take(choice)
    if (back) {
      this.#goBack(back)
      return null
    }
    this.#add(choice)
    return choice.token
  }

  #goBack({ length, instead }: TakenBack): void {
    this.#sampled.length = length
    this.#probabilities.length = length
    // The row of the token that is replaced holds for the other one too.
    this.#attention.length = Math.min(this.#attention.length, length + 1)
    this.#sumLogProbability = sumOfLogs(this.#probabilities)
    this.#add(instead)
  }

  #add({ token, logProbability }: Choice): void {
    this.#sumLogProbability += logProbability
    if (token === this.#tokenizer.special.endOfText) {
      this.done = true
      return
    }
    this.#sampled.push(token)
    this.#probabilities.push(Math.exp(logProbability))
    if (this.#sampled.length >= this.#maxTokens) this.done = true
  }

  #endWhereStuck(): void {
    const audioPositions = this.#audioPositions ?? this.#positions
    this.#attendedAt ??=
      this.#attention.length > 0 ? attendedPositions(this.#attention, this.#positions, audioPositions) : null
    const isText = (token: number) => this.#tokenizer.isText(token)
    const kept = endOfSpokenRounds(this.#sampled, { isText, attendedAt: this.#attendedAt, audioPositions })
    if (kept === null) return
    this.#sampled.length = kept
    this.#probabilities.length = kept
    this.#sumLogProbability = sumOfLogs(this.#probabilities)
    this.#looped = true
    this.done = true
  }

  /** Where the last two sampled tokens recur in the draft, what follows them there. */
  #rejoin(): readonly number[] {
    const [one, two] = this.#sampled.slice(-2)
    if (two === undefined) return []
    const room = this.#maxTokens - this.#sampled.length - 1
    const expected = this.#sampled.length
    let best = -1
    for (let i = 2; i < this.draft.length; i++) {
      if (this.draft[i - 2] !== one || this.draft[i - 1] !== two) continue
      if (best < 0 || Math.abs(i - expected) < Math.abs(best - expected)) best = i
    }
    return best < 0 ? [] : this.draft.slice(best, best + Math.min(REJOIN_TOKENS, Math.max(0, room)))
  }
}

function sumOfLogs(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, probability) => sum + Math.log(probability), 0)
}

/** The same numbers in [0, 1) for each window, so that the same audio gives the same text. Source: mulberry32. */
function randomNumbers(): () => number {
  let state = 1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

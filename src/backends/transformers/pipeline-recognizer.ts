import type * as Library from '@huggingface/transformers'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { bestPath, type CtcVocabulary, ctcWords } from './ctc-words.js'
import type { PipelineFacts, PipelineLanguage, PipelineSource, RecognizedTexts, Speech } from './messages.js'
import { piecesOf } from './pieces.js'
import { loadSpeechModel, type SpeechParts } from './speech-model.js'
import { splitUnspaced, type Texts, type TimedText } from './texts.js'
import { useOwnTokenTimes } from './token-times.js'

/** Moonshine never says more in a second; what does is caught in a loop. Paper: Jeffries et al. 2024, section 3.2. */
const MAX_TOKENS_PER_SEC = 6.5
/** Tokens of very short audio. */
const MIN_TOKEN_LIMIT = 8
/** Tokens of half a minute: four times as many as Whisper says at once. */
const MAX_TOKENS = 4 * 448
/** From one position of Whisper's encoder to the next. */
const POSITION_SEC = 0.02
/** How a vocabulary writes what stands between words. */
const DELIMITERS = ['|', ' ']

/** A loaded model that recognizes speech, each kind in its own way. */
export class PipelineRecognizer {
  readonly facts: PipelineFacts
  readonly #parts: SpeechParts
  readonly #vocabulary: CtcVocabulary | null
  /** Positions of Whisper's window that hold audio. */
  #positionsWithAudio = 0

  private constructor(parts: SpeechParts) {
    this.#parts = parts
    this.facts = factsOf(parts)
    this.#vocabulary = parts.family === 'ctc' ? vocabularyOf(parts) : null
    if (parts.family === 'whisper') useOwnTokenTimes(parts.library, parts.model, () => this.#positionsWithAudio)
  }

  /** Loads a model. `tell` gets its progress; `signal` stops downloads. */
  static async load(
    source: PipelineSource,
    tell: (text: string) => void,
    signal: AbortSignal,
  ): Promise<PipelineRecognizer> {
    return new PipelineRecognizer(await loadSpeechModel(source, tell, signal))
  }

  /** Releases the model. */
  async close(): Promise<void> {
    await this.#parts.model.dispose()
  }

  /** Recognizes audio of any length, part by part. `throwIfAborted` is called between parts. */
  async recognize({ audio, language, task }: Speech, throwIfAborted: () => void): Promise<RecognizedTexts> {
    let detected: PipelineLanguage | undefined
    let areWords = this.facts.hasWordTimes
    const texts: TimedText[] = []
    for (const { from, to } of piecesOf(audio)) {
      throwIfAborted()
      const piece = audio.subarray(from, to)
      if (language === null && detected === undefined) detected = await this.#detect(piece)
      const recognized = await this.#transcribePiece(
        piece,
        { language: language ?? detected?.code ?? null, task },
        throwIfAborted,
      )
      areWords &&= recognized.areWords
      const offset = from / SAMPLE_RATE
      texts.push(...recognized.texts.map((one) => ({ ...one, begin: one.begin + offset, end: one.end + offset })))
    }
    return { texts, areWords, ...(detected ? { language: detected } : {}) }
  }

  async #transcribePiece(
    audio: Float32Array,
    { language, task }: Omit<Speech, 'audio'>,
    throwIfAborted: () => void,
  ): Promise<Texts> {
    const { library, family, recognize } = this.#parts
    if (family === 'ctc') return { texts: await this.#letters(audio), areWords: true }
    const logits_processor = tokenWatch(library, throwIfAborted)
    const seconds = audio.length / SAMPLE_RATE
    if (family === 'whisper') {
      const told = this.facts.languages.length > 0 ? { language, task } : {}
      const areWords = this.facts.hasWordTimes
      this.#positionsWithAudio = Math.ceil(seconds / POSITION_SEC)
      const result = await recognize(audio, { logits_processor, return_timestamps: areWords ? 'word' : true, ...told })
      const texts = (result.chunks ?? []).map(({ text, timestamp: [begin, end] }) => {
        return { text, begin: begin ?? 0, end: end ?? seconds }
      })
      return { texts: areWords ? texts.flatMap(splitUnspaced) : texts, areWords }
    }
    const max_new_tokens = Math.max(MIN_TOKEN_LIMIT, Math.ceil(seconds * MAX_TOKENS_PER_SEC))
    const told = language === null ? {} : { language }
    const { text } = await recognize(audio, { logits_processor, max_new_tokens, ...told })
    return { texts: [{ begin: 0, end: seconds, text }], areWords: false }
  }

  /** The pipeline gives CTC models' text alone: times come from the frames of the letters. */
  async #letters(audio: Float32Array): Promise<TimedText[]> {
    const { model, processor } = this.#parts
    const { logits } = await model(await processor(audio))
    const frames = logits.dims[1]!
    const stride = model.config.conv_stride?.reduce((product, factor) => product * factor, 1) ?? audio.length / frames
    const path = bestPath(logits.to('float32').data as Float32Array, frames, stride / SAMPLE_RATE)
    return ctcWords(path, this.#vocabulary!).flatMap(splitUnspaced)
  }

  /** The likeliest language by the model's first token. Ref: openai-whisper decoding.py detect_language. */
  async #detect(audio: Float32Array): Promise<PipelineLanguage | undefined> {
    if (this.facts.languages.length === 0) return undefined
    const { library, model, processor } = this.#parts
    const { decoder_start_token_id: start = 0, lang_to_id: ids = {} } = model.generation_config ?? {}
    const { input_features } = (await processor(audio)) as { readonly input_features: object }
    const decoder_input_ids = new library.Tensor('int64', [BigInt(start)], [1, 1])
    const { logits } = await model({ input_features, decoder_input_ids })
    const data = logits.to('float32').data as Float32Array
    const scores = Object.entries(ids).map(([token, id]) => ({ code: codeOf(token), logit: data[id]! }))
    const best = scores.reduce((most, one) => (one.logit > most.logit ? one : most))
    const sum = scores.reduce((total, { logit }) => total + Math.exp(logit - best.logit), 0)
    return { code: best.code, probability: 1 / sum }
  }
}

/**
 * Looks after the tokens of one call: it can be stopped between two of them. It also stops the library's loop over the
 * parts of Whisper's window, which has no end when a part ends at its own begin.
 */
function tokenWatch(library: SpeechParts['library'], throwIfAborted: () => void): object {
  let count = 0
  class Watch extends library.LogitsProcessor {
    override _call(_ids: bigint[][], logits: Library.Tensor): Library.Tensor {
      throwIfAborted()
      if (++count > MAX_TOKENS) throw new Error('the model repeats the same text without end')
      return logits
    }
  }
  const list = new library.LogitsProcessorList()
  list.push(new Watch() as never)
  return list
}

function factsOf({ family, model }: SpeechParts): PipelineFacts {
  const { is_multilingual, lang_to_id = {}, alignment_heads } = model.generation_config ?? {}
  const outputs = model.sessions.decoder_model_merged?.outputNames ?? []
  const hasAttentions = alignment_heads != null && outputs.some((name) => name.startsWith('cross_attentions'))
  return {
    modelType: model.config.model_type,
    family,
    hasWordTimes: family === 'ctc' || (family === 'whisper' && hasAttentions),
    languages: family === 'whisper' && is_multilingual ? Object.keys(lang_to_id).map(codeOf) : [],
  }
}

/** "en" of "<|en|>". */
function codeOf(token: string): string {
  return token.replace(/^<\||\|>$/g, '')
}

function vocabularyOf({ tokenizer }: SpeechParts): CtcVocabulary {
  const texts = new Map([...tokenizer.get_vocab()].map(([text, id]) => [id, text]))
  const blank = tokenizer.pad_token_id ?? 0
  const special = new Set<number>([...tokenizer.all_special_ids, blank])
  return {
    token: (id) => texts.get(id) ?? '',
    isSpecial: (id) => special.has(id),
    isDelimiter: (id) => DELIMITERS.includes(texts.get(id) ?? ''),
    // With `skip_special_tokens` the blanks would be gone before repetitions are, and "HELLO" would be "HELO".
    decode: (ids) =>
      tokenizer
        .decode(
          ids.map((id) => (special.has(id) ? blank : id)),
          {},
        )
        .replaceAll(texts.get(blank) ?? '', ''),
  }
}

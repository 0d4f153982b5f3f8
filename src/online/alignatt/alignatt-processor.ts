import type { PrefixASR, PrefixResult, PrefixWord } from '../../core/prefix-asr.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { ASRProcessor, Effort, GivenUp, Log, Segment } from '../../core/types.js'
import { GrowingAudioBuffer } from '../audio-buffer.js'
import { cutBetween } from '../buffer-trimming.js'
import { inOrderFrom } from '../clean-words.js'
import { LeftOut } from '../hallucination/left-out.js'
import { SkippedAudio } from '../ledger/skipped-audio.js'
import { prefixRecognizerOf } from '../recognizer.js'
import { LanguageTurns } from '../result-language.js'
import { longerText, placedAt, plainSegmentOf } from '../segment.js'
import { WordlessAudio } from '../wordless-audio.js'
import { type AlignAttOptions, AUDIO_MAX_LEN_SEC, distanceOf } from './alignatt-options.js'
import { type JudgedPrefixResult, PrefixHypotheses } from './prefix-hypotheses.js'
import { contextFollowedBy } from './rolling-context.js'
import { isNothing, remedyFor, STUCK_SEC } from './wordless-speech.js'

/** At the end of the stream less speech than this is no word. */
const LAST_SKIPPED_SEC = 0.3
/** The most new audio that is transcribed at once, in seconds. */
const STEP_SEC = 2
const NOTHING_RECOGNIZED = 'sound in which nothing was recognized'
/** The last audio is transcribed without context at most so often. */
const LAST_ROUNDS = 3

/**
 * AlignAtt streaming: committed text is a forced prefix, and the model goes on after it until its attention is near the end
 * of the audio. Text is final after one update, and is never decoded again.
 *
 * Paper: Papi, Turchi, Negri 2023. Ref: SimulStreaming (Macháček and Polák 2025), whose way with context it follows.
 */
export class AlignAttProcessor implements ASRProcessor {
  readonly #asr: PrefixASR
  readonly #thresholdSec: number
  #maxSec: number
  readonly #initPrompt: string
  readonly #log: Log | undefined
  readonly #hypotheses: PrefixHypotheses
  readonly #leftOut: LeftOut
  readonly #skipped: SkippedAudio
  readonly #onProgress: AlignAttOptions['onProgress']
  #audio!: GrowingAudioBuffer
  /** The final words of the audio in the buffer, in seconds of the stream. */
  #words: readonly PrefixWord[] = []
  readonly #unreported: PrefixWord[] = []
  #context = ''
  /** What was said last, whether it still is context or not: the context of the next utterance. */
  #lastSaid = ''
  #committedEnd = 0
  /** Up to where the audio is transcribed. */
  #transcribedUntil = 0
  #hasNewAudio = false
  #skippedSpeechSec = 0
  #unheardVoiceSec = 0
  #wordless = new WordlessAudio()
  #givenUpInARow = 0
  #language = new LanguageTurns()

  constructor(asr: PrefixASR, options: AlignAttOptions = {}) {
    this.#asr = asr
    this.#thresholdSec = distanceOf(options)
    this.#maxSec = Math.min(options.audioMaxLenSec ?? AUDIO_MAX_LEN_SEC, asr.maxAudioSec ?? Number.POSITIVE_INFINITY)
    this.#initPrompt = options.initPrompt ?? ''
    this.#log = options.log
    const filters = options.hallucinationFilter ?? asr.hallucinates ?? false
    this.#hypotheses = new PrefixHypotheses(prefixRecognizerOf(asr, options), options, filters)
    this.#leftOut = new LeftOut(options.log, options.ledger)
    this.#skipped = new SkippedAudio(options.log, options.ledger)
    this.#onProgress = options.onProgress
    this.init()
  }

  init(offset = 0): void {
    this.#audio = new GrowingAudioBuffer(offset)
    this.#words = []
    this.#unreported.length = 0
    this.#skippedSpeechSec = 0
    this.#wordless = new WordlessAudio()
    this.#context = this.#initPrompt
    this.#lastSaid = this.#initPrompt
    this.#committedEnd = offset
    this.#transcribedUntil = offset
    this.#hasNewAudio = false
    this.#givenUpInARow = 0
    this.#language = new LanguageTurns()
  }

  resume(offset: number): void {
    this.#audio = new GrowingAudioBuffer(offset)
    this.#context = this.#lastSaid
    this.#committedEnd = Math.max(offset, this.#committedEnd)
    this.#transcribedUntil = offset
    this.#wordless = new WordlessAudio()
  }

  insertAudioChunk(audio: Float32Array): void {
    this.#audio.append(audio)
    this.#hasNewAudio ||= audio.length > 0
  }

  async processIter(signal?: AbortSignal): Promise<Segment | null> {
    if (!this.#hasNewAudio) return null
    await this.#transcribe(this.#thresholdSec, signal)
    this.#hasNewAudio = false
    return this.#report()
  }

  async finish(signal?: AbortSignal): Promise<Segment | null> {
    for (let round = 0; round < LAST_ROUNDS && !signal?.aborted && this.#audio.length > 0; round++) {
      await this.#transcribe(0, signal)
      if (this.#skippedSpeechSec < LAST_SKIPPED_SEC) break
      this.#startAfresh()
    }
    const behindSec = Math.max(this.#audio.offsetSec, this.#committedEnd)
    this.#skipped.endWithVoice({ behindSec, voiceSec: this.#unheardVoiceSec }, this.#audio.endSec)
    this.#unheardVoiceSec = 0
    this.#leftOut.settle(Number.POSITIVE_INFINITY, this.#words)
    this.#audio.end()
    this.#words = []
    this.#hasNewAudio = false
    return this.#report()
  }

  setEffort({ windowSec }: Effort): void {
    this.#maxSec = Math.min(windowSec, this.#asr.maxAudioSec ?? Number.POSITIVE_INFINITY)
  }

  /** Says what was left out of the stream, and closes the recognizer. */
  async close(): Promise<void> {
    this.#leftOut.tell()
    await this.#asr.close?.()
  }

  /** Gives up the audio after the final words that was transcribed, or was about to be, and the context that goes with it. */
  giveUp(reason: string): GivenUp {
    const begin = Math.max(this.#committedEnd, this.#audio.offsetSec)
    const end = Math.max(begin, Math.min(this.#audio.endSec, this.#transcribedUntil + STEP_SEC))
    this.#skipped.mark(begin, end, reason)
    this.#startAfresh(end)
    this.#transcribedUntil = end
    this.#committedEnd = end
    this.#lastSaid = ''
    this.#hasNewAudio = this.#audio.length > 0
    return { segment: this.#report(), begin, end, inParts: false, inARow: ++this.#givenUpInARow }
  }

  /**
   * Lets the text go on up to a distance from the end of the audio. Much new audio is transcribed step by step: a model
   * that has to say much at once skips whole sentences.
   */
  async #transcribe(distanceSec: number, signal: AbortSignal | undefined): Promise<void> {
    // It stands where no more is heard without the prefix, whose words the model may take for those that are lacking.
    let lacking: readonly PrefixWord[] | null = null
    for (let isAgain = false, isLast = false; !isLast; ) {
      const until = Math.min(this.#audio.endSec, this.#transcribedUntil + STEP_SEC)
      this.#trim(until)
      const partSec = Math.min(until - this.#audio.offsetSec, this.#asr.maxAudioSec ?? Number.POSITIVE_INFINITY)
      const partEnd = this.#audio.offsetSec + partSec
      isLast = partEnd >= this.#audio.endSec
      const result = await this.#transcribeFrom(partSec, isLast ? distanceSec : this.#thresholdSec, signal)
      this.#givenUpInARow = 0
      const words: readonly PrefixWord[] = longerText(this.#placed(result.words), lacking)
      const isPrompted = this.#words.length > 0 || this.#context !== ''
      lacking = result.mayLackWords && isPrompted && !isAgain ? words : null
      if (lacking !== null) {
        if (this.#words.length === 0) this.#startAfresh()
        else this.#cut(this.#committedEnd)
        isAgain = true
        isLast = false
        continue
      }
      this.#commit(words)
      this.#skippedSpeechSec = result.skippedSpeechSec
      this.#unheardVoiceSec = result.unheardVoiceSec
      if (this.#followLanguage(result)) {
        isLast = false
        continue
      }
      if (this.#unstick(result, partEnd) && !isAgain) {
        isAgain = true
        isLast = false
        continue
      }
      isAgain = false
      this.#transcribedUntil = partEnd
      const wordsEndSec = Math.max(this.#audio.offsetSec, this.#committedEnd)
      const heard = this.#audio.samples().subarray(0, Math.round(partSec * SAMPLE_RATE))
      this.#cut(this.#wordless.cutAfter({ isNothing: isNothing(result, heard), untilSec: partEnd, wordsEndSec }))
      if (!isLast)
        this.#onProgress?.({ recognizedSec: partEnd, unconfirmed: plainSegmentOf(this.#unreported, this.#asr.sep) })
      if (partEnd >= until) continue
      // Nothing was said after which the buffer could have been cut.
      this.#cut(Math.max(this.#committedEnd, partEnd - partSec / 2))
    }
  }

  /** What was said in another language is no context. Whether one begins in the audio, from where it is transcribed then. */
  #followLanguage({ language = null }: PrefixResult): boolean {
    if (!this.#language.changes(language)) return false
    this.#lastSaid = ''
    this.#context = ''
    if (!language || language.endsSec === null) return false
    this.#startAfresh(Math.max(this.#committedEnd, this.#audio.offsetSec + language.endsSec))
    return true
  }

  async #transcribeFrom(audioSec: number, distanceSec: number, signal: AbortSignal | undefined) {
    const { offsetSec, positionSamples } = this.#audio
    this.#leftOut.settle(offsetSec, this.#words)
    const samples = this.#audio.samples().subarray(0, Math.round(audioSec * SAMPLE_RATE))
    const said = {
      words: this.#words,
      committedSec: this.#committedEnd,
      context: this.#context,
      saidBefore: this.#lastSaid,
    }
    const result = await this.#hypotheses.following(
      { samples, offsetSec, positionSamples, distanceSec, ...said },
      signal,
    )
    this.#leftOut.doubt(result.leftOut, offsetSec, result.suspicion)
    return result
  }

  /** Words in seconds of the stream, none before what is committed. */
  #placed(words: readonly PrefixWord[]): readonly PrefixWord[] {
    return inOrderFrom(
      words.map((word) => placedAt(word, this.#audio.offsetSec)),
      this.#committedEnd,
    )
  }

  #commit(words: readonly PrefixWord[]): void {
    this.#words = [...this.#words, ...words]
    this.#lastSaid = contextFollowedBy(this.#lastSaid, words, this.#asr.sep)
    this.#unreported.push(...words)
    if (words.length > 0) this.#skipped.heardWords()
    this.#committedEnd = words.at(-1)?.end ?? this.#committedEnd
  }

  /** @param end where the audio ends that is about to be transcribed */
  #trim(end: number): void {
    if (end - this.#audio.offsetSec <= this.#maxSec) return
    this.#cut(cutBetween(this.#words, end - this.#maxSec / 2))
  }

  /** Audio before a time goes, and the words there are context from now on. */
  #cut(time: number | null): void {
    if (time === null) return
    this.#audio.dropBefore(time)
    const gone = this.#words.filter(({ end }) => end <= this.#audio.offsetSec)
    this.#words = this.#words.slice(gone.length)
    this.#context = contextFollowedBy(this.#context, gone, this.#asr.sep)
    this.#log?.debug(`audio before ${time.toFixed(2)} s is cut off`)
  }

  /**
   * A model that finds no text in speech gets it again without what misled it.
   * @returns whether the rest of the audio is worth another look at once
   */
  #unstick(result: JudgedPrefixResult, transcribedEnd: number): boolean {
    const { offsetSec } = this.#audio
    const since = `${result.skippedSpeechSec.toFixed(1)} s of sound without words`
    switch (remedyFor(result, { hasWords: this.#words.length > 0, hasContext: this.#context !== '' })) {
      case 'newText':
        this.#cut(this.#committedEnd)
        return true
      case 'afresh':
        this.#log?.info(`${since}: starting afresh at ${this.#committedEnd.toFixed(1)} s`)
        this.#startAfresh()
        this.#lastSaid = ''
        return true
      case 'letGo':
        this.#log?.info(`${since} are let go`)
        this.#audio.dropBefore(transcribedEnd - STUCK_SEC)
        if (result.unheardVoiceSec > 0) this.#skipped.dropSpeech(offsetSec, this.#audio.offsetSec, NOTHING_RECOGNIZED)
        else this.#skipped.mark(offsetSec, this.#audio.offsetSec, NOTHING_RECOGNIZED)
        this.#committedEnd = Math.max(this.#committedEnd, this.#audio.offsetSec)
        return false
      default:
        return false
    }
  }

  #startAfresh(atSec = this.#committedEnd): void {
    this.#audio.dropBefore(atSec)
    this.#words = []
    this.#context = ''
  }

  /** What is committed and was not said yet: also after a failure nothing of it is lost. */
  #report(): Segment | null {
    return plainSegmentOf(this.#unreported.splice(0), this.#asr.sep)
  }
}

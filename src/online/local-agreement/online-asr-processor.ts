import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { ASRBase, ASRProcessor, Effort, GivenUp, Log, Segment, Word } from '../../core/types.js'
import type { AudioBuffer } from '../audio-buffer.js'
import { type BufferTrimming, cutAtSegment, cutAtSentence, forcedCut } from '../buffer-trimming.js'
import { inOrderFrom } from '../clean-words.js'
import { LeftOut } from '../hallucination/left-out.js'
import { SkippedAudio } from '../ledger/skipped-audio.js'
import { recognizerOf } from '../recognizer.js'
import { LanguageTurns } from '../result-language.js'
import { segmentOf } from '../segment.js'
import { WaitingAudio } from '../waiting-audio.js'
import { WordlessAudio } from '../wordless-audio.js'
import { CommittedText } from './committed-text.js'
import { type CompatProfile, defaultProfile, modelSamples, type OnlineOptions, whisperOnlineProfile } from './compat.js'
import { Hypotheses } from './hypotheses.js'
import { HypothesisBuffer } from './hypothesis-buffer.js'

export type { OnlineOptions } from './compat.js'

/** At the end the recognizer goes on behind its text so many times at most. */
const LAST_ROUNDS = 3

/**
 * LocalAgreement streaming: recognizes a growing buffer in each update, commits the words on which two hypotheses in a row
 * agree, and cuts off audio whose words are committed.
 *
 * Ref: whisper_online.py OnlineASRProcessor. Paper: Macháček et al. 2023.
 */
export class OnlineASRProcessor<Result = unknown> implements ASRProcessor {
  readonly #asr: ASRBase<Result>
  readonly #hypotheses: Hypotheses
  #trimming: BufferTrimming
  #maxBeamSize: number | undefined
  readonly #profile: CompatProfile
  readonly #log: Log | undefined
  readonly #skipped: SkippedAudio
  readonly #leftOut: LeftOut
  readonly #onProgress: OnlineOptions['onProgress']
  #audio!: AudioBuffer
  #waiting!: WaitingAudio
  #hypothesis!: HypothesisBuffer
  #committed!: CommittedText
  /** Committed by an ending that failed: given by the next one. */
  #pendingFinal: readonly Word[] = []
  #untranscribedSamples = 0
  /** The longest audio that is recognized at once; less when long audio has failed. */
  #maxSamples = 0
  #givenUpInARow = 0
  #language = new LanguageTurns()
  #wordless = new WordlessAudio()

  constructor(asr: ASRBase<Result>, options: OnlineOptions = {}) {
    this.#asr = asr
    const { backend, log, compat, onLanguage } = options
    this.#trimming = options.bufferTrimming ?? { strategy: 'segment', seconds: 15 }
    this.#profile = compat ? whisperOnlineProfile() : defaultProfile(asr, options)
    const recognizer = recognizerOf(asr, { backend, log, onLanguage, trusting: compat !== undefined })
    this.#hypotheses = new Hypotheses(recognizer, { ...options, profile: this.#profile, separator: asr.sep })
    this.#log = log
    this.#skipped = new SkippedAudio(log, options.ledger)
    this.#leftOut = new LeftOut(options.log, options.ledger)
    this.#onProgress = options.onProgress
    this.init()
  }

  /** Start of the audio buffer in seconds of the stream. */
  get bufferTimeOffset(): number {
    return this.#audio.offsetSec
  }

  /** Samples that the next update will transcribe, again or for the first time. */
  get bufferSamples(): number {
    return this.#audio.length + this.#waiting.length
  }

  /** The committed words that are remembered. */
  get committedWords(): readonly Word[] {
    return this.#committed.words
  }

  init(offset = 0): void {
    this.resume(offset)
    this.#waiting = new WaitingAudio()
    this.#committed = new CommittedText(this.#asr.sep, this.#profile.usesReferencePrompt)
    this.#pendingFinal = []
    this.#untranscribedSamples = 0
    this.#skipped.heardWords()
    this.#maxSamples = this.#profile.maxSamples
    this.#givenUpInARow = 0
    this.#language = new LanguageTurns()
  }

  resume(offset: number): void {
    this.#audio = this.#profile.audioBuffer(offset)
    this.#hypothesis = new HypothesisBuffer(offset, this.#profile.keepsRepetition)
    this.#wordless = new WordlessAudio()
  }

  insertAudioChunk(audio: Float32Array): void {
    this.#waiting.append(audio)
    this.#untranscribedSamples += audio.length
  }

  /**
   * Runs one update over all audio that has arrived; more than fits in the buffer goes through it part by part. Audio
   * that arrives meanwhile waits for the next update.
   *
   * @throws whatever the recognizer throws; nothing is lost then, and the call can be repeated
   */
  async processIter(signal?: AbortSignal): Promise<Segment | null> {
    const committed: Word[] = []
    try {
      await this.#updates(committed, signal)
    } catch (error) {
      if (committed.length === 0) throw error
      if (!signal?.aborted)
        this.#log?.warn(`an update failed after committed text; its audio is tried again: ${String(error)}`)
    }
    return this.#segment(committed)
  }

  /**
   * Ends the stream: transcribes audio that no update has seen, then gives all that is left, confirmed or not. With a
   * signal that is already aborted nothing is recognized any more.
   *
   * @throws whatever the recognizer throws; nothing is lost then, and the call can be repeated
   */
  async finish(signal?: AbortSignal): Promise<Segment | null> {
    const committed: Word[] = [...this.#pendingFinal]
    // Differs from reference: it never transcribes what arrived after the last update, and repeats its last words when
    // it is asked again.
    if (this.#profile.transcribesTailOnFinish && !signal?.aborted) {
      try {
        if (this.#untranscribedSamples > 0) await this.#updates(committed, signal)
        await this.#hearWhatIsLeft(committed, signal)
      } catch (error) {
        this.#pendingFinal = committed
        throw error
      }
    }
    this.#pendingFinal = []
    this.#audio.append(this.#waiting.take(Number.POSITIVE_INFINITY), true)
    this.#skipped.endWithVoice(this.#hypotheses.unheardVoice, this.#audio.endSec)
    this.#skipped.markTail(this.#audio.endSec, this.#untranscribedSamples)
    this.#untranscribedSamples = 0
    if (this.#profile.transcribesTailOnFinish) this.#commit(this.#hypothesis.commitUnconfirmed(), committed)
    else committed.push(...this.#hypothesis.complete())
    this.#leftOut.settle(Number.POSITIVE_INFINITY, this.#committed.words)
    this.#audio.end()
    return this.#segment(committed)
  }

  /** Says what was left out of the stream, and closes the recognizer. */
  async close(): Promise<void> {
    this.#leftOut.tell()
    await this.#asr.close?.()
  }

  /**
   * Gives up the buffer. Audio that is longer than the model takes at once, as offline, is transcribed in parts first. The prompt
   * goes as well: it may be what the recognizer fails on.
   */
  giveUp(reason: string): GivenUp {
    const { offsetSec, endSec: end } = this.#audio
    const maxSamples = modelSamples(this.#asr)
    if (this.#audio.length > maxSamples && this.#maxSamples > maxSamples) {
      this.#waiting.prepend(this.#audio.samples())
      this.#audio = this.#profile.audioBuffer(offsetSec)
      this.#maxSamples = maxSamples
      return { segment: null, begin: offsetSec, end: offsetSec, inParts: true, inARow: this.#givenUpInARow }
    }
    const words = this.#pendingFinal.concat(this.#hypothesis.commitUnconfirmed())
    const begin = Math.min(end, Math.max(offsetSec, this.#hypothesis.lastCommittedTime))
    this.#skipped.mark(begin, end, reason)
    this.#audio.end()
    this.resume(this.#audio.offsetSec)
    this.#committed.forget()
    this.#pendingFinal = []
    this.#untranscribedSamples = this.#waiting.length
    return { segment: this.#segment(words), begin, end, inParts: false, inARow: ++this.#givenUpInARow }
  }

  setEffort({ windowSec: seconds, beamSize }: Effort): void {
    this.#trimming = { ...this.#trimming, seconds }
    this.#maxBeamSize = beamSize
  }

  /** The rest of the last hypothesis. */
  unconfirmed(): Segment | null {
    return this.#segment(this.#hypothesis.complete())
  }

  async #updates(committed: Word[], signal: AbortSignal | undefined): Promise<void> {
    for (let isMore = true; isMore; ) isMore = await this.#update(committed, signal)
  }

  /** Models end texts after sentences: what sounds behind the last word is recognized by itself, for no other update will. */
  async #hearWhatIsLeft(committed: Word[], signal: AbortSignal | undefined): Promise<void> {
    for (let round = 0; round < LAST_ROUNDS && this.#hypotheses.leaveSpeech; round++) {
      this.#commit(this.#hypothesis.commitUnconfirmed(), committed)
      this.#cut(this.#hypothesis.lastCommittedTime)
      await this.#updates(committed, signal)
    }
  }

  /** @returns whether more audio had arrived than the buffer holds */
  async #update(committed: Word[], signal: AbortSignal | undefined): Promise<boolean> {
    const roomSamples = Math.min(this.#maxSamples - this.#audio.length, this.#profile.stepSamples)
    this.#audio.append(this.#waiting.take(roomSamples), true)
    if (this.#audio.length === 0 && this.#profile.skipsEmptyAudio) return false
    const isMore = this.#waiting.length > 0
    const offset = this.#audio.offsetSec
    const transcribedUntilSec = this.#audio.endSec
    const { words, leftOut, suspicion, segmentEnds, heardSec, language, leavesNothing } = await this.#hypotheses.of(
      {
        samples: this.#audio.samples(),
        offsetSec: offset,
        positionSamples: this.#audio.positionSamples,
        committedSec: Math.max(0, (this.#committed.words.at(-1)?.end ?? 0) - offset),
        maxBeamSize: this.#maxBeamSize,
        prompt: this.#committed.prompt(offset),
      },
      signal,
    )
    this.#leftOut.doubt(leftOut, offset, suspicion)
    this.#untranscribedSamples = this.#waiting.length
    this.#hypothesis.insert(words, offset)
    if (this.#language.changes(language)) this.#committed.forget()
    if (language?.isSure === false && this.#audio.length < this.#maxSamples) {
      this.#hypothesis.postpone()
      return isMore
    }
    const agreed = this.#hypothesis.flush(this.#profile.keepsRepetition ? transcribedUntilSec : undefined)
    this.#commit(agreed, committed)
    if (language && language.endsSec !== null) {
      this.#endLanguage(offset + language.endsSec, committed)
      return true
    }
    this.#trim(agreed.length > 0, segmentEnds, this.#audio.length / SAMPLE_RATE - heardSec, offset)
    const isNothing = leavesNothing && agreed.length + this.#hypothesis.complete().length === 0
    const wordsEndSec = Math.max(this.#audio.offsetSec, this.#hypothesis.lastCommittedTime)
    this.#cut(this.#wordless.cutAfter({ isNothing, untilSec: transcribedUntilSec, wordsEndSec }))
    if (this.#audio.length >= this.#maxSamples) this.#trimByForce(committed)
    if (isMore)
      this.#onProgress?.({
        recognizedSec: transcribedUntilSec,
        unconfirmed: this.#segment([...committed, ...this.#hypothesis.complete()]),
      })
    this.#committed.prune(this.#audio.offsetSec)
    this.#givenUpInARow = 0
    return isMore
  }

  /** What was said up to there is final, and no prompt for what follows. */
  #endLanguage(endSec: number, committed: Word[]): void {
    this.#commit(this.#hypothesis.commitUnconfirmed(), committed)
    this.#cut(endSec)
    this.#hypothesis = new HypothesisBuffer(this.#audio.offsetSec, this.#profile.keepsRepetition)
    this.#committed.forget()
  }

  #commit(words: readonly Word[], into: Word[]): void {
    // Differs from reference: there a word may begin before the end of the one before, as times of hypotheses waver.
    const said = this.#profile.keepsTimesInOrder ? inOrderFrom(words, this.#committed.endSec) : words
    this.#committed.add(said)
    into.push(...said)
    if (words.length > 0) this.#skipped.heardWords()
  }

  #trim(agreed: boolean, segmentEnds: readonly number[], unheardSec: number, transcribedOffset: number): void {
    const bufferSec = () => this.#audio.length / SAMPLE_RATE - unheardSec
    const sentenceEnds = () => this.#profile.sentenceEnds(this.#committed, this.#audio.offsetSec)
    if (agreed) this.#cut(cutAtSentence(this.#trimming, bufferSec(), sentenceEnds))
    // Differs from reference: after a cut at a sentence it adds the new offset to times from the old one.
    const offset = this.#profile.usesOffsetOfResult ? transcribedOffset : this.#audio.offsetSec
    this.#cut(cutAtSegment(this.#trimming, bufferSec(), segmentEnds, offset, this.#committed.words.at(-1)?.end))
  }

  /** Differs from reference: there the buffer grows without bound when there are no segments to cut at. */
  #trimByForce(committed: Word[]): void {
    const { offsetSec, endSec } = this.#audio
    const cut = forcedCut(offsetSec, endSec, this.#committed.words, this.#hypothesis.complete())
    this.#commit(this.#hypothesis.commitUnconfirmed(cut.commitWords), committed)
    if (cut.skipped) this.#skipped.dropFromFullBuffer(offsetSec, cut.time)
    this.#cut(cut.time)
  }

  #cut(time: number | null): void {
    if (time === null) return
    this.#leftOut.settle(time, this.#committed.words)
    this.#hypothesis.popCommitted(time)
    this.#audio.dropBefore(time)
    this.#log?.debug(`audio before ${time.toFixed(2)} s is cut off`)
  }

  #segment(words: readonly Word[]): Segment | null {
    return segmentOf(words, this.#asr.sep)
  }
}

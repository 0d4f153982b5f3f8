import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { Gain } from './gain.js'
import { type SoundFrame, SoundFrames } from './sound-frames.js'

/** Audio is judged in frames of 10 ms, the steps of recognizers and gates. */
const FRAME_SAMPLES = 160
const FRAMES_A_SECOND = SAMPLE_RATE / FRAME_SAMPLES
/** Sound from this level on is ordinary, and is left as it is. Decibels of full scale. */
const ORDINARY_DB = -44
/** So long after ordinary sound nobody is taken for a quiet speaker: 0.5 s. */
const ORDINARY_FRAMES = 50
/** A speaker whose loud syllables are below this level is lifted, */
const QUIET_DB = -46
/** until they are at this level, */
const TARGET_DB = -36
/** but by no more than this. */
const MAX_GAIN_DB = 70
/** So much voiced sound shows that somebody speaks quietly, and not that a loud word begins softly: 0.25 s. */
const SPEECH_FRAMES = 25
/** Where nothing more follows, so much does; a breath or a knock has none. */
const WORD_FRAMES = 10
/** What stands out waits for that so long at most: 0.6 s; */
const MAX_WAITING_FRAMES = 60
/** and no longer when nothing stands out any more for so long: 0.15 s. */
const GAP_FRAMES = 15
/** When nothing stands out for so long, a stretch of quiet speech is over: 1.5 s. */
const PAUSE_FRAMES = 150
/** Inside quiet speech the gain grows by this much in a second, while it gets quieter; */
const RISE_DB_A_FRAME = 3 / FRAMES_A_SECOND
/** after it, it goes back to none by this much in a second. */
const FALL_DB_A_FRAME = 20 / FRAMES_A_SECOND

/** A stretch of quiet speech that was made louder. */
export interface LiftedStretch {
  /** Samples from where the leveller began. */
  readonly begin: number
  readonly end: number
  /** The most it was lifted by, in decibels. */
  readonly gainDb: number
}

/** A frame that is not decided about. */
interface WaitingFrame extends SoundFrame {
  readonly isVoiced: boolean
}

/**
 * Makes quiet speech louder, stretch by stretch, so that detectors and recognizers hear a voice from afar as they hear
 * one nearby. Audio of ordinary level stays as it is, sample for sample, and so does noise: what is lifted stands out of the noise
 * floor and is voiced. After a pause, sound that stands out waits until it is known what it is, half a second at the
 * most, so that the first words of a stretch are lifted as well. What comes out does not depend on chunks.
 *
 * An automatic level control: slow, bounded, without effect on noise (what ITU-T G.169 asks of them).
 */
export class Leveller {
  readonly #onLifted: ((stretch: LiftedStretch) => void) | undefined
  readonly #frames = new SoundFrames()
  readonly #gain = new Gain()
  /** The start of a frame. */
  #rest = new Float32Array(0)
  /** So many of its samples were given already. */
  #givenOfRest = 0
  #waiting: WaitingFrame[] = []
  #sinceOrdinary = Number.POSITIVE_INFINITY
  #sinceActive = 0
  /** Level of the loud syllables of who speaks quietly; null: nobody does. */
  #speechDb: number | null = null
  #gainDb = 0
  #position = 0
  #lifted: LiftedStretch | null = null

  /** @param onLifted called for each stretch that was lifted, when it is over */
  constructor(onLifted?: (stretch: LiftedStretch) => void) {
    this.#onLifted = onLifted
  }

  /** Takes the next audio, and gives what is decided about. */
  take(audio: Float32Array): Float32Array {
    const given: Float32Array[] = []
    const joined = this.#rest.length === 0 ? audio : concatenated([this.#rest, audio])
    const whole = joined.length - (joined.length % FRAME_SAMPLES)
    for (let at = 0; at < whole; at += FRAME_SAMPLES) this.#judge(joined.subarray(at, at + FRAME_SAMPLES), given)
    this.#rest = joined.slice(whole)
    this.#giveRestAhead(given)
    return concatenated(given)
  }

  /** Gives the rest: no audio follows for now. */
  end(): Float32Array {
    const given: Float32Array[] = []
    if (this.#rest.length > 0) this.#judge(this.#rest, given)
    this.#rest = new Float32Array(0)
    this.#giveWaiting(given)
    this.#tellLifted()
    return concatenated(given)
  }

  #judge(samples: Float32Array, given: Float32Array[]): void {
    const frame = { ...this.#frames.next(samples), samples: samples.subarray(this.#givenOfRest) }
    this.#givenOfRest = 0
    this.#sinceActive = frame.isActive ? 0 : this.#sinceActive + 1
    this.#sinceOrdinary = frame.level >= ORDINARY_DB ? 0 : this.#sinceOrdinary + 1
    if (this.#speechDb !== null) {
      this.#followSpeech(frame, this.#speechDb)
      this.#give(frame, given)
    } else if (this.#sinceOrdinary < ORDINARY_FRAMES) {
      this.#gainDb = 0
      this.#giveWaiting(given)
      this.#give(frame, given)
    } else {
      this.#gainDb = Math.max(0, this.#gainDb - FALL_DB_A_FRAME)
      if (frame.isActive || this.#waiting.length > 0) this.#wait(frame, given)
      else this.#give(frame, given)
    }
  }

  /** Inside quiet speech: the gain follows its loud syllables, down at once, up slowly. */
  #followSpeech({ level, isActive }: SoundFrame, before: number): void {
    const speechDb = isActive ? Math.max(level, before - RISE_DB_A_FRAME) : before
    this.#gainDb = gainFor(speechDb)
    this.#speechDb = this.#gainDb === 0 || this.#sinceActive > PAUSE_FRAMES ? null : speechDb
  }

  /** Nobody is known to speak: what stands out waits until it is known whether somebody does. */
  #wait(frame: SoundFrame, given: Float32Array[]): void {
    const isVoiced = frame.isActive && this.#frames.isVoiced()
    this.#waiting.push({ ...frame, samples: frame.samples.slice(), isVoiced })
    const voiced = this.#waiting.filter((waiting) => waiting.isVoiced).length
    const isOver = this.#waiting.length >= MAX_WAITING_FRAMES || this.#sinceActive >= GAP_FRAMES
    if (voiced >= (isOver ? WORD_FRAMES : SPEECH_FRAMES)) {
      const speechDb = Math.max(...this.#waiting.filter(({ isActive }) => isActive).map(({ level }) => level))
      if (speechDb < QUIET_DB) {
        this.#speechDb = speechDb
        this.#gainDb = gainFor(speechDb)
      }
      this.#giveWaiting(given)
      return
    }
    if (isOver) this.#give(this.#waiting.shift()!, given)
    while (this.#waiting[0]?.isActive === false) this.#give(this.#waiting.shift()!, given)
  }

  /**
   * While nothing waits and nothing is lifted, the start of a frame does not wait for the rest of it: the last update of a
   * recording would miss it. Should quiet speech begin in that very frame, these samples are not lifted.
   */
  #giveRestAhead(given: Float32Array[]): void {
    if (this.#waiting.length > 0 || this.#speechDb !== null || this.#gainDb > 0) return
    const ahead = this.#rest.slice(this.#givenOfRest)
    given.push(ahead)
    this.#givenOfRest = this.#rest.length
    this.#position += ahead.length
  }

  #giveWaiting(given: Float32Array[]): void {
    for (const frame of this.#waiting.splice(0)) this.#give(frame, given)
  }

  #give({ samples, peak }: SoundFrame, given: Float32Array[]): void {
    given.push(this.#gain.applied(samples, peak, this.#gainDb))
    const begin = this.#position
    this.#position += samples.length
    if (this.#gainDb === 0) {
      this.#tellLifted()
      return
    }
    const lifted = this.#lifted ?? { begin, gainDb: 0 }
    this.#lifted = { begin: lifted.begin, end: this.#position, gainDb: Math.max(lifted.gainDb, this.#gainDb) }
  }

  #tellLifted(): void {
    if (this.#lifted) this.#onLifted?.(this.#lifted)
    this.#lifted = null
  }
}

/** What speech is lifted by whose loud syllables have a level. */
function gainFor(speechDb: number): number {
  return Math.max(0, Math.min(MAX_GAIN_DB, TARGET_DB - speechDb))
}

function concatenated(pieces: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

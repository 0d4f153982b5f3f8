import { openFile } from '../audio/sources/open-address.js'
import { type HeardRecording, heardAsOne, openChannels } from '../channels/open-channels.js'
import { type AsrStreamError, asUnexpectedError } from '../core/errors.js'
import { namedLog } from '../core/named-log.js'
import { silentLog } from '../core/silent-log.js'
import type { Log } from '../core/types.js'
import { STANDARD_OUTPUT } from '../output/plan-outputs.js'
import { type OutputOptions, openOutputs, type TranscriptSink } from '../output/transcript-outputs.js'
import { removeLeftParts } from '../output/writers/aside-writer.js'
import { ClosedPipeError, standardOutput } from '../output/writers/line-writer.js'
import { type OpenAudioOptions, openAudio } from '../transcriber/audio-input.js'
import type { Transcriber } from '../transcriber/transcriber.js'
import { doneSec, isDone, journalReader, markDone, stateOf, textsOfOthers, type Work } from './journal.js'
import type { JournalReader } from './journal-reader.js'
import type { PlannedRecording } from './name-outputs.js'
import { shownName } from './shown-name.js'
import { Counts, type Tally } from './tally.js'
import { Turns } from './turns.js'

/** How recordings are transcribed. */
export interface FilesOptions {
  /** How many at once. */
  readonly jobs: number
  /** Whether what is done is left out. */
  readonly resume: boolean
  /** Stands for the options, see `optionsKey`. */
  readonly optionsKey: string
  /** Name of the journals that are written. */
  readonly journal: string
  /** Reads them, where several runs share what is read; absent: one of its own. */
  readonly reader?: JournalReader
  /** Whether texts on standard output say of which recording they are. */
  readonly hasSeveral: boolean
  readonly outputs: OutputOptions
  /** Whether each channel is a speaker; absent: no. */
  readonly channels?: 'separate' | undefined
  /** Aborting it ends all; what is final is written. */
  readonly signal: AbortSignal
  readonly log: Log
  /** Is told when an option of reading has no effect on a recording. */
  readonly onIdle: OpenAudioOptions['onIdle']
  /** Called when something of it has changed. */
  readonly onTally: (tally: Tally) => void
  /** Called when one has failed; the others go on. */
  readonly onFailure: (failed: FailedFile) => void
}

/** A recording that could not be transcribed, and why. */
export interface FailedFile {
  readonly name: string
  readonly error: AsrStreamError
}

/** What became of recordings. */
export interface FilesResult {
  readonly tally: Tally
  /** Those that failed. */
  readonly failed: readonly FailedFile[]
  /** How many were transcribed to their end. */
  readonly done: number
  /** How many were found done when it was their turn. */
  readonly skipped: number
}

/** What is to be done, and what is done already. */
export interface Undone {
  /** The recordings of which something is not done. */
  readonly left: readonly PlannedRecording[]
  /** Audio of the others, as far as it is known, in seconds. */
  readonly doneSec: number
}

/** Looks which recordings are done. */
export async function undone(planned: readonly PlannedRecording[], key: string, journal: string): Promise<Undone> {
  const left: PlannedRecording[] = []
  const reader = journalReader()
  let seconds = 0
  for (const one of planned) {
    const own = await doneSec(await workOf(one, key), reader, journal)
    if (own === null) left.push(one)
    seconds += own ?? 0
  }
  return { left, doneSec: seconds }
}

/**
 * Transcribes recordings with one model. One that fails does not stop the others. Files appear when they are complete, and are
 * then written down as done; what is not complete is in `NAME.part`.
 *
 * @throws ClosedPipeError when nobody reads standard output any more
 */
export async function runFiles(
  planned: readonly PlannedRecording[],
  transcriber: Transcriber,
  options: FilesOptions,
): Promise<FilesResult> {
  const gone = new AbortController()
  const run = new FilesRun(planned.length, transcriber, options, gone.signal)
  const queue = planned.entries()
  const measuring = run.measure(planned)
  const work = async () => {
    for (const [place, one] of queue) {
      if (run.signal.aborted) return
      await run.take(place, one)
    }
  }
  const count = Math.min(options.jobs, planned.length)
  const guarded = () => work().catch((error) => Promise.reject(stopped(gone, error)))
  const ends = await Promise.allSettled(Array.from({ length: count }, guarded))
  gone.abort()
  await measuring
  const broken = ends.find((end) => end.status === 'rejected')
  if (broken) throw broken.reason
  return run.result()
}

function stopped(all: AbortController, error: unknown): unknown {
  all.abort(error)
  return error
}

class FilesRun {
  readonly signal: AbortSignal
  readonly #transcriber: Transcriber
  readonly #options: FilesOptions
  readonly #gone: AbortSignal
  readonly #counts: Counts
  readonly #turns: Turns
  readonly #failed: FailedFile[] = []
  readonly #beganAt = Date.now()
  readonly #reader: JournalReader
  #done = 0
  #skipped = 0

  constructor(count: number, transcriber: Transcriber, options: FilesOptions, gone: AbortSignal) {
    this.#transcriber = transcriber
    this.#options = options
    this.#gone = gone
    this.#reader = options.reader ?? journalReader()
    this.signal = AbortSignal.any([options.signal, gone])
    this.#counts = new Counts(count, () => performance.now() / 1000)
    this.#turns = new Turns(standardOutput(options.outputs.giveUp))
  }

  /** Looks how long recordings are, for the time that is left. */
  async measure(planned: readonly PlannedRecording[]): Promise<void> {
    const { startAt } = this.#transcriber.config
    for (const [place, { recording }] of planned.entries()) {
      if (this.signal.aborted) return
      const file = recording.file ?? (recording.isAddress ? null : recording.name)
      if (file === null) continue
      // What cannot be opened fails at its turn, and takes no time.
      const { durationSec } = await openFile(file, { log: silentLog }).catch(() => ({ durationSec: 0 }))
      if (durationSec !== undefined) this.#counts.length(place, Math.max(0, durationSec - startAt))
    }
  }

  async take(place: number, planned: PlannedRecording): Promise<void> {
    const name = shownName(planned.recording)
    let isFailed = false
    this.#counts.begin(place, name)
    this.#tell()
    try {
      await this.#transcribe(place, planned)
    } catch (error) {
      if (error instanceof ClosedPipeError) throw error
      // What fails because everything ends is no failure of its own.
      isFailed = !this.signal.aborted
      if (isFailed) this.#fail({ name, error: asUnexpectedError(`${name} failed`, error) })
    } finally {
      this.#counts.end(place, isFailed)
      this.#tell()
    }
    await this.#turns.over(place)
  }

  result(): FilesResult {
    return { tally: this.#counts.tally(), failed: this.#failed, done: this.#done, skipped: this.#skipped }
  }

  async #transcribe(place: number, planned: PlannedRecording): Promise<void> {
    const { resume, optionsKey, journal } = this.#options
    const name = shownName(planned.recording)
    const log = namedLog(this.#options.log, () => [name])
    const work = await workOf(planned, optionsKey)
    // Another program may have done it meanwhile.
    if (resume && (await isDone(work, this.#reader, journal))) {
      this.#skipped++
      return
    }
    for (const { path, recording } of await textsOfOthers(work, this.#reader, journal)) {
      log.warn(`${path} is the text of ${recording}, which this one replaces; names that differ keep both`)
    }
    const input = await this.#hear(planned.recording.file ?? planned.recording.name, log)
    try {
      const sink = await this.#open(place, planned, input.hasChannels)
      try {
        if (!(await this.#write(place, input.events(this.#transcriber, { signal: this.signal, log }), sink))) return
        await sink.complete(true)
        await this.#markDone(work, place)
        this.#done++
      } finally {
        await sink.close()
      }
    } finally {
      await input.close()
    }
  }

  /** Gives whether the stream came to its end. */
  async #write(place: number, events: ReturnType<Transcriber['run']>, sink: TranscriptSink): Promise<boolean> {
    const { startAt } = this.#transcriber.config
    let isWhole = false
    for await (const event of events) {
      if (event.type === 'end') isWhole = event.reason === 'complete'
      if (event.type === 'progress') {
        this.#counts.position(place, Math.max(0, event.recognizedSec - startAt))
        this.#tell()
      }
      await sink.take(event)
    }
    return isWhole
  }

  async #hear(name: string, log: Log): Promise<HeardRecording> {
    const { channels, outputs, onIdle } = this.#options
    const { config } = this.#transcriber
    const pace = { log, filePace: 'fast', onIdle } as const
    if (channels === undefined) return heardAsOne(await openAudio(name, config, pace))
    return openChannels(name, config, { ...pace, sentences: outputs.sentences === true, signal: this.signal })
  }

  async #open(place: number, { recording, outputs }: PlannedRecording, hasChannels: boolean): Promise<TranscriptSink> {
    const { hasSeveral, outputs: options } = this.#options
    const own = outputs.find(({ path }) => path === STANDARD_OUTPUT)
    const isNamed = hasSeveral && own !== undefined
    const heading = isNamed && own.format !== 'jsonl' ? `==> ${shownName(recording)} <==` : ''
    const printed = own && (await this.#turns.begin(place, heading))
    const facts = { separator: this.#transcriber.separator, language: null, hasChannels }
    return openOutputs(outputs, isNamed ? { ...facts, file: shownName(recording) } : facts, {
      ...options,
      printed,
      linesAppearWhole: true,
    })
  }

  async #markDone(work: Work, place: number): Promise<void> {
    if (work.outputs.length === 0) return
    // First, so that what a program that is killed here leaves is found again.
    if (this.#options.resume) for (const { path } of work.outputs) await removeLeftParts(path, this.#beganAt)
    await markDone(work, this.#counts.heardSec(place), this.#options.journal)
  }

  #fail(failed: FailedFile): void {
    this.#failed.push(failed)
    this.#options.onFailure(failed)
  }

  #tell(): void {
    if (!this.#gone.aborted) this.#options.onTally(this.#counts.tally())
  }
}

/** What is written down of a recording, as it is now. What is printed is not there the next time. */
async function workOf({ recording, outputs }: PlannedRecording, options: string): Promise<Work> {
  const files = outputs.filter(({ path }) => path !== STANDARD_OUTPUT)
  return { name: recording.name, state: await stateOf(recording.name), options, outputs: files }
}

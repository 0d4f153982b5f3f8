import type { TranscriptEvent } from '../core/events.js'
import type { StreamFacts, TranscriptFormat } from './formats/format.js'
import type { FormatName } from './formats/names.js'
import { createFormat, type FormatOptions } from './formats/registry.js'
import { type PlannedOutput, STANDARD_OUTPUT } from './plan-outputs.js'
import { gatherSentences, type SentenceGatherer } from './text/sentences.js'
import { wholeFileWriter } from './writers/aside-writer.js'
import { fileWriter } from './writers/file-writer.js'
import { standardOutput, type TextWriter } from './writers/line-writer.js'

/** Takes the events of a stream, and writes what it makes of them. */
export interface TranscriptSink {
  /**
   * Takes an event, and waits until what it brings is written.
   * @throws OutputError when it cannot be written
   */
  take(event: TranscriptEvent): Promise<void>
  /**
   * To be called when the stream has come to its end: files appear.
   * @param isWhole whether all audio was transcribed; where somebody ended it early, no file that is there is replaced
   */
  complete(isWhole: boolean): Promise<void>
  /** After an error as well as at the end. */
  close(): Promise<void>
}

/** How outputs are written. */
export interface OutputOptions extends FormatOptions {
  /** Whether final text is gathered into sentences. */
  readonly sentences?: boolean | undefined
  /** Whether files that are there are replaced. True if absent. */
  readonly clobber?: boolean | undefined
  /** Whether lines appear whole as well, as all other files do. False if absent: they are followed while they come. */
  readonly linesAppearWhole?: boolean | undefined
  /** Stands for standard output; absent: standard output itself. */
  readonly printed?: TextWriter | undefined
  /** When it is aborted, a reader who does not read is not waited for any longer. */
  readonly giveUp?: AbortSignal
  /** Called when a named pipe has no reader yet. */
  readonly onWaiting?: (path: string) => void
  /** Called when a file is not complete, with the name of the one that has the text so far. */
  readonly onLeft?: (path: string, part: string) => void
}

/**
 * Opens outputs: each has its own format, and takes all events.
 * @throws OutputError when one cannot be opened
 */
export async function openOutputs(
  planned: readonly PlannedOutput[],
  facts: StreamFacts,
  options: OutputOptions = {},
): Promise<TranscriptSink> {
  const outputs: Output[] = []
  const sink = joinSinks(outputs)
  try {
    for (const { path, format: name } of planned) {
      const writer = await openWriter(path, name, options)
      // Cues close at the ends of sentences by themselves; channels are gathered each by itself before.
      const isGathered = options.sentences === true && !isSubtitles(name) && facts.hasChannels !== true
      const gatherer = isGathered ? gatherSentences(facts.separator, facts.language) : null
      const output = new Output(writer, createFormat(name, facts, options), gatherer)
      outputs.push(output)
      await output.begin()
    }
  } catch (error) {
    await sink.close()
    throw error
  }
  return sink
}

/** Takes events for several sinks. */
export function joinSinks(sinks: readonly TranscriptSink[]): TranscriptSink {
  return {
    async take(event) {
      for (const sink of sinks) await sink.take(event)
    },
    complete: (isWhole) => each(sinks, (sink) => sink.complete(isWhole)),
    close: () => each(sinks, (sink) => sink.close()),
  }
}

/** Files that have nothing but these are not kept where they are not complete. */
const TELLS_NO_TEXT: ReadonlySet<TranscriptEvent['type']> = new Set(['progress', 'effort', 'end'])

/** One text. */
class Output implements TranscriptSink {
  readonly #writer: TextWriter
  readonly #format: TranscriptFormat
  readonly #gatherer: SentenceGatherer | null
  #hasText = false
  /** Whether nothing more is written: it has ended, or failed. */
  #isOver = false

  constructor(writer: TextWriter, format: TranscriptFormat, gatherer: SentenceGatherer | null) {
    this.#writer = writer
    this.#format = format
    this.#gatherer = gatherer
  }

  begin(): Promise<void> {
    return this.#append(this.#format.head)
  }

  async take(event: TranscriptEvent): Promise<void> {
    const events = this.#gatherer?.take(event) ?? [event]
    const text = events.map((one) => this.#format.take(one)).join('')
    await this.#append(text)
    this.#hasText ||= !TELLS_NO_TEXT.has(event.type)
    this.#isOver ||= event.type === 'end'
  }

  complete(isWhole: boolean): Promise<void> {
    return isWhole || this.#hasText ? this.#writer.complete(isWhole) : Promise.resolve()
  }

  async close(): Promise<void> {
    // A stream that breaks off has no last event; what is held back is text all the same. The failure is told already.
    if (!this.#isOver) await this.#rest().catch(() => undefined)
    await this.#writer.close(this.#hasText)
  }

  async #rest(): Promise<void> {
    const gathered = this.#gatherer?.rest() ?? []
    const text = gathered.map((one) => this.#format.take(one)).join('') + this.#format.rest()
    await this.#append(text)
  }

  async #append(text: string): Promise<void> {
    if (text === '') return
    try {
      await this.#writer.append(text)
    } catch (error) {
      this.#isOver = true
      throw error
    }
  }
}

async function openWriter(path: string, format: FormatName, options: OutputOptions): Promise<TextWriter> {
  const { giveUp, clobber = true, linesAppearWhole = false, printed, onWaiting, onLeft } = options
  if (path === STANDARD_OUTPUT) return printed ?? standardOutput(giveUp)
  const waiting = { ...(giveUp && { giveUp }), onWaiting: () => onWaiting?.(path) }
  // Lines are followed while they come, by programs that know whisper_online.py.
  if (format === 'lines' && clobber && !linesAppearWhole) return fileWriter(path, waiting)
  return wholeFileWriter(path, { ...waiting, replaces: clobber, onLeft: (part) => onLeft?.(path, part) })
}

function isSubtitles(format: FormatName): boolean {
  return format === 'srt' || format === 'vtt'
}

/** Does something with all of them, whether or not one fails; the first failure is thrown in the end. */
async function each(sinks: readonly TranscriptSink[], work: (sink: TranscriptSink) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(sinks.map(work))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
}

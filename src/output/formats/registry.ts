import { suggestion } from '../../core/did-you-mean.js'
import { UsageError } from '../../core/errors.js'
import type { TranscriptEvent } from '../../core/events.js'
import { cueLimits, type LimitOptions } from '../subtitles/cue-limits.js'
import { channelSrt, channelVtt } from './channel-subtitles.js'
import { channelText } from './channel-text.js'
import type { StreamFacts, TranscriptFormat } from './format.js'
import { jsonLines } from './json-lines.js'
import { lines } from './lines.js'
import { markedText } from './marked-text.js'
import { FORMAT_NAMES, type FormatName } from './names.js'
import { plainText } from './plain-text.js'
import { type SubtitleOptions, srt } from './srt.js'
import { csv, tsv } from './tables.js'
import { webVtt } from './web-vtt.js'

/** How a format is written; what is absent is as its profile or its format has it. */
export interface FormatOptions extends LimitOptions {
  /** Whether each word has its own time, or its own entry. */
  readonly wordTimestamps?: boolean | undefined
  /** Seconds after its first word was said at which a cue is written at the latest. */
  readonly maxCueDelay?: number | undefined
}

/**
 * Starts a text of a format: one for each file.
 *
 * ```js
 * const srt = createFormat('srt', { separator: transcriber.separator, language: null })
 * for await (const event of transcriber.stream('talk.wav')) process.stdout.write(srt.take(event))
 * ```
 *
 * @throws UsageError when there is no such format, or the least time of subtitles is greater than the greatest
 */
export function createFormat(name: FormatName, facts: StreamFacts, options: FormatOptions = {}): TranscriptFormat {
  if (!FORMAT_NAMES.includes(name)) {
    throw new UsageError(`there is no format "${name}"`, { hint: suggestion(String(name), FORMAT_NAMES) })
  }
  const format = formatOf(name, facts, options)
  // JSON tells it in numbers, and lines mark it themselves.
  if (name === 'jsonl' || name === 'lines') return format
  return { ...format, take: (event) => format.take(withMarks(event)) }
}

/** An event whose doubtful words are marked in its text. */
function withMarks(event: TranscriptEvent): TranscriptEvent {
  if (event.type !== 'text-final' || !event.segment.words.some(({ isDoubtful }) => isDoubtful)) return event
  const { segment } = event
  const words = segment.words.map((word) => ({ ...word, text: markedText({ text: word.text, words: [word] }) }))
  return { ...event, segment: { ...segment, text: markedText(segment), words } }
}

function formatOf(name: FormatName, facts: StreamFacts, options: FormatOptions): TranscriptFormat {
  const { wordTimestamps = false } = options
  const { hasChannels = false } = facts
  switch (name) {
    case 'lines':
      return lines(wordTimestamps)
    case 'jsonl':
      return jsonLines(facts)
    case 'srt':
      return (hasChannels ? channelSrt : srt)(subtitles(facts, options))
    case 'vtt':
      return (hasChannels ? channelVtt : webVtt)(subtitles(facts, options))
    case 'txt':
      return (hasChannels ? channelText : plainText)(facts)
    case 'tsv':
      return tsv({ wordTimestamps, hasChannels })
    case 'csv':
      return csv({ wordTimestamps, hasChannels })
  }
}

function subtitles(facts: StreamFacts, options: FormatOptions): SubtitleOptions {
  const { wordTimestamps = false, maxCueDelay: maxCueDelaySec } = options
  return { ...facts, wordTimestamps, maxCueDelaySec, limits: cueLimits(options) }
}

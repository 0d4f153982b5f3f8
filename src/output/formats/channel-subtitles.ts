import { type Cue, CueBuilder } from '../subtitles/cue-builder.js'
import { channelFormat } from './channel-format.js'
import type { TranscriptFormat } from './format.js'
import { type SubtitleOptions, srtCues, type WriteCue } from './srt.js'
import { VTT_HEAD, vttCues } from './web-vtt.js'

/** Columns that a line has at least, however long the name before it. */
const MIN_COLUMNS = 8

/** SubRip of several channels: the name of the channel stands before the text of a cue, and counts as a part of its line. */
export function channelSrt(options: SubtitleOptions): TranscriptFormat {
  return subtitles('', options, srtCues(options), (name) => `${name}: `.length)
}

/** WebVTT of several channels: each is a voice. */
export function channelVtt(options: SubtitleOptions): TranscriptFormat {
  return subtitles(VTT_HEAD, options, vttCues(options), () => 0)
}

function subtitles(
  head: string,
  options: SubtitleOptions,
  write: WriteCue,
  columnsOf: (name: string) => number,
): TranscriptFormat {
  let lastMs = 0
  const open = (name: string) => {
    const maxLineLength = Math.max(MIN_COLUMNS, options.limits.maxLineLength - columnsOf(name))
    const builder = new CueBuilder({ ...options, limits: { ...options.limits, maxLineLength } })
    const units = (cues: readonly Cue[]) => cues.map((cue) => ({ beginMs: cue.beginMs, unit: cue }))
    return {
      take: (event: Parameters<CueBuilder['take']>[0]) => units(builder.take(event)),
      rest: () => units(builder.rest()),
      get openMs() {
        return builder.openMs
      },
    }
  }
  return channelFormat<Cue>(head, open, ({ unit, channel }) => {
    // Readers want cues in order of their beginnings, also where a word was found late.
    const beginMs = Math.max(unit.beginMs, lastMs)
    lastMs = beginMs
    return write({ ...unit, beginMs, endMs: Math.max(unit.endMs, beginMs + 1) }, channel)
  })
}

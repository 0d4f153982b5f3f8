import type { Segment } from '../../core/types.js'

/** Subtitles that are made of segments. */
export type SubtitleFormat = 'srt' | 'vtt'

/** Segments as a file of subtitles, one cue a segment. */
export function formatSegments(format: SubtitleFormat, segments: readonly Segment[]): string {
  const mark = format === 'srt' ? ',' : '.'
  const cues = segments.map(({ begin, end, text }, at) => {
    const times = `${clockTime(begin, mark)} --> ${clockTime(Math.max(end, begin + 0.001), mark)}`
    // What a reader would take for the times of a cue is written with an arrow.
    return `${format === 'srt' ? `${at + 1}\n` : ''}${times}\n${text.replaceAll('-->', '→')}\n`
  })
  return `${format === 'vtt' ? 'WEBVTT\n\n' : ''}${cues.join('\n')}`
}

function clockTime(seconds: number, mark: ',' | '.'): string {
  const ms = Math.round(seconds * 1000)
  const digits = (value: number, count: number) => String(Math.floor(value)).padStart(count, '0')
  return `${digits(ms / 3_600_000, 2)}:${digits((ms / 60_000) % 60, 2)}:${digits((ms / 1000) % 60, 2)}${mark}${digits(ms % 1000, 3)}`
}

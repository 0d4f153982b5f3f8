import type { TranscriptEvent } from '../../core/events.js'
import { type Cue, CueBuilder, type CueOptions } from '../subtitles/cue-builder.js'
import { lineText } from '../subtitles/pieces.js'
import { clockTime } from './clock-time.js'
import type { TranscriptFormat } from './format.js'

/** Options of subtitles. */
export interface SubtitleOptions extends CueOptions {
  /** Whether each word has its own time. */
  readonly wordTimestamps?: boolean
}

/** The text of a cue, said by the speaker of that name. */
export type WriteCue = (cue: Cue, speaker?: string) => string

/** SubRip: numbered cues. With times of words each word is a cue. */
export function srt(options: SubtitleOptions): TranscriptFormat {
  const builder = new CueBuilder(options)
  const writtenCue = srtCues(options)
  const written = (cues: readonly Cue[]) => cues.map((cue) => writtenCue(cue)).join('')
  return {
    head: '',
    take: (event: TranscriptEvent) => written(builder.take(event)),
    rest: () => written(builder.rest()),
  }
}

/** Writes cues of SubRip, numbered; with the name of who speaks before the text, where one is given. */
export function srtCues({ wordTimestamps = false }: Pick<SubtitleOptions, 'wordTimestamps'>): WriteCue {
  let number = 0
  return (cue, speaker) =>
    (wordTimestamps ? wordCues(cue) : [cue])
      .map(({ beginMs, endMs, lines }) => {
        const text = lines.map((line) => srtText(lineText(line))).join('\n')
        const named = speaker === undefined ? text : `${speaker}: ${text}`
        return `${++number}\n${clockTime(beginMs, ',')} --> ${clockTime(endMs, ',')}\n${named}\n\n`
      })
      .join('')
}

/** SubRip has no escapes: what a reader would take for the times of a cue is written with an arrow. */
function srtText(text: string): string {
  return text.replaceAll('-->', '→')
}

/** A cue for each word, from its start to that of the next one. */
function wordCues({ beginMs, endMs, lines }: Cue): readonly Cue[] {
  const pieces = lines.flat()
  // Times of words may be the same, and a cue takes some time.
  const begins = pieces.map(({ beginMs: own }, at) =>
    Math.max(beginMs + at, Math.min(own, endMs - (pieces.length - at))),
  )
  if (endMs - beginMs < pieces.length) return [{ beginMs, endMs, lines }]
  for (let at = 1; at < begins.length; at++) begins[at] = Math.max(begins[at] ?? 0, (begins[at - 1] ?? 0) + 1)
  return pieces.map((piece, at) => ({ beginMs: begins[at] ?? 0, endMs: begins[at + 1] ?? endMs, lines: [[piece]] }))
}

import type { TranscriptEvent } from '../../core/events.js'
import { type Cue, CueBuilder } from '../subtitles/cue-builder.js'
import { clockTime } from './clock-time.js'
import type { TranscriptFormat } from './format.js'
import type { SubtitleOptions, WriteCue } from './srt.js'

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** What a file of WebVTT begins with. */
export const VTT_HEAD = 'WEBVTT\n\n'

/**
 * WebVTT. With times of words each word but the first has its time in the text, by which players highlight it.
 *
 * Ref: W3C, WebVTT: The Web Video Text Tracks Format.
 */
export function webVtt(options: SubtitleOptions): TranscriptFormat {
  const builder = new CueBuilder(options)
  const writtenCue = vttCues(options)
  const written = (cues: readonly Cue[]) => cues.map((cue) => writtenCue(cue)).join('')
  return {
    head: VTT_HEAD,
    take: (event: TranscriptEvent) => written(builder.take(event)),
    rest: () => written(builder.rest()),
  }
}

/** Writes cues of WebVTT; in a voice tag, where the name of who speaks is given. */
export function vttCues({ wordTimestamps = false }: Pick<SubtitleOptions, 'wordTimestamps'>): WriteCue {
  return (cue, speaker) => {
    const voice = speaker === undefined ? '' : `<v ${escaped(speaker)}>`
    const text = wordTimestamps ? timedText(cue) : plainText(cue)
    return `${clockTime(cue.beginMs, '.')} --> ${clockTime(cue.endMs, '.')}\n${voice}${text}\n\n`
  }
}

function plainText({ lines }: Cue): string {
  return lines.map((line) => line.map((piece, at) => spaced(piece, at) + escaped(piece.text)).join('')).join('\n')
}

/** Times within a cue lie inside of it, and grow. */
function timedText({ beginMs, endMs, lines }: Cue): string {
  let last = beginMs
  const tag = (ms: number) => {
    if (ms <= last || ms >= endMs) return ''
    last = ms
    return `<${clockTime(ms, '.')}>`
  }
  return lines
    .map((line) => line.map((piece, at) => spaced(piece, at) + tag(piece.beginMs) + escaped(piece.text)).join(''))
    .join('\n')
}

function spaced({ hasSpace }: { readonly hasSpace: boolean }, at: number): string {
  return at > 0 && hasSpace ? ' ' : ''
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character)
}

import type { Circumstances, Condition } from './conditions.js'

/** Conditions of options that have to do with what is written, and of how many recordings. */

export const isRecorded: Condition = {
  holds: (at) => at.isRecorded !== false,
  otherwise: 'refuse',
  says: 'has an effect only with --record, beside whose file the audio is written',
  hint: 'give --record run.jsonl as well, or leave it out',
}
export const writesSubtitles: Condition = {
  holds: (at) => writesOneOf(at, ['srt', 'vtt']),
  otherwise: 'refuse',
  says: 'is for subtitles, and none are written',
  hint: 'give --output with a name that ends in .srt or .vtt, or --format srt, or leave it out',
}
export const timesWords: Condition = {
  holds: (at) => writesOneOf(at, ['lines', 'srt', 'vtt', 'tsv', 'csv']),
  otherwise: 'warn',
  says: 'has no effect: jsonl has the times of words anyway, and txt has no times',
}
/** Cues close at the ends of sentences by themselves. */
export const hasSegments: Condition = {
  holds: (at) => at.hasMarkers === true || writesOneOf(at, ['lines', 'jsonl', 'txt', 'tsv', 'csv']),
  otherwise: 'warn',
  says: 'has no effect on subtitles, which end with sentences anyway',
}
export const readsWavFile: Condition = {
  holds: ({ input }) => input === null || input === 'file',
  otherwise: 'refuse',
  says: 'needs a WAV file, of which it writes a copy',
  hint: 'give the name of a file, or leave it out',
}
export const storedRecordings: Condition = {
  holds: ({ input }) => input === null || input === 'file',
  otherwise: 'refuse',
  says: 'is for recordings in files',
  hint: 'give names of files or folders, or leave it out',
}
export const severalRecordings: Condition = {
  holds: ({ hasSeveral }) => hasSeveral !== false,
  otherwise: 'warn',
  says: 'has no effect on one recording',
}
export const oneRecording: Condition = {
  holds: ({ hasSeveral }) => hasSeveral !== true,
  otherwise: 'refuse',
  says: 'is for one recording',
  hint: 'leave it out, or give one recording',
}
export const replacesFiles: Condition = {
  holds: ({ hasFiles, hasMarkers, isRecorded }) => hasFiles !== false || hasMarkers === true || isRecorded === true,
  otherwise: 'warn',
  says: 'has no effect: no file is written',
}
/** What tells of one run, or is written of one stream. */
export const ofOneStream: readonly Condition[] = [
  oneRecording,
  {
    holds: ({ isLikeSeveral = false }) => !isLikeSeveral,
    otherwise: 'refuse',
    says: 'does not go with --output-dir, --resume or several formats',
    hint: 'give --output for each file instead',
  },
  {
    holds: ({ hasChannels = false }) => !hasChannels,
    otherwise: 'refuse',
    says: 'is of one stream, and --channels makes several',
    hint: 'leave one of them out',
  },
]
export const writesFiles: Condition = {
  holds: ({ hasFiles }) => hasFiles !== false,
  otherwise: 'refuse',
  says: 'looks for files that were written, and the text goes to standard output',
  hint: 'give --format or --output, or leave it out',
}

function writesOneOf({ formats }: Circumstances, wanted: readonly string[]): boolean {
  return formats === undefined || formats.some((format) => wanted.includes(format))
}

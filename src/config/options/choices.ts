/** Values that options may have, and their limits. */

export const PRECISIONS = ['fp32', 'fp16', 'q8', 'q4'] as const
export const TASKS = ['transcribe', 'translate'] as const
export const POLICIES = ['local-agreement', 'alignatt'] as const
export const BUFFER_TRIMMINGS = ['segment', 'sentence'] as const
export const COMPATS = ['whisper_online'] as const
export const RAW_ENCODINGS = ['s16le', 's32le', 'f32le', 'u8', 'mulaw', 'alaw'] as const
export const CHANNELS = ['mix', 'left', 'right'] as const
/** How the channels of a recording are transcribed; absent: as one. */
export const CHANNEL_MODES = ['separate'] as const
/** Programs that record; `src/audio/sources/recorders.ts` starts them. */
export const RECORDER_CHOICES = ['sox', 'rec', 'arecord'] as const
/** Formats of a transcript; `src/output/formats/names.ts` knows them. */
export const FORMATS = ['lines', 'jsonl', 'srt', 'vtt', 'txt', 'tsv', 'csv'] as const
/** Limits of subtitles; `src/output/subtitles/profiles.ts` has them. */
export const PROFILES = ['netflix', 'bbc', 'short'] as const
/** Ref: Python's logging, as whisper_online.py has them. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const
/** Characters of a name or term that is favored. */
export const MAX_TERM_LENGTH = 100
/** Longer lists of terms stand in a file. */
export const MAX_HOTWORDS = 100

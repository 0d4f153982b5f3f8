import type { Capabilities } from '../../core/types.js'
import type { ASRConfig } from './table.js'

/** Where the audio of a run comes from. */
export type InputKind = 'file' | 'pipe' | 'microphone' | 'clients'

/** What decides whether an option has an effect. */
export interface Circumstances {
  readonly config: ASRConfig
  /** Null: not known, because nothing was given. */
  readonly input: InputKind | null
  /** The chosen backend; null while it is not loaded. */
  readonly backend: BackendFacts | null
  /** Formats that are written; absent: not known. */
  readonly formats?: readonly string[]
  /** Whether markers are written; absent: no. */
  readonly hasMarkers?: boolean
  /** Whether the run is recorded; absent: not known. */
  readonly isRecorded?: boolean
  /** Whether there are, or may be, several recordings; absent: not known. */
  readonly hasSeveral?: boolean
  /** Whether files are written; absent: not known. */
  readonly hasFiles?: boolean
}

/** What is known of a backend before it loads a model. */
export interface BackendFacts {
  /** Whether it comes with this program. */
  readonly isBuiltIn: boolean
  readonly capabilities: Partial<Capabilities>
  /** Keys of the configuration that it says it does not read. */
  readonly ignores: readonly string[]
  /** Backends of the plugins that are not the chosen one; empty when the chosen one is among them. */
  readonly unusedPlugins: readonly string[]
}

/** A condition without which an option has no effect. */
export interface Condition {
  readonly holds: (at: Circumstances) => boolean
  /**
   * "refuse": who gives the option believes something that is not so. "warn": it does no harm, and scripts written for
   * whisper_online.py may well have it.
   */
  readonly otherwise: 'refuse' | 'warn'
  /** What is so when it does not hold; continues the sentence that the option's name starts. */
  readonly says: string | ((at: Circumstances) => string)
  /** What to do; absent: leave the option out. */
  readonly hint?: string
  /** True: refused in files and variables as well, where other options without effect are left alone. */
  readonly isForAllDoors?: true
}

export const alignAtt: Condition = {
  holds: ({ config }) => config.policy === 'alignatt',
  otherwise: 'refuse',
  says: 'has an effect only with --policy alignatt',
  hint: 'give --policy alignatt as well, or leave it out',
}
export const localAgreement: Condition = {
  holds: ({ config }) => config.policy !== 'alignatt',
  otherwise: 'warn',
  says: 'has no effect with --policy alignatt, where --audio-max-len says when to cut',
}
/** With `vac` each utterance is an update of its own, offline too. */
export const severalUpdates: Condition = {
  holds: ({ config }) => !config.offline || config.vac,
  otherwise: 'warn',
  says: 'has no effect with --offline, which has one update only',
}
export const voiceDetection: Condition = {
  holds: ({ config }) => config.vac || config.vad,
  otherwise: 'refuse',
  says: 'has an effect only with --vac or --vad',
  hint: 'give --vac or --vad as well, or leave it out',
}
export const headerless: readonly Condition[] = [
  {
    holds: ({ input }) => input !== 'microphone',
    otherwise: 'refuse',
    says: 'is for audio without a header, not for the microphone: what the recorder gives is known',
  },
  {
    holds: ({ input }) => input !== 'file',
    otherwise: 'warn',
    says: 'has no effect on a file, whose header says it; raw audio is read from standard input: asr-stream - < FILE',
  },
]
export const liveAudio: Condition = {
  holds: ({ input, config }) =>
    input === null ||
    input === 'microphone' ||
    input === 'clients' ||
    (input === 'pipe' && !config.offline && !config.compUnaware),
  otherwise: 'warn',
  says: 'has an effect only on audio that is still being spoken: a pipe, the microphone, clients',
}
export const forMicrophone: Condition = {
  holds: ({ input }) => input === 'microphone',
  otherwise: 'refuse',
  says: 'is for the microphone',
  hint: 'give --mic as well, or leave it out',
}
export const recordedAudio: Condition = {
  holds: ({ input, config }) => input !== 'microphone' || config.channel === 'mix',
  otherwise: 'refuse',
  says: 'does not go with --mic, which records one channel',
}
/** Each channel is a stream, and what is written of one stream is not written of several. */
export const separateChannels: readonly Condition[] = [
  {
    holds: ({ input }) => input !== 'microphone',
    otherwise: 'refuse',
    says: 'does not go with --mic, which records one channel',
  },
  {
    holds: ({ config }) => config.channel === 'mix',
    otherwise: 'refuse',
    says: 'does not go with --channel, which picks one',
    hint: 'leave one of them out',
  },
  {
    holds: ({ hasMarkers }) => hasMarkers !== true,
    otherwise: 'refuse',
    says: 'does not go with --markers, which are those of one speaker',
    hint: 'leave one of them out',
  },
  {
    holds: (at) => at.isRecorded !== true,
    otherwise: 'refuse',
    says: 'does not go with --record, which records one stream',
    hint: 'leave one of them out',
  },
]
export const notSpokenNow: Condition = {
  holds: ({ input }) => input !== 'microphone',
  otherwise: 'refuse',
  says: 'does not go with --mic, which is heard as it is spoken',
  hint: 'leave it out, or give a file',
}
export const notWithCompat: Condition = {
  holds: ({ config }) => config.compat === null,
  otherwise: 'warn',
  says: 'has no effect with --compat, which never changes audio or text',
}
export const modelByName: Condition = {
  holds: ({ config, backend }) => config.modelDir === null || backend?.isBuiltIn !== true,
  otherwise: 'warn',
  says: 'has no effect with --model-dir, which gives the folder of the model itself',
}
/** At 0 nothing is skipped, which is what happens anyway. */
export const skipsRecordings: Condition = {
  ...notSpokenNow,
  holds: (at) => notSpokenNow.holds(at) || at.config.startAt === 0,
}
export const initPromptHeard: Condition = {
  ...alignAtt,
  holds: (at) => alignAtt.holds(at) || at.config.initPrompt === '',
}
export const staticInitPromptHeard: Condition = {
  ...alignAtt,
  holds: (at) => alignAtt.holds(at) || at.config.staticInitPrompt === '',
}
/** Where the filter is on, which it is unless it is turned off, nothing false is believed. */
export const filterTurnedOff: Condition = {
  ...notWithCompat,
  holds: (at) => notWithCompat.holds(at) || at.config.hallucinationFilter,
}
export const detectsLanguages: Condition = {
  holds: ({ backend }) => backend?.capabilities.languages?.length !== 0,
  otherwise: 'warn',
  says: ({ config }) => `has no effect: the backend "${config.backend}" detects no languages`,
}
export const translates: Condition = {
  holds: ({ config, backend }) => config.task === 'transcribe' || backend?.capabilities.translation !== false,
  otherwise: 'refuse',
  says: ({ config }) => `translate is not possible: the backend "${config.backend}" does not translate`,
  isForAllDoors: true,
}
/** Whoever gives terms believes that they come out right. */
export const favorsTerms: Condition = {
  holds: ({ backend }) => backend === null || backend.capabilities.keyTerms === true,
  otherwise: 'refuse',
  says: ({ config }) => `has no effect: the backend "${config.backend}" cannot favor terms`,
  hint: 'leave it out, or use the backend onnx-whisper',
}
export const pluginInUse: Condition = {
  holds: ({ backend }) => backend === null || backend.unusedPlugins.length === 0,
  otherwise: 'warn',
  says: ({ config, backend }) => {
    const [one, ...more] = backend?.unusedPlugins ?? []
    const which = more.length === 0 ? `the backend "${one}"` : `the backends ${[one, ...more].join(', ')}`
    return `brings ${which}, and "${config.backend}" is used`
  },
  hint: 'choose one with --backend',
}
export const detectsUtterances: Condition = {
  holds: ({ config }) => config.vac,
  otherwise: 'warn',
  says: 'has no effect without --vac',
}
export const notOffline: Condition = {
  holds: ({ config }) => !config.offline,
  otherwise: 'warn',
  says: 'has no effect with --offline',
}
export const computedInTime: Condition = {
  holds: ({ config }) => !config.offline && !config.compUnaware,
  otherwise: 'refuse',
  says: 'has no effect with --offline and --comp-unaware, where nothing is late',
  hint: 'leave one of them out',
}
export const neverNeeded: Condition = {
  holds: () => false,
  otherwise: 'warn',
  says: 'has no effect: the model is warmed up before the first audio',
}
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
export const writesFiles: Condition = {
  holds: ({ hasFiles }) => hasFiles !== false,
  otherwise: 'refuse',
  says: 'looks for files that were written, and the text goes to standard output',
  hint: 'give --format or --output, or leave it out',
}

function writesOneOf({ formats }: Circumstances, wanted: readonly string[]): boolean {
  return formats === undefined || formats.some((format) => wanted.includes(format))
}

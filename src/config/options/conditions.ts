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
  /** Whether each channel is a stream; absent: no. */
  readonly hasChannels?: boolean
  /** Whether one recording is written as several are; absent: no. */
  readonly isLikeSeveral?: boolean
  /** Whether files may be raw audio, as their names say; absent: none is. */
  readonly mayBeRaw?: boolean
}

/** What is known of a backend before it loads a model. */
export interface BackendFacts {
  /** Whether it comes with this program. */
  readonly isBuiltIn: boolean
  /** Whether it reads the model that comes with this program. */
  readonly isEmbedded: boolean
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
    holds: ({ input, mayBeRaw = false }) => input !== 'file' || mayBeRaw,
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
export const modelElsewhere: Condition = {
  holds: ({ backend }) => backend?.isEmbedded !== true,
  otherwise: 'warn',
  says: ({ config }) => `has no effect: the model ${config.model} comes with the program`,
}
/** What streams and `fast` do anyway; what they cannot do is refused by the clashes. */
const SEARCH: Omit<Condition, 'holds'> = {
  otherwise: 'warn',
  says: ({ config: { offline } }) =>
    offline
      ? 'has no effect with --fast, which decodes so anyway'
      : 'has no effect without --offline: a stream is decoded so anyway',
}
export const widensSearch: Condition = {
  ...SEARCH,
  holds: ({ config }) => searches(config) || config.beamSize !== 1,
}
export const hasFallback: Condition = {
  ...SEARCH,
  holds: ({ config }) => searches(config) || config.temperature?.some((value) => value > 0) !== false,
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
export const filtersWords: Condition = {
  holds: ({ backend }) => backend === null || backend.capabilities.hallucinates === true,
  otherwise: 'warn',
  says: ({ config }) => `has no effect: no words of the backend "${config.backend}" are left out`,
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
  says: 'has no effect where nothing is late: with --offline, --comp-unaware and several recordings',
  hint: 'leave one of them out',
}
export const neverNeeded: Condition = {
  holds: () => false,
  otherwise: 'warn',
  says: 'has no effect: the model is warmed up before the first audio',
}

function searches({ offline, fast }: ASRConfig): boolean {
  return offline && !fast
}

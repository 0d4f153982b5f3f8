import type { Capabilities } from '../core/types.js'
import type { ASRConfig } from './config.js'

/** Where the audio of a run comes from. */
export type InputKind = 'file' | 'pipe' | 'microphone' | 'clients'

/** What decides whether an option has an effect. */
export interface Circumstances {
  readonly config: ASRConfig
  /** Null: not known, because nothing was given. */
  readonly input: InputKind | null
  /** The chosen backend; null while it is not loaded. */
  readonly backend: BackendFacts | null
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
  /** What is so when it does not hold; reads on behind the option's name. */
  readonly says: string | ((at: Circumstances) => string)
  /** What to do; absent: leave the option out. */
  readonly hint?: string
}

/** What is known of an option besides its name, type and default. */
export interface OptionRow {
  /** Conditions in the order in which they are looked at. */
  readonly needs?: readonly Condition[]
  /** Why `asr-stream listen` does not have it; absent: it does. */
  readonly notForListen?: string
}

const alignAtt: Condition = {
  holds: ({ config }) => config.policy === 'alignatt',
  otherwise: 'refuse',
  says: 'has an effect only with --policy alignatt',
  hint: 'give --policy alignatt as well, or leave it out',
}
const localAgreement: Condition = {
  holds: ({ config }) => config.policy !== 'alignatt',
  otherwise: 'warn',
  says: 'has no effect with --policy alignatt, where --audio-max-len says when to cut',
}
/** With `vac` each utterance is an update of its own, offline too. */
const severalUpdates: Condition = {
  holds: ({ config }) => !config.offline || config.vac,
  otherwise: 'warn',
  says: 'has no effect with --offline, which has one update only',
}
const voiceDetection: Condition = {
  holds: ({ config }) => config.vac || config.vad,
  otherwise: 'refuse',
  says: 'has an effect only with --vac or --vad',
  hint: 'give --vac or --vad as well, or leave it out',
}
const headerless: readonly Condition[] = [
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
const liveAudio: Condition = {
  holds: ({ input, config }) =>
    input === null ||
    input === 'microphone' ||
    input === 'clients' ||
    (input === 'pipe' && !config.offline && !config.compUnaware),
  otherwise: 'warn',
  says: 'has an effect only on audio that is still being spoken: a pipe, the microphone, clients',
}
const microphone: Condition = {
  holds: ({ input }) => input === 'microphone',
  otherwise: 'refuse',
  says: 'is for the microphone',
  hint: 'give --mic as well, or leave it out',
}
const notSpokenNow: Condition = {
  holds: ({ input }) => input !== 'microphone',
  otherwise: 'refuse',
  says: 'does not go with --mic, which is heard as it is spoken',
  hint: 'leave it out, or give a file',
}
const notWithCompat: Condition = {
  holds: ({ config }) => config.compat === null,
  otherwise: 'warn',
  says: 'has no effect with --compat, which never changes audio or text',
}
const modelByName: Condition = {
  holds: ({ config, backend }) => config.modelDir === null || backend?.isBuiltIn !== true,
  otherwise: 'warn',
  says: 'has no effect with --model-dir, which gives the folder of the model itself',
}

const always: OptionRow = {}

/** Options of the command line that are no keys of the configuration. */
export type CommandKey =
  | 'mic'
  | 'device'
  | 'recorder'
  | 'output'
  | 'live'
  | 'logLevel'
  | 'quiet'
  | 'account'
  | 'profile'
  | 'option'
  | 'plugin'
  | 'warmupFile'

/**
 * Every option: when it has an effect, and whether servers have it. An option without a row is an error of the compiler.
 * What excludes what whatever was given stands in `parseConfig`, which programs use as well.
 */
export const OPTION_TABLE: Readonly<Record<keyof ASRConfig | CommandKey, OptionRow>> = {
  mic: { notForListen: 'clients send their audio' },
  device: { needs: [microphone], notForListen: 'clients send their audio' },
  recorder: { needs: [microphone], notForListen: 'clients send their audio' },
  maxBacklog: { needs: [liveAudio] },
  rawRate: { needs: headerless },
  rawChannels: { needs: headerless },
  rawEncoding: { needs: headerless },
  minChunkSize: { needs: [severalUpdates] },
  startAt: {
    // At 0 nothing is left out, which is what happens anyway.
    needs: [{ ...notSpokenNow, holds: (at) => notSpokenNow.holds(at) || at.config.startAt === 0 }],
    notForListen: 'clients are heard from where they begin',
  },
  compUnaware: { needs: [notSpokenNow], notForListen: 'clients are heard as they speak' },
  offline: { needs: [notSpokenNow], notForListen: 'clients are heard as they speak' },
  model: { needs: [modelByName] },
  modelDir: always,
  modelCacheDir: { needs: [modelByName] },
  offlineModels: always,
  revision: { needs: [modelByName] },
  precision: always,
  lan: always,
  languages: {
    needs: [
      {
        holds: ({ backend }) => backend?.capabilities.languages?.length !== 0,
        otherwise: 'warn',
        says: ({ config }) => `has no effect: the backend "${config.backend}" detects no languages`,
      },
    ],
  },
  task: {
    needs: [
      {
        holds: ({ config, backend }) => config.task === 'transcribe' || backend?.capabilities.translation !== false,
        otherwise: 'refuse',
        says: ({ config }) => `translate is not possible: the backend "${config.backend}" does not translate`,
      },
    ],
  },
  threads: always,
  beamSize: { notForListen: 'beams and temperatures go with --offline only' },
  temperature: { notForListen: 'beams and temperatures go with --offline only' },
  backend: always,
  option: always,
  plugin: {
    needs: [
      {
        holds: ({ backend }) => backend === null || backend.unusedPlugins.length === 0,
        otherwise: 'warn',
        says: ({ config, backend }) => {
          const [one, ...more] = backend?.unusedPlugins ?? []
          const which = more.length === 0 ? `the backend "${one}"` : `the backends ${[one, ...more].join(', ')}`
          return `brings ${which}, and "${config.backend}" is used`
        },
        hint: 'choose one with --backend',
      },
    ],
  },
  plugins: always,
  policy: always,
  bufferTrimming: { needs: [localAgreement, severalUpdates] },
  bufferTrimmingSec: { needs: [localAgreement, severalUpdates] },
  frameThreshold: { needs: [alignAtt] },
  audioMaxLen: { needs: [alignAtt] },
  initPrompt: { needs: [{ ...alignAtt, holds: (at) => alignAtt.holds(at) || at.config.initPrompt === '' }] },
  staticInitPrompt: {
    needs: [{ ...alignAtt, holds: (at) => alignAtt.holds(at) || at.config.staticInitPrompt === '' }],
  },
  compat: always,
  vac: always,
  vacChunkSize: {
    needs: [
      { holds: ({ config }) => config.vac, otherwise: 'warn', says: 'has no effect without --vac' },
      { holds: ({ config }) => !config.offline, otherwise: 'warn', says: 'has no effect with --offline' },
    ],
  },
  vad: always,
  vadThreshold: { needs: [voiceDetection] },
  vadMinSilenceMs: { needs: [voiceDetection] },
  vadSpeechPadMs: { needs: [voiceDetection] },
  keepLevel: { needs: [notWithCompat] },
  // Where it is on, which it is unless it is turned off, nothing false is believed.
  hallucinationFilter: {
    needs: [{ ...notWithCompat, holds: (at) => notWithCompat.holds(at) || at.config.hallucinationFilter }],
  },
  account: { notForListen: 'no account is kept of the audio of clients' },
  output: { notForListen: 'each client gets its own lines' },
  live: { notForListen: 'clients get lines' },
  logLevel: always,
  profile: { notForListen: 'it tells of one stream' },
  quiet: always,
  warmupFile: {
    needs: [
      { holds: () => false, otherwise: 'warn', says: 'has no effect: the model is warmed up before the first audio' },
    ],
  },
}

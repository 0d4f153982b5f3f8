import { BUFFER_TRIMMINGS, COMPATS, POLICIES } from './choices.js'
import {
  alignAtt,
  computedInTime,
  detectsUtterances,
  localAgreement,
  notOffline,
  notSpokenNow,
  notWithCompat,
  severalUpdates,
  voiceDetection,
} from './conditions.js'
import type { OptionRow, Type } from './row.js'
import { toggle } from './values.js'

/** Less audio than this is no step: an update takes longer than what it adds. */
const MIN_STEP_SEC = 0.01

/** No update is done sooner. */
const MIN_LAG_SEC = 0.1

/** How a stream becomes final text. Ref: whisper_online.py add_shared_args, and SimulStreaming for AlignAtt. */
export const STREAMING_OPTIONS = {
  /** How text becomes final. */
  policy: {
    flag: '--policy <name>',
    group: 'streaming',
    help: 'when text is final: after two updates that agree, or after one (half the lag)',
    tip: 'alignatt is best with `--min-chunk-size 0.5`',
    page: 'engine.md',
    type: (zod): Type<(typeof POLICIES)[number]> => zod.enum(POLICIES),
    default: 'local-agreement',
    choices: POLICIES,
    isCommon: true,
  },
  /** Seconds of audio between updates. */
  minChunkSize: {
    flag: '--min-chunk-size <seconds>',
    group: 'streaming',
    help: 'seconds of new audio before the text is updated; smaller is faster and costs more',
    type: (zod): Type<number> => zod.number().min(MIN_STEP_SEC),
    default: 1,
    reads: 'number',
    isCommon: true,
    needs: [severalUpdates],
  },
  /** Seconds by which recognition may be late before less is computed; null: it is late where the machine is slow. */
  maxLag: {
    flag: '--max-lag <seconds>',
    group: 'streaming',
    help: 'compute less when text would be late by more than this, and more again later',
    page: 'live-audio.md',
    type: (zod): Type<number | null> => zod.number().min(MIN_LAG_SEC).nullable(),
    default: null,
    shownDefault: 'none',
    reads: 'number',
    needs: [computedInTime, notWithCompat],
  },
  /** Where the audio buffer is cut. */
  bufferTrimming: {
    flag: '--buffer-trimming <where>',
    group: 'streaming',
    help: 'where to cut the audio buffer',
    type: (zod): Type<(typeof BUFFER_TRIMMINGS)[number]> => zod.enum(BUFFER_TRIMMINGS),
    default: 'segment',
    choices: BUFFER_TRIMMINGS,
    needs: [localAgreement, severalUpdates],
  },
  /** Seconds of buffer beyond which it is cut. */
  bufferTrimmingSec: {
    flag: '--buffer-trimming-sec <seconds>',
    group: 'streaming',
    help: 'cut the buffer when it exceeds this many seconds',
    type: (zod): Type<number> => zod.number().positive(),
    default: 15,
    reads: 'number',
    needs: [localAgreement, severalUpdates],
  },
  /** AlignAtt: text is final when attention is at least this many frames of 20 ms before the end of the audio. */
  frameThreshold: {
    flag: '--frame-threshold <frames>',
    group: 'streaming',
    help: 'alignatt: hold back text heard in the last N frames (20 ms each)',
    type: (zod): Type<number> => zod.int().min(1),
    default: 25,
    reads: 'number',
    needs: [alignAtt],
  },
  /** AlignAtt: seconds of buffer beyond which it is cut. */
  audioMaxLen: {
    flag: '--audio-max-len <seconds>',
    group: 'streaming',
    help: 'alignatt: cut the buffer when it exceeds this many seconds',
    type: (zod): Type<number> => zod.number().min(2),
    default: 15,
    reads: 'number',
    needs: [alignAtt],
  },
  /** Does as whisper_online.py did, its losses included. */
  compat: {
    flag: '--compat <program>',
    group: 'streaming',
    help: 'behave exactly like another program, including where it loses words',
    type: (zod): Type<(typeof COMPATS)[number] | null> => zod.enum(COMPATS).nullable(),
    default: null,
    choices: COMPATS,
  },
  /** The clock stops while the model computes. */
  compUnaware: {
    flag: '--comp-unaware',
    group: 'streaming',
    help: 'simulate: ignore computing time in the timestamps (for benchmarks)',
    type: toggle,
    default: false,
    isCommon: true,
    needs: [notSpokenNow],
    notForListen: 'clients are heard as they speak',
  },
} as const satisfies Readonly<Record<string, OptionRow>>

/** Voice activity detection. */
export const VOICE_OPTIONS = {
  /** Only utterances are recognized, and each ends when speech does. */
  vac: {
    flag: '--vac',
    group: 'voice',
    help: 'split speech into utterances (finishes sentences at pauses)',
    tip: 'nothing is recognized while nobody speaks; last words come about 0.6 s after they were said',
    page: 'voice-activity.md',
    type: toggle,
    default: false,
    isCommon: true,
  },
  /** Step of voice activity detection, in seconds. */
  vacChunkSize: {
    flag: '--vac-chunk-size <seconds>',
    group: 'voice',
    help: 'seconds of audio in one step of voice activity detection',
    type: (zod): Type<number> => zod.number().min(MIN_STEP_SEC),
    default: 0.04,
    reads: 'number',
    needs: [detectsUtterances, notOffline],
  },
  /** Leaves out what is not speech before each recognition. */
  vad: {
    flag: '--vad',
    group: 'voice',
    help: 'remove silence before recognition',
    page: 'voice-activity.md',
    type: toggle,
    default: false,
    isCommon: true,
  },
  /** Speech probability threshold. */
  vadThreshold: {
    flag: '--vad-threshold <probability>',
    group: 'voice',
    help: 'speech probability threshold (0-1)',
    type: (zod): Type<number> => zod.number().gt(0).max(1),
    default: 0.5,
    reads: 'number',
    needs: [voiceDetection],
  },
  /** Silence that ends an utterance, in milliseconds. */
  vadMinSilenceMs: {
    flag: '--vad-min-silence-ms <ms>',
    group: 'voice',
    help: 'silence that ends an utterance (ms)',
    type: (zod): Type<number> => zod.number().min(0),
    default: 500,
    reads: 'number',
    needs: [voiceDetection],
  },
  /** Padding around speech, in milliseconds; null: 250, or 100 as whisper_online.py has with `compat`. */
  vadSpeechPadMs: {
    flag: '--vad-speech-pad-ms <ms>',
    group: 'voice',
    help: 'padding around speech (ms)',
    type: (zod): Type<number | null> => zod.number().min(0).nullable(),
    default: null,
    shownDefault: '250',
    reads: 'number',
    needs: [voiceDetection],
  },
} as const satisfies Readonly<Record<string, OptionRow>>

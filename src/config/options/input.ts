import { CHANNEL_MODES, CHANNELS, RAW_ENCODINGS, RECORDER_CHOICES } from './choices.js'
import {
  forMicrophone,
  headerless,
  liveAudio,
  notWithCompat,
  recordedAudio,
  separateChannels,
  skipsRecordings,
} from './conditions.js'
import type { OptionRow, Type } from './row.js'
import { text, toggle } from './values.js'

const CLIENTS = 'clients send their audio'

/** Where audio comes from. */
export const INPUT_OPTIONS = {
  mic: {
    flag: '--mic',
    group: 'input',
    help: 'listen to the microphone',
    type: toggle,
    isOfProgram: true,
    isCommon: true,
    notForListen: CLIENTS,
  },
  device: {
    flag: '--device <name>',
    group: 'input',
    help: 'which microphone, by its name in the recording program',
    type: text,
    isOfProgram: true,
    needs: [forMicrophone],
    notForListen: CLIENTS,
  },
  recorder: {
    flag: '--recorder <name>',
    group: 'input',
    help: 'recording program',
    type: (zod): Type<(typeof RECORDER_CHOICES)[number]> => zod.enum(RECORDER_CHOICES),
    choices: RECORDER_CHOICES,
    isOfProgram: true,
    needs: [forMicrophone],
    notForListen: CLIENTS,
  },
  /** Seconds of the audio that are skipped. */
  startAt: {
    flag: '--start-at <seconds>',
    group: 'input',
    help: 'skip this many seconds at the start',
    type: (zod): Type<number> => zod.number().min(0),
    default: 0,
    reads: 'number',
    isCommon: true,
    needs: [skipsRecordings],
    notForListen: 'clients are heard from where they begin',
  },
  /** Seconds of live audio that may wait while an update computes. */
  maxBacklog: {
    flag: '--max-backlog <seconds>',
    group: 'input',
    help: 'seconds of live audio to buffer when the machine is too slow',
    type: (zod): Type<number> => zod.number().min(0.01),
    default: 60,
    reads: 'number',
    needs: [liveAudio],
  },
  /** Sample rate of audio without a header, in Hz. */
  rawRate: {
    flag: '--raw-rate <hertz>',
    group: 'input',
    help: 'sample rate of headerless audio',
    type: (zod): Type<number> => zod.int().min(1000).max(384_000),
    default: 16_000,
    reads: 'number',
    isCommon: true,
    needs: headerless,
  },
  /** Channels of audio without a header. */
  rawChannels: {
    flag: '--raw-channels <count>',
    group: 'input',
    help: 'channel count of headerless audio',
    type: (zod): Type<number> => zod.int().min(1).max(64),
    default: 1,
    reads: 'number',
    needs: headerless,
  },
  /** Sample encoding of audio without a header. */
  rawEncoding: {
    flag: '--raw-encoding <name>',
    group: 'input',
    help: 'sample encoding of headerless audio',
    type: (zod): Type<(typeof RAW_ENCODINGS)[number]> => zod.enum(RAW_ENCODINGS),
    default: 's16le',
    choices: RAW_ENCODINGS,
    needs: headerless,
  },
  /** Which channel of a recording is heard. */
  channel: {
    flag: '--channel <name>',
    group: 'input',
    help: 'channel to transcribe of a recording with several',
    page: 'input-formats.md',
    type: (zod): Type<(typeof CHANNELS)[number]> => zod.enum(CHANNELS),
    default: 'mix',
    choices: CHANNELS,
    needs: [recordedAudio],
  },
  channels: {
    flag: '--channels <how>',
    group: 'input',
    help: 'transcribe each channel of a recording as a speaker of its own',
    page: 'input-formats.md',
    type: (zod): Type<(typeof CHANNEL_MODES)[number]> => zod.enum(CHANNEL_MODES),
    choices: CHANNEL_MODES,
    shownDefault: 'as one',
    isOfProgram: true,
    isCommon: true,
    needs: separateChannels,
    notForListen: CLIENTS,
  },
  /** Quiet speech is not amplified before anything listens to it. */
  keepLevel: {
    flag: '--keep-level',
    group: 'input',
    help: 'do not amplify quiet speech before it is recognized',
    type: toggle,
    default: false,
    needs: [notWithCompat],
  },
} as const satisfies Readonly<Record<string, OptionRow>>

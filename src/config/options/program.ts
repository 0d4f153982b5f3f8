import { LOG_LEVELS } from './choices.js'
import { neverNeeded } from './conditions.js'
import type { OptionRow, Type } from './row.js'
import { name, text, toggle, upperCase } from './values.js'

/** Where text goes. */
export const OUTPUT_OPTIONS = {
  output: {
    flag: '-o, --output <file>',
    group: 'output',
    help: 'write the lines to a file',
    type: text,
    value: 'file',
    isOfProgram: true,
    isCommon: true,
    notForListen: 'each client gets its own lines',
  },
  /** False: lines on a terminal as well. */
  live: {
    flag: '--no-live',
    group: 'output',
    help: 'print lines with times on a terminal too, not growing text',
    type: toggle,
    default: true,
    isOfProgram: true,
    isCommon: true,
    notForListen: 'clients get lines',
  },
  quiet: {
    flag: '--quiet',
    group: 'output',
    help: 'no progress, and only errors on standard error',
    type: toggle,
    isOfProgram: true,
    isCommon: true,
  },
} as const satisfies Readonly<Record<string, OptionRow>>

/** What the program tells of itself, and where its options come from. */
export const DIAGNOSTIC_OPTIONS = {
  config: {
    flag: '--config <file>',
    group: 'diagnostics',
    help: 'read options from a JSON or YAML file',
    page: 'configuration.md',
    type: text,
    value: 'file',
    isOfProgram: true,
    isCommon: true,
  },
  logLevel: {
    flag: '-l, --log-level <level>',
    group: 'diagnostics',
    help: 'log level',
    type: (zod): Type<(typeof LOG_LEVELS)[number]> => zod.preprocess(upperCase, zod.enum(LOG_LEVELS)),
    default: 'WARNING',
    choices: LOG_LEVELS,
    isOfProgram: true,
    isCommon: true,
  },
  account: {
    flag: '--account',
    group: 'diagnostics',
    help: 'print an audio ledger: transcribed, silent and dropped audio',
    page: 'voice-activity.md',
    type: toggle,
    isOfProgram: true,
    notForListen: 'no account is kept of the audio of clients',
  },
  profile: {
    flag: '--profile',
    group: 'diagnostics',
    help: 'print per-stage timings',
    type: toggle,
    isOfProgram: true,
    notForListen: 'it tells of one stream',
  },
  record: {
    flag: '--record <file>',
    group: 'diagnostics',
    help: 'record what was heard, recognized and decided, for asr-stream replay and explain',
    tip: 'the file has the text of the recording in it',
    page: 'evaluation.md',
    type: text,
    value: 'file',
    isOfProgram: true,
    notForListen: 'it tells of one stream',
  },
  /** Of whisper_online_server.py; taken so that its callers need not change, and told of as without effect. */
  warmupFile: {
    flag: '--warmup-file <file>',
    group: 'diagnostics',
    help: 'not needed: the model is warmed up before the first audio',
    type: name,
    isOfProgram: true,
    isHidden: true,
    onlyForListen: true,
    needs: [neverNeeded],
  },
} as const satisfies Readonly<Record<string, OptionRow>>

const MAX_PORT = 65_535

/** The server of `asr-stream listen`. Ref: whisper_online_server.py; sessions and time are our own. */
export const SERVER_OPTIONS = {
  host: {
    flag: '--host <name>',
    group: 'server',
    help: 'address to listen on; the default is this machine only',
    type: name,
    default: '127.0.0.1',
    isOfProgram: true,
    onlyForListen: true,
    isCommon: true,
  },
  port: {
    flag: '--port <number>',
    group: 'server',
    help: 'port to listen on; 0: any free port',
    type: (zod): Type<number> => zod.int().min(0).max(MAX_PORT),
    default: 43_007,
    reads: 'number',
    isOfProgram: true,
    onlyForListen: true,
    isCommon: true,
  },
  maxSessions: {
    flag: '--max-sessions <count>',
    group: 'server',
    help: 'clients served at once',
    type: (zod): Type<number> => zod.int().min(1),
    default: 4,
    reads: 'number',
    isOfProgram: true,
    onlyForListen: true,
  },
  maxPerAddress: {
    flag: '--max-per-address <count>',
    group: 'server',
    help: 'clients of one address served at once; this machine may have all',
    type: (zod): Type<number> => zod.int().min(1),
    shownDefault: 'all but one',
    reads: 'number',
    isOfProgram: true,
    onlyForListen: true,
  },
  idleTimeout: {
    flag: '--idle-timeout <seconds>',
    group: 'server',
    help: 'disconnect a client that sends no audio for this long',
    type: (zod): Type<number> => zod.int().min(1),
    default: 300,
    reads: 'number',
    isOfProgram: true,
    onlyForListen: true,
  },
  updateTimeout: {
    flag: '--update-timeout <seconds>',
    group: 'server',
    help: 'drop a client when one update takes longer than this',
    type: (zod): Type<number> => zod.int().min(1),
    default: 300,
    reads: 'number',
    isOfProgram: true,
    onlyForListen: true,
  },
} as const satisfies Readonly<Record<string, OptionRow>>

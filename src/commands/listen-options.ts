import { type Command, Option } from 'commander'
import { NOT_FOR_LISTEN } from '../config/option-effects.js'
import { addGroups, addTranscribeOptions, type CommandFlags } from './transcribe-options.js'
import { wholeNumber } from './whole-number.js'

/** Values that the server has unless they are given. Ref: whisper_online_server.py; sessions and time are our own. */
const LISTEN_DEFAULTS = {
  host: '127.0.0.1',
  port: 43_007,
  maxSessions: 4,
  idleTimeout: 300,
  updateTimeout: 300,
} as const
const MOST_PORT = 65_535
/** Options of `asr-stream listen`. */
export interface ListenFlags extends CommandFlags {
  readonly host?: string
  readonly port?: number
  readonly maxSessions?: number
  readonly idleTimeout?: number
  readonly updateTimeout?: number
  readonly maxPerAddress?: number
  readonly warmupFile?: string
}

/** Gives the command its options: those of the server, and those of recognition. */
export function addListenOptions(command: Command): Command {
  const number = (flags: string, about: string, standard: number | string, least: number, most?: number) =>
    new Option(flags, `${about} (default: ${standard})`).argParser(wholeNumber(flags.split(' ')[0] ?? '', least, most))
  const server = {
    'Server:': [
      new Option('--host <name>', `address to listen on (default: ${LISTEN_DEFAULTS.host}, this machine only)`),
      number('--port <number>', 'port to listen on; 0: any that is free', LISTEN_DEFAULTS.port, 0, MOST_PORT),
      number('--max-sessions <count>', 'clients that are heard at once', LISTEN_DEFAULTS.maxSessions, 1),
      number('--max-per-address <count>', 'of these from one address; this machine may have all', 'all but one', 1),
      number('--idle-timeout <seconds>', 'a client sends no audio for so long at most', LISTEN_DEFAULTS.idleTimeout, 1),
      number('--update-timeout <seconds>', 'recognising takes so long at most', LISTEN_DEFAULTS.updateTimeout, 1),
    ],
  }
  return addTranscribeOptions(addGroups(command, server), [...NOT_FOR_LISTEN.keys()]).addOption(warmupOption())
}

/** Of whisper_online_server.py; taken so that its callers need not change, and told of as without effect. */
function warmupOption(): Option {
  return new Option('--warmup-file <file>').hideHelp()
}

/** What is given, and the defaults. */
export function serverOptions({ host, port, maxSessions, maxPerAddress, idleTimeout, updateTimeout }: ListenFlags) {
  return {
    host: host ?? LISTEN_DEFAULTS.host,
    port: port ?? LISTEN_DEFAULTS.port,
    maxSessions: maxSessions ?? LISTEN_DEFAULTS.maxSessions,
    maxPerAddress,
    idleSec: idleTimeout ?? LISTEN_DEFAULTS.idleTimeout,
    updateSec: updateTimeout ?? LISTEN_DEFAULTS.updateTimeout,
  }
}

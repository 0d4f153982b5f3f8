import type { Command } from 'commander'
import { SERVER_OPTIONS } from '../config/option-table.js'
import { addTranscribeOptions, type CommandFlags } from './transcribe-options.js'

/** Options of `asr-stream listen`. */
export type ListenFlags = CommandFlags

/** Gives the command its options: those of the server, and those of recognition. */
export function addListenOptions(command: Command): Command {
  return addTranscribeOptions(command, true)
}

/** What is given, and the defaults. */
export function serverOptions({ host, port, maxSessions, maxPerAddress, idleTimeout, updateTimeout }: ListenFlags) {
  return {
    host: host ?? SERVER_OPTIONS.host.default,
    port: port ?? SERVER_OPTIONS.port.default,
    maxSessions: maxSessions ?? SERVER_OPTIONS.maxSessions.default,
    maxPerAddress,
    idleSec: idleTimeout ?? SERVER_OPTIONS.idleTimeout.default,
    updateSec: updateTimeout ?? SERVER_OPTIONS.updateTimeout.default,
  }
}

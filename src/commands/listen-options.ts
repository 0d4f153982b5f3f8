import type { Command } from 'commander'
import { NOT_FOR_LISTEN } from '../config/option-effects.js'
import { flagOf, isGiven } from '../config/option-names.js'
import { SERVER_OPTIONS } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'
import { addTranscribeOptions, type CommandFlags } from './transcribe-options.js'

/** Options of `asr-stream listen`. */
export type ListenFlags = CommandFlags

/** Gives the command its options: those of the server, and those of recognition. */
export function addListenOptions(command: Command): Command {
  return addTranscribeOptions(command, 'listen')
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

/**
 * @throws UsageError for an option that servers do not have
 */
export function refuseUnfit(flags: Readonly<Record<string, unknown>>, command: string): void {
  const [unfit] = [...NOT_FOR_LISTEN].filter(([key]) => isGiven(key, flags[key]))
  if (unfit === undefined) return
  const [key, why] = unfit
  throw new UsageError(`${flagOf(key)} is not for ${command}: ${why}`, {
    hint: `leave it out; see asr-stream ${command} --help`,
  })
}

import type { Command } from 'commander'
import { flagOf, isGiven } from '../config/option-names.js'
import { OPTION_TABLE, SERVER_OPTIONS } from '../config/option-table.js'
import { addTranscribeOptions, type CommandFlags } from './transcribe-options.js'

/** Gives `asr-stream serve` its options: those of the server, and those of recognition. */
export function addServeOptions(command: Command): Command {
  return addTranscribeOptions(command, 'serve')
}

/** Settings of the model that a server has unless they are given. */
export const SERVE_DEFAULTS = { workers: OPTION_TABLE.workers.serveDefault }

/** What is given of the server, and the defaults. */
export function servingOptions(flags: CommandFlags) {
  const { host, port, maxSessions, maxPerAddress, idleTimeout, updateTimeout, tcpPort, wyomingPort, token } = flags
  return {
    host: host ?? SERVER_OPTIONS.host.default,
    port: port ?? SERVER_OPTIONS.port.serveDefault,
    maxSessions: maxSessions ?? SERVER_OPTIONS.maxSessions.serveDefault,
    maxPerAddress,
    maxRequestsPerMinute: flags.maxRequestsPerMinute ?? SERVER_OPTIONS.maxRequestsPerMinute.default,
    idleSec: idleTimeout ?? SERVER_OPTIONS.idleTimeout.default,
    updateSec: updateTimeout ?? SERVER_OPTIONS.updateTimeout.default,
    tcpPort,
    wyomingPort,
    token,
    // Absent, --no-auth is true.
    auth: flags.auth !== false,
    allowOrigin: flags.allowOrigin ?? [],
    allowModelDir: flags.allowModelDir ?? [],
    maxUpload: flags.maxUpload ?? SERVER_OPTIONS.maxUpload.default,
    maxMemory: flags.maxMemory,
    maxDuration: flags.maxDuration ?? SERVER_OPTIONS.maxDuration.default,
    drainTimeout: flags.drainTimeout ?? SERVER_OPTIONS.drainTimeout.default,
  }
}

/** What is given and has no effect, each in a sentence. */
export function idleServeOptions(flags: Readonly<Record<string, unknown>>): readonly string[] {
  if (flags.tcpPort !== undefined) return []
  const why = 'has an effect only with --tcp-port: clients of the other protocols say how their audio is written'
  return RAW_OPTIONS.filter((key) => isGiven(key, flags[key])).map((key) => `${flagOf(key)} ${why}`)
}

const RAW_OPTIONS = ['rawRate', 'rawChannels', 'rawEncoding'] as const

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { PROGRAM } from './program.js'

/** Runs a command as a user whom the system does not know. */
const AS_STRANGER = ['--reuid=54321', '--regid=54321', '--clear-groups', 'env', '-u', 'HOME'] as const

/** Whether programs can be run as somebody else, who can read this repository: root can with setpriv of util-linux. */
export function canBeStranger(): boolean {
  return spawnSync('setpriv', [...AS_STRANGER, 'test', '-r', PROGRAM]).status === 0
}

/** Runs the program as a user whom the system does not know, without HOME and caches. */
export function runAsStranger(args: readonly string[]): SpawnSyncReturns<string> {
  const { HOME: _, XDG_CACHE_HOME: __, HF_HOME: ___, ...env } = process.env
  return spawnSync('setpriv', [...AS_STRANGER, process.execPath, PROGRAM, ...args], { encoding: 'utf8', env, cwd: '/' })
}

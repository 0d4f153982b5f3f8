import type { Log } from './types.js'

/** Tells nobody. */
export const silentLog: Log = { error() {}, warn() {}, info() {}, debug() {} }

import type { Command } from '../run-program.js'

/** What every program of a comparison computes with. */
export const THREADS = 2

/** A file to hear. */
export interface Audio {
  readonly audio: string
  /** Code of the language that is spoken. */
  readonly language: string
}

/** A program in one configuration. */
export interface Contestant {
  /** As tables and plots call it. */
  readonly name: string
  /** This project's, not a peer. */
  readonly own: boolean
  /** Gives all text at the end: there is no lag to measure. */
  readonly offline: boolean
  command(audio: Audio): Command
}

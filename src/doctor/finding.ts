/** What can be looked at, in the order in which it is. */
export type Area = 'install' | 'load' | 'hear' | 'decode' | 'write' | 'speed'

/** What was found out about a part of the program, or of the machine. */
export interface Finding {
  readonly area: Area
  /** "note": it works, and something could be better or is not needed; "failed": something does not work. */
  readonly state: 'ok' | 'note' | 'failed'
  /** One sentence without a stop. */
  readonly message: string
  /** What to do, one sentence. */
  readonly hint?: string
  /** The same for programs. */
  readonly details?: Readonly<Record<string, unknown>>
  /** What `--fix` can do about it. */
  readonly repair?: Repair
}

/** Something that can be put right without asking anybody but the user. */
export interface Repair {
  /** What it does, a sentence that begins with a verb; what comes over a network is in it. */
  readonly what: string
  /** Puts it right; throws when it cannot. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** Memory of a server in megabytes. */
export interface ServerMemory {
  /** The program, one copy of the model, and one session that computes. */
  readonly oneSessionMb: number
  /** What each further session adds. */
  readonly perSessionMb: number
  /** What a further copy of the model adds, with one session on it. Absent: only one was measured. */
  readonly copyMb?: number | undefined
}

/**
 * Memory of a server in megabytes: copies of the model are loaded when sessions need them, so there are no more than sessions.
 * Where nothing is known of a further copy, it counts as a server of its own.
 */
export function serverMemoryMb(
  { oneSessionMb, perSessionMb, copyMb = oneSessionMb }: ServerMemory,
  workers: number,
  sessions: number,
): number {
  const copies = Math.max(1, Math.min(workers, sessions))
  return oneSessionMb + (copies - 1) * copyMb + Math.max(0, sessions - copies) * perSessionMb
}

import { availableParallelism } from 'node:os'

/** More threads than this make the small matrices of streaming slower, not faster. */
const MAX_THREADS = 4
/** More copies of a model are loaded only when they are asked for: each has its memory. */
const MAX_COPIES = 8

/** How the cores are used. */
export interface Computing {
  /** Copies of the model that compute at once. */
  readonly workers: number
  /** Threads of one run in each of them. */
  readonly threads: number
}

/**
 * Shares the cores out: what is 0 is chosen so that all compute, and no more threads than cores. Updates of streams are
 * many small runs: several copies with a thread each do more of them than one copy with all threads.
 */
export function sharedCores({ workers, threads }: Computing, cores = availableParallelism()): Computing {
  // More threads than cores wait for each other at every product.
  const wanted = Math.min(threads, cores)
  const copies = workers > 0 ? workers : Math.min(MAX_COPIES, Math.floor(cores / Math.max(1, wanted)))
  return { workers: copies, threads: wanted > 0 ? wanted : clamped(Math.floor(cores / copies)) }
}

function clamped(threads: number): number {
  return Math.max(1, Math.min(MAX_THREADS, threads))
}

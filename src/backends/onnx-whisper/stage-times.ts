/** What an update spends its time on. */
export const STAGES = ['log-mel', 'encoder', 'first call', 'further calls', 'sampling', 'word times'] as const
export type Stage = (typeof STAGES)[number]

/** Milliseconds and calls of one stage. */
export interface StageTime {
  readonly ms: number
  readonly calls: number
}

/** Stages that were passed, with what they took. */
export type StageTimes = Readonly<Partial<Record<Stage, StageTime>>>

/** Adds up what each stage takes. One instance a recognition. */
export class StageClock {
  readonly #times = new Map<Stage, { ms: number; calls: number }>()

  /** Runs a stage and adds its time. */
  measure<Result>(stage: Stage, run: () => Result): Result {
    const begin = performance.now()
    const done = () => this.#add(stage, performance.now() - begin)
    const result = run()
    if (result instanceof Promise) return result.finally(done) as Result
    done()
    return result
  }

  /** What was passed so far. */
  times(): StageTimes {
    return Object.fromEntries(Array.from(this.#times, ([stage, time]) => [stage, { ...time }]))
  }

  #add(stage: Stage, ms: number): void {
    const time = this.#times.get(stage) ?? { ms: 0, calls: 0 }
    time.ms += ms
    time.calls += 1
    this.#times.set(stage, time)
  }
}

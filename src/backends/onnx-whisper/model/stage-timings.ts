import type { StageTiming } from '../../../core/types.js'

/** What an update spends its time on. */
export const STAGES = [
  'log-mel',
  'language',
  'encoder',
  'first call',
  'further calls',
  'sampling',
  'word times',
] as const
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

/** Adds up the stages of many recognitions. */
export class TotalTimings {
  readonly #sums = new Map<string, { ms: number; calls: number }>()

  /** @param ms the whole recognition, of which what is no stage is the rest */
  add(times: StageTimes, ms: number): void {
    let rest = ms
    for (const stage of STAGES) {
      const time = times[stage]
      if (!time) continue
      this.#add(stage, time.ms, time.calls)
      rest -= time.ms
    }
    this.#add('the rest', rest, 1)
  }

  timings(): readonly StageTiming[] {
    return Array.from(this.#sums, ([stage, { ms, calls }]) => ({ stage, seconds: ms / 1000, calls }))
  }

  #add(stage: string, ms: number, calls: number): void {
    const sum = this.#sums.get(stage) ?? { ms: 0, calls: 0 }
    this.#sums.set(stage, { ms: sum.ms + ms, calls: sum.calls + calls })
  }
}

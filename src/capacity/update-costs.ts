/** What an update of a stream takes, and how old its words are. */
export interface UpdateCosts {
  /**
   * Seconds that the recognizer is taken by an update.
   * @param endSec second of the session up to which the update hears
   * @param newSec seconds of audio that are new in it
   * @param phase from 0 up to 1: which of many like recordings a session has
   */
  serviceSec(endSec: number, newSec: number, phase: number): number
  /** Seconds of processor time that it takes; as `serviceSec` otherwise. */
  cpuSec(endSec: number, newSec: number, phase: number): number
  /** For each piece of text that it makes final: seconds from the end of its last word to `endSec`. */
  textAges(endSec: number, newSec: number, phase: number): readonly number[]
}

const NO_TEXT: readonly number[] = []

/** Every update takes the same. */
export function constantCosts(serviceSec: number): UpdateCosts {
  return { serviceSec: () => serviceSec, cpuSec: () => serviceSec, textAges: () => NO_TEXT }
}

/** One update as it was measured. Times are seconds. */
export interface MeasuredUpdate {
  /** Audio that the recognizer was given; 0 where nothing was recognized. */
  readonly bufferSec: number
  /** From its start to its end. */
  readonly wallSec: number
  /** Processor time of all threads. */
  readonly cpuSec: number
  /** As `UpdateCosts.textAges`. */
  readonly textAges: readonly number[]
}

/** The updates of one recording with a step of its own, from its start to its end. */
export interface UpdateTrace {
  /** New audio of each update in seconds. */
  readonly stepSec: number
  readonly updates: readonly MeasuredUpdate[]
}

/** Less processor time than this share of the time: the backend waits for something else, such as a service. */
export const WAITS_BELOW = 0.05
/** Updates that other programs have disturbed had less of the processor. */
const UNDISTURBED = 0.9

/**
 * Share of a processor that updates had which were not disturbed: about as many as threads compute, less on a machine that is
 * busy with something else.
 *
 * @returns 0 where nothing took any time
 */
export function undisturbedShare(traces: readonly UpdateTrace[]): number {
  const all = traces.flatMap(({ updates }) => updates).filter(({ bufferSec, wallSec }) => bufferSec > 0 && wallSec > 0)
  const shares = all.map(({ cpuSec, wallSec }) => cpuSec / wallSec).sort((one, other) => one - other)
  return shares[Math.floor(UNDISTURBED * (shares.length - 1))] ?? 0
}

/** Threads that compute at a time while an update runs undisturbed, at least one; 0: the backend waits for something else. */
export function parallelism(traces: readonly UpdateTrace[]): number {
  const share = undisturbedShare(traces)
  return share < WAITS_BELOW ? 0 : Math.max(1, share)
}

/**
 * Costs as they were measured. A session goes along a recording and begins it again, not at its start, where the buffer is
 * empty, but at `warmSec`. An update that is longer than the step, because the session had to wait, costs what those of the
 * next shorter and the next longer measured step cost there.
 *
 * @param traces of the same recording, by growing step; not empty
 * @param warmSec from then on the buffer has its usual length
 */
export function tracedCosts(traces: readonly UpdateTrace[], warmSec: number): UpdateCosts {
  const parallel = parallelism(traces)
  const services = traces.map(({ updates }) =>
    Float64Array.from(updates, ({ wallSec, cpuSec }) =>
      parallel === 0 ? wallSec : Math.min(wallSec, cpuSec / parallel),
    ),
  )
  const cpus = traces.map(({ updates }) => Float64Array.from(updates, ({ cpuSec }) => cpuSec))
  const steps = traces.map(({ stepSec }) => stepSec)
  const last = steps.length - 1
  const growths = ageGrowths(traces)
  const lengthSec = Math.min(...traces.map(({ stepSec, updates }) => stepSec * updates.length))
  const warm = Math.min(warmSec, lengthSec / 2)
  const placeOf = (endSec: number, phase: number) => {
    if (endSec <= warm) return endSec
    const around = lengthSec - warm
    return warm + ((endSec - warm + phase * around) % around)
  }
  const indexOf = (trace: number, place: number, count: number) =>
    Math.max(0, Math.min(count - 1, Math.ceil(place / (steps[trace] as number) - 1e-6) - 1))
  /** The measured step that is not longer. */
  const shorterStep = (newSec: number) => {
    let trace = last
    while (trace > 0 && (steps[trace] as number) > newSec) trace--
    return trace
  }
  const between = (values: readonly Float64Array[], endSec: number, newSec: number, phase: number) => {
    const place = placeOf(endSec, phase)
    const at = shorterStep(newSec)
    const [own, step] = [values[at] as Float64Array, steps[at] as number]
    const cost = own[indexOf(at, place, own.length)] as number
    if (newSec <= step) return cost
    if (at === last) return (cost * newSec) / step
    const longer = values[at + 1] as Float64Array
    const above = longer[indexOf(at + 1, place, longer.length)] as number
    return cost + ((above - cost) * (newSec - step)) / ((steps[at + 1] as number) - step)
  }
  return {
    serviceSec: (endSec, newSec, phase) => between(services, endSec, newSec, phase),
    cpuSec: (endSec, newSec, phase) => between(cpus, endSec, newSec, phase),
    textAges(endSec, newSec, phase) {
      const at = shorterStep(newSec)
      const { updates, stepSec } = traces[at] as UpdateTrace
      const ages = updates[indexOf(at, placeOf(endSec, phase), updates.length)]?.textAges ?? NO_TEXT
      if (ages.length === 0 || newSec <= stepSec) return ages
      const olderSec = (growths[at] as number) * (newSec - stepSec)
      return ages.map((age) => age + olderSec)
    },
  }
}

/** By how much text is older for each second that steps are longer, from each measured step to the next. */
function ageGrowths(traces: readonly UpdateTrace[]): readonly number[] {
  const ages = traces.map(({ updates }) => {
    const all = updates.flatMap(({ textAges }) => textAges)
    return all.length === 0 ? null : all.reduce((sum, age) => sum + age, 0) / all.length
  })
  return traces.map(({ stepSec }, at) => {
    const [own, next, nextStep] = [ages[at], ages[at + 1], traces[at + 1]?.stepSec]
    // Words wait for as much as comes at once.
    if (own == null || next == null || nextStep === undefined) return 1
    return Math.max(0, (next - own) / (nextStep - stepSec))
  })
}

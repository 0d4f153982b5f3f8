import { cpus } from 'node:os'

/** Day and machine, for the head of a report. */
export function describeMachine(): string {
  const processors = cpus()
  const date = new Date().toISOString().slice(0, 10)
  return `${date}, ${processors.length} x ${processors[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`
}

/** Seconds in which processors of this machine were not idle, since it was started. */
export function busySec(): number {
  const times = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq)
  return times.reduce((sum, value) => sum + value, 0) / 1000
}

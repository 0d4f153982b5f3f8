import { cpus } from 'node:os'

/** Day and machine, for the head of a report. */
export function describeMachine(): string {
  const processors = cpus()
  const date = new Date().toISOString().slice(0, 10)
  return `${date}, ${processors.length} x ${processors[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`
}

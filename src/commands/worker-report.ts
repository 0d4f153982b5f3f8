import type { QueueResult } from '../queue/queue-job.js'
import { logLine } from '../terminal/log.js'

/** Tells on standard error what a worker does, a line for each recording, and keeps the names of those that are dead. */
export function workerReport(quiet: boolean, queue: string) {
  const say = (level: string, text: string) => void process.stderr.write(logLine(level, text))
  const dead: string[] = []
  return {
    dead: dead as readonly string[],
    onReady: () => {
      if (!quiet) say('info', `waiting for recordings in the queue ${queue}`)
    },
    onDone: (name: string, { audioSec, elapsedSec, wasDone }: QueueResult) => {
      const what = wasDone ? 'was done before' : `${audioSec.toFixed(1)} s of audio in ${elapsedSec.toFixed(1)} s`
      if (!quiet) say('info', `${name}: ${what}`)
    },
    onFailed: (name: string, reason: string, willBeTried: boolean) => {
      const text = reason.includes(name) ? reason : `${name}: ${reason}`
      say(willBeTried ? 'warning' : 'error', `${text}${willBeTried ? '; it is tried again' : ''}`)
      if (!willBeTried) dead.push(name)
    },
  }
}

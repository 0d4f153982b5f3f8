import { namedLog } from '../core/named-log.js'
import type { FailedFile } from '../files/run-files.js'
import type { Tally } from '../files/tally.js'
import { filesStatus, filesSummary } from '../terminal/files-status.js'
import { createLog, createProgress, logLine, PROGRAM } from '../terminal/log.js'
import type { CommandFlags } from './transcribe-options.js'

/** How often the status is written again, in milliseconds: each update of each recording would be too often. */
const STATUS_MS = 100

/** What `openFilesReport` gives. */
export type FilesReport = Awaited<ReturnType<typeof openFilesReport>>

/** Tells on standard error what becomes of many recordings. */
export async function openFilesReport({ quiet = false, logLevel }: CommandFlags) {
  const level = logLevel ?? (quiet ? 'ERROR' : 'WARNING')
  const isSilent = ['ERROR', 'CRITICAL'].includes(level)
  const progress = await createProgress(!quiet)
  const aside = (text: string) => void process.stderr.write(text)
  let shownAt = 0
  let names: readonly string[] = []
  const log = await createLog(level, aside)
  /** Where somebody looks on; scripts look at files and exit codes. */
  const say = (text: string) => {
    progress.stop()
    if (process.stderr.isTTY && !isSilent) aside(`${PROGRAM}: ${text}\n`)
  }
  return {
    log,
    /** For the model, which does not know whose audio it hears. */
    modelLog: namedLog(log, () => names),
    loading: (text: string) => progress.show(text),
    onTally(tally: Tally) {
      names = tally.names
      if (Date.now() - shownAt < STATUS_MS) return
      shownAt = Date.now()
      progress.show(filesStatus(tally))
    },
    onFailure({ name, error: { message, hint } }: FailedFile) {
      const text = message.startsWith(name) ? message : `${name}: ${message}`
      aside(logLine('error', hint === undefined ? text : `${text}; ${hint}`))
    },
    onLeft(path: string, part: string) {
      if (!isSilent) aside(logLine('warning', `${path} is not complete: the text so far is in ${part}`))
    },
    nothingLeft: (count: number) => say(`all ${count === 1 ? '' : `${count} `}done before`),
    done(tally: Tally, { skipped, isInterrupted }: { readonly skipped: number; readonly isInterrupted: boolean }) {
      say(filesSummary(tally, skipped) + (isInterrupted ? '; --resume goes on from here' : ''))
    },
    close: () => progress.stop(),
  }
}

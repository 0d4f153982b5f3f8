import { UsageError } from '../core/errors.js'
import { SomeFailedError } from '../files/some-failed-error.js'
import { inputRoots } from '../queue/input-roots.js'
import { openStore } from '../queue/open-store.js'
import { parseQueueAddress } from '../queue/queue-address.js'
import { runWorker } from '../queue/queue-worker.js'
import { jobRunner } from '../queue/run-job.js'
import { configSettings } from './config-settings.js'
import { type CommandRun, configure } from './configure.js'
import { openFilesReport } from './files-report.js'
import { loadInTime } from './load-in-time.js'
import { whatIsWritten } from './planned-outputs.js'
import { addressOf } from './queue-flags.js'
import type { WorkerFlags } from './worker-options.js'
import { workerReport } from './worker-report.js'

const HINT = '"asr-stream queue status" has the reasons, "asr-stream queue retry" tries them again'

/** `asr-stream worker --queue redis://... --output-dir texts`: transcribes what a queue has, until it is stopped. */
export async function workerCommand(given: WorkerFlags, { signal: stop, given: doors }: CommandRun): Promise<void> {
  const { queue, queueName, inputRoot = [], concurrency, lockTime, drainTimeout, untilEmpty = false, ...flags } = given
  const { outputDir, option = [], quiet = false } = flags
  const address = parseQueueAddress(addressOf(given))
  if (outputDir === undefined)
    throw new UsageError('worker needs --output-dir', { hint: 'give the folder for the texts' })
  const roots = await inputRoots(inputRoot)
  const report = await openFilesReport(flags)
  const { log } = report
  try {
    const store = await openStore(address)
    const own = await configSettings(flags)
    const settings = own.offline === true ? own : { ...own, compUnaware: true }
    const around = {
      flags,
      input: 'file',
      log,
      given: doors,
      ...whatIsWritten(flags, [], true),
      hasFiles: true,
    } as const
    const { config, loader } = await configure(settings, option, around)
    report.loading(`loading ${config.backend}`)
    const context = { signal: stop, log: report.modelLog, progress: report.loading }
    await using transcriber = await loadInTime(config, loader, context, { stop })
    report.close()
    const run = jobRunner({ transcriber, config, roots, outputDir, log, onLeft: report.onLeft })
    const { dead, ...told } = workerReport(quiet, `${queueName} at ${address.shown}`)
    const how = { concurrency, lockSec: lockTime, drainSec: drainTimeout, untilEmpty, run, stop, log }
    const { done } = await runWorker({ store, queueName, ...how, ...told })
    if (untilEmpty && dead.length > 0) throw new SomeFailedError(dead, done + dead.length, HINT)
  } finally {
    report.close()
  }
}

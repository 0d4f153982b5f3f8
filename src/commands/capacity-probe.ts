import { ignoredBy } from '../backends/registry.js'
import { silentLog } from '../core/silent-log.js'
import { SAMPLE_SPEECH } from '../doctor/sample-speech.js'
import { probe } from '../probe/probe.js'
import { type ProbeFile, probeFileOf } from '../probe/probe-file.js'
import { probeSpeech } from '../probe/probe-speech.js'
import { createLog, createProgress } from '../terminal/log.js'
import { tappedModel } from '../transcriber/tapped-model.js'
import { type CapacityFlags, recognitionOf } from './capacity-flags.js'
import { measuredWorker } from './capacity-workers.js'
import { configSettings } from './config-settings.js'
import { type CommandRun, configure } from './configure.js'
import { programVersion } from './info-options.js'
import { loadInTime } from './load-in-time.js'
import { SERVE_DEFAULTS } from './serve-options.js'

/** Loads the model that the options name, and measures it. */
export async function probeHere(flags: CapacityFlags, { signal, given }: CommandRun): Promise<ProbeFile> {
  const { logLevel, quiet = false, option = [], probeTime, speech = SAMPLE_SPEECH } = flags
  const recognition = recognitionOf(flags)
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const surroundings = { flags: recognition, input: 'clients', log, given } as const
  const settings = { ...SERVE_DEFAULTS, ...(await configSettings(recognition)) }
  const { config: chosen, loader } = await configure(settings, option, surroundings)
  const { config, own, hasCopies } = measuredWorker(chosen, ignoredBy(loader).includes('workers'))
  const audio = await probeSpeech(speech, config, signal)
  const progress = await createProgress(!quiet)
  const onStep = (text: string) => progress.show(text)
  try {
    onStep(`loading ${config.backend}`)
    let bufferSec = 0
    const changed: Parameters<typeof tappedModel>[1] = ({ audioSec }) => {
      bufferSec = audioSec
    }
    // A server has all of this in memory as well.
    await import('../server/serve/serve.js')
    const beganMs = performance.now()
    // What is heard is of no concern.
    const context = { log: silentLog, signal, progress: onStep }
    const wishes = { stop: signal, changed: (model: Parameters<typeof tappedModel>[0]) => tappedModel(model, changed) }
    const load = () => loadInTime(own, loader, context, wishes)
    await using transcriber = await load()
    const loadSec = (performance.now() - beganMs) / 1000
    const heard = () => {
      const last = bufferSec
      bufferSec = 0
      return last
    }
    const loadCopy = hasCopies ? load : undefined
    const options = { speech: audio, bufferSec: heard, budgetSec: probeTime, onStep, loadCopy, signal }
    const measured = await probe(transcriber, options)
    return probeFileOf(measured, config, { program: programVersion(), loadSec })
  } finally {
    progress.stop()
  }
}

import type { Speed } from './check-loading.js'
import type { Finding } from './finding.js'

/** Seconds of computing for a second of speech, up to which the defaults are right, and up to which larger portions help. */
const COMFORTABLE = 0.5
const BEARABLE = 0.8
/** Below this a model of twice the size keeps up as well. */
const AMPLE = 0.2

/** What to use on a machine. */
export interface Advice {
  readonly finding: Finding
  /** A command to copy. */
  readonly command: string
}

/**
 * The options for a machine, from its speed and whether it has a microphone.
 * @param model what was measured, as an option for a command; empty: the default
 */
export function adviceFor({ load }: Speed, hasMicrophone: boolean, model: readonly string[]): Advice {
  const options = optionsFor(load)
  const input = hasMicrophone ? ['--mic', '--vac'] : ['talk.wav', '-o', 'talk.srt']
  // A file is not in a hurry: what helps live only is left out.
  const own = hasMicrophone ? options : ['--offline', ...(load > BEARABLE ? ['--fast'] : [])]
  const command = ['asr-stream', ...model, ...input, ...own].join(' ')
  const factor = 1 / load
  const times = factor < 10 ? factor.toFixed(1) : factor.toFixed(0)
  const message = `a stream is computed ${times} times as fast as it is spoken`
  const finding = { area: 'speed', message, details: { load, command } } as const
  if (load > BEARABLE) {
    const hint = `too slow for live speech as it is: ${options.join(' ')} keep the lag bounded; close other programs`
    return { finding: { ...finding, state: 'note', hint }, command }
  }
  if (load > COMFORTABLE) {
    const hint = `live speech leaves little to spare: ${options.join(' ')} costs less`
    return { finding: { ...finding, state: 'note', hint }, command }
  }
  if (load < AMPLE && model.length === 0) {
    const hint = 'a larger model may keep up too: --model base.en (downloaded once, 80 MB)'
    return { finding: { ...finding, state: 'ok', hint }, command }
  }
  return { finding: { ...finding, state: 'ok' }, command }
}

function optionsFor(load: number): readonly string[] {
  if (load > BEARABLE) return ['--min-chunk-size', '3', '--max-lag', '3']
  return load > COMFORTABLE ? ['--min-chunk-size', '2'] : []
}

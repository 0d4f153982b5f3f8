import { listDevices } from '../audio/sources/devices.js'
import { openMicrophone } from '../audio/sources/microphone.js'
import type { RecorderName } from '../audio/sources/recorders.js'
import { StreamSource } from '../audio/sources/stream-source.js'
import { AsrStreamError, messageOf } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import { silentLog } from '../core/silent-log.js'
import type { Finding } from './finding.js'
import { type InputLevel, measureLevel } from './input-level.js'

/** Which microphone is listened to. */
export interface MicrophoneChoice {
  readonly device?: string | undefined
  readonly recorder?: RecorderName | undefined
}

/** What was found about the microphone, and whether one is there. */
export interface Hearing {
  readonly finding: Finding
  readonly hasMicrophone: boolean
}

/** A person has so long to say something, and a microphone so long to give the first sound. */
const LISTENING_SEC = 3
const PATIENCE_MS = 8000
/** Speech of a usual distance and gain has peaks above this, in dB of full scale. */
const QUIET_DB = -40
/** Of all samples so many may be at full scale by chance. */
const MAX_CLIPPED = 1e-4

/**
 * Looks for a recorder, and listens to the microphone for three seconds; what it hears is measured and dropped. That there is
 * none is no failure, unless one was asked for: files are transcribed without.
 *
 * @param onStep called with what is going on
 */
export async function checkHearing(choice: MicrophoneChoice, onStep: (text: string) => void): Promise<Hearing> {
  const isWanted = choice.device !== undefined || choice.recorder !== undefined
  try {
    const { recorder, devices } = await listDevices(choice.recorder)
    onStep(`listening to the microphone for ${LISTENING_SEC} s: say something`)
    const level = measureLevel(await recorded(choice))
    return { finding: judged(recorder, devices.length, level), hasMicrophone: true }
  } catch (error) {
    const { hint = 'connect a microphone, if you want to use --mic' } = error instanceof AsrStreamError ? error : {}
    const message = `${messageOf(error)}${isWanted ? '' : '; it is needed for --mic only'}`
    return { finding: { area: 'hear', state: isWanted ? 'failed' : 'note', message, hint }, hasMicrophone: false }
  }
}

async function recorded(choice: MicrophoneChoice): Promise<Float32Array> {
  const open = await openMicrophone(choice, silentLog)
  const enough = new AbortController()
  const timer = setTimeout(() => enough.abort(), PATIENCE_MS)
  const audio = new Float32Array(LISTENING_SEC * SAMPLE_RATE)
  let count = 0
  try {
    for await (const piece of new StreamSource({ name: 'the microphone', open, log: silentLog }).read(enough.signal)) {
      const taken = piece.subarray(0, audio.length - count)
      audio.set(taken, count)
      count += taken.length
      if (count === audio.length) enough.abort()
    }
  } finally {
    clearTimeout(timer)
    enough.abort()
  }
  return audio.subarray(0, count)
}

function judged(recorder: RecorderName, deviceCount: number, level: InputLevel): Finding {
  const { peakDb, meanDb, clippedShare, seconds } = level
  const details = { recorder, deviceCount, ...level }
  const finding = (state: Finding['state'], message: string, hint?: string): Finding => ({
    area: 'hear',
    state,
    message,
    details,
    ...(hint === undefined ? {} : { hint }),
  })
  if (seconds === 0) {
    return finding('failed', `${recorder} opens the microphone, but nothing comes`, 'choose another with --device')
  }
  if (peakDb === Number.NEGATIVE_INFINITY) {
    const hint = 'it is muted, or not connected; "asr-stream devices" lists others'
    return finding('failed', `${recorder} records, but all that comes is digital silence`, hint)
  }
  const shown = `${recorder} records: peak ${peakDb.toFixed(0)} dB, mean ${meanDb.toFixed(0)} dB of full scale`
  if (clippedShare > MAX_CLIPPED) {
    const share = (100 * clippedShare).toFixed(clippedShare < 0.01 ? 2 : 0)
    return finding('note', `${shown}; ${share} % of it is clipped`, 'turn the gain of the microphone down')
  }
  if (peakDb < QUIET_DB) {
    const hint = 'if you spoke, turn its gain up, or come nearer; quiet speech is amplified, noise with it'
    return finding('note', `${shown}; that is very quiet`, hint)
  }
  return finding('ok', `${shown}, nothing clipped`)
}

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { InputError, messageOf } from '../../core/errors.js'
import type { Log } from '../../core/types.js'
import { isOnPath } from './programs.js'
import { loadRecorderLibrary, type StartRecorder } from './recorder-library.js'
import { guardRecorder, kill } from './recorder-process.js'
import { installHint, type RecorderCommand, type RecorderName, recorderCommand, usualRecorders } from './recorders.js'

/** A recorder that does not stop when it is told to is ended after this. */
const PATIENCE_MS = 1000
/** A recorder that delivers nothing is told of after this. */
const NOTHING_SEC = 5
/** The header of a WAV, which recorders write before they have a sample, is not longer. */
const MAX_HEADER_BYTES = 128
/** Of what a recorder says, the end is kept. */
const MAX_SAID = 2000

/** Which microphone, and by what. */
export interface MicrophoneOptions {
  /** As the recorder calls it; absent: the system's default. */
  readonly device?: string | undefined
  /** Absent: the first that is there. */
  readonly recorder?: RecorderName | undefined
}

/**
 * Looks for a recorder. The bytes that it then gives, when they are asked for, end when the signal is aborted. When
 * they end by themselves that is an InputError: a microphone has no end.
 *
 * @param log is told when it gives nothing
 * @throws InputError when there is no recorder
 */
export async function openMicrophone(
  { device, recorder }: MicrophoneOptions,
  log: Log,
): Promise<(signal?: AbortSignal) => AsyncIterable<Uint8Array>> {
  const name = await findRecorder(recorder)
  const command = recorderCommand(name, device ?? null, process.platform)
  const start = await loadRecorderLibrary()
  return (signal) => record(start, command, log, signal)
}

/**
 * The recorder that is used.
 * @param wanted absent: the first that is there
 * @throws InputError when it is not there, with what to install
 */
export async function findRecorder(wanted: RecorderName | undefined): Promise<RecorderName> {
  const names = wanted ? [wanted] : usualRecorders(process.platform)
  for (const name of names) if (await isOnPath(name)) return name
  const hint = installHint(wanted ?? null, process.platform)
  if (wanted) throw new InputError(`the recorder ${wanted} is not installed`, { hint })
  throw new InputError(`no program that records is installed: looked for ${names.join(', ')}`, { hint })
}

async function* record(
  start: StartRecorder,
  command: RecorderCommand,
  log: Log,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (signal?.aborted) return
  const recorder = start(command)
  const ended = endOf(recorder)
  const lifeline = guardRecorder(recorder)
  const stop = () => stopRecorder(recorder)
  signal?.addEventListener('abort', stop, { once: true })
  const nothing = setTimeout(() => {
    if (!signal?.aborted)
      log.warn(
        `the microphone gives nothing: ${command.command} has not delivered one sample in ${NOTHING_SEC} s; ${HINT}`,
      )
  }, 1000 * NOTHING_SEC)
  let bytes = 0
  try {
    for await (const chunk of recorder.stdout as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > MAX_HEADER_BYTES) clearTimeout(nothing)
      yield chunk
    }
    const end = await ended
    if (!signal?.aborted) throw describeEnd(command.command, end, bytes > 0)
  } finally {
    clearTimeout(nothing)
    signal?.removeEventListener('abort', stop)
    stop()
    lifeline.release()
  }
}

/** Ends a recorder; what it does not write in time it does not write any more. */
function stopRecorder(recorder: ChildProcess): void {
  if (recorder.stdout?.closed) return
  kill(recorder, 'SIGTERM')
  const timer = setTimeout(() => {
    kill(recorder, 'SIGKILL')
    recorder.stdout?.destroy()
  }, PATIENCE_MS)
  recorder.once('close', () => clearTimeout(timer))
}

interface End {
  /** "exit code 1", "SIGKILL", or why it could not be started. */
  readonly how: string
  /** The last line that it said. */
  readonly said: string
}

async function endOf(recorder: ChildProcess): Promise<End> {
  let said = ''
  recorder.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID)
  })
  const lastLine = () => said.trim().split('\n').at(-1)?.trim() ?? ''
  try {
    const [code, signal] = (await once(recorder, 'close')) as [number | null, string | null]
    return { how: signal ?? `exit code ${code}`, said: lastLine() }
  } catch (error) {
    return { how: messageOf(error), said: lastLine() }
  }
}

const HINT = 'check that it is connected and not in use; --device chooses another; "asr-stream devices" lists them'

function describeEnd(command: RecorderName, { how, said }: End, gotAudio: boolean): InputError {
  const noise = /^(?:\w+: \w+:\d+: |\w+ FAIL \w+: )/
  const failure = gotAudio
    ? `the microphone has gone: ${command} ended with ${how}${said === '' ? '' : `: ${said}`}`
    : `the microphone cannot be recorded: ${command} ${said === '' ? `ended with ${how}` : `says "${said.replace(noise, '')}"`}`
  return new InputError(failure, { hint: HINT })
}

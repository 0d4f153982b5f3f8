import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { RecorderCommand } from './recorders.js'

/** A recorder that runs: what it records is its standard output. */
export type RecorderProcess = ChildProcessByStdio<null, Readable, Readable>

/**
 * Starts a recorder. What it records must be asked for in the same turn of the event loop: the library has a listener for
 * it already, and what nobody else asks for is gone.
 */
export type StartRecorder = (command: RecorderCommand) => RecorderProcess

/**
 * Loads node-record-lpcm16. Its own recorders know neither our devices nor our formats, so it is told what to start by a
 * module of ours; that it takes the path of one is not documented, so its version is exact.
 */
export async function loadRecorderLibrary(): Promise<StartRecorder> {
  const { default: library } = await import('node-record-lpcm16')
  return ({ command, args, env }) => {
    const recording = library.record({
      recorder: toldRecorder(),
      told: {
        cmd: command,
        args,
        spawnOptions: {
          env: { ...process.env, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
          // In a group of its own, Ctrl-C leaves it to this program to end it, when all it has recorded is read.
          detached: process.platform !== 'win32',
          windowsHide: true,
        },
      },
    })
    // The library makes an error of every end but one, also of one that was asked for, when the stream is over already.
    recording.stream().on('error', () => {})
    return recording.process
  }
}

/** From source (tests) it is the compiled one. */
function toldRecorder(): string {
  const isSource = import.meta.url.endsWith('.ts')
  const path = isSource ? '../../../dist/audio/sources/told-recorder.cjs' : './told-recorder.cjs'
  return fileURLToPath(new URL(path, import.meta.url))
}

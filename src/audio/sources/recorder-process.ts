import { type ChildProcess, spawn } from 'node:child_process'

/** Waits until its standard input ends without a word, as it does when this program is gone, and ends a process group. */
const WATCH = 'read -r word; [ -n "$word" ] && exit; kill -TERM -$1; PATH=/bin:/usr/bin sleep 1; kill -KILL -$1'

/** Sees to it that a process does not outlive this program, however that ends: by process.exit, or by SIGKILL. */
export interface Lifeline {
  /** To be called when the process may go on, or is gone. */
  release(): void
}

/** Sends a signal to a process that leads a group, and to all that it has started. @returns whether any is there */
export function kill(leader: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  if (leader.pid === undefined) return false
  try {
    return process.platform === 'win32' ? leader.kill(signal) : process.kill(-leader.pid, signal)
  } catch {
    return false
  }
}

/** Watches over a process that leads a group. */
export function guardRecorder(leader: ChildProcess): Lifeline {
  const end = () => void kill(leader, 'SIGKILL')
  process.once('exit', end)
  const watcher = process.platform === 'win32' || leader.pid === undefined ? null : watch(leader.pid)
  return {
    release() {
      process.off('exit', end)
      watcher?.stdin?.end('done\n')
    },
  }
}

/** A shell in a session of its own, which no signal to this program reaches. */
function watch(group: number): ChildProcess {
  const watcher = spawn('/bin/sh', ['-c', WATCH, 'asr-stream', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without a shell the recorder ends when it finds its output closed.
  watcher.on('error', () => {})
  watcher.stdin.on('error', () => {})
  watcher.unref()
  return watcher
}

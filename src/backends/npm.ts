import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { BackendError, messageOf } from '../core/errors.js'
import type { Installation } from './installation.js'

/** What npx, or a script of npm, hands down, and is about another folder. */
const INHERITED = /^npm_config_(global|prefix|location|dry_run|omit|include|save\w*)$/i
/** npm that does not end when it is told to is ended after this. */
const PATIENCE_MS = 3000

/**
 * Runs npm; what it says goes to standard error.
 *
 * @throws BackendError when there is no npm, or it fails; the signal's reason when aborted
 */
export async function runNpm({ folder, args }: Installation, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const isWindows = process.platform === 'win32'
  const own = Object.entries(process.env).filter(([name]) => !INHERITED.test(name))
  const npm = spawn('npm', args, {
    cwd: folder,
    // Where there is no network, npm's own patience is more than a minute.
    env: { npm_config_fetch_retries: '1', ...Object.fromEntries(own) },
    stdio: ['ignore', 2, 2],
    // There it is a script of the shell.
    shell: isWindows,
    windowsHide: true,
  })
  let patience: NodeJS.Timeout | undefined
  const stop = () => {
    npm.kill('SIGTERM')
    patience = setTimeout(() => npm.kill('SIGKILL'), PATIENCE_MS)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    const [code, end] = (await once(npm, 'close')) as [number | null, string | null]
    signal.throwIfAborted()
    if (code === 0) return
    throw new BackendError(`npm could not install it, and ended with ${end ?? `exit code ${code}`}`, {
      hint: `see the message of npm above; it needs a network, and the right to write into ${folder}`,
    })
  } catch (cause) {
    if (cause instanceof BackendError || signal.aborted) throw cause
    throw new BackendError(`npm cannot be started: ${messageOf(cause)}`, {
      hint: 'install npm, which comes with Node.js, and check that it is on the PATH',
      cause,
    })
  } finally {
    clearTimeout(patience)
    signal.removeEventListener('abort', stop)
  }
}

import { createRequire } from 'node:module'
import { BackendError, messageOf } from '../../core/errors.js'
import type { Availability } from '../../core/types.js'

const PACKAGE = 'onnxruntime-node'
/** What onnxruntime-node 1.30.0 has files for, by `process.platform` and `process.arch`. */
const BUILT_FOR = ['linux x64', 'linux arm64', 'win32 x64', 'win32 arm64', 'darwin arm64']
/** Its own install script fetches GPU files, which are not needed, and fails where their host cannot be reached. */
const INSTALL = 'npm install -g asr-stream --ignore-scripts'
const INSTALL_HINT = `install it again: ${INSTALL}, without -g in a project, npm ci in a clone`
/** What is said on Linux when the C library is another one, or too old. */
const OTHER_LIBC = /ld-linux|GLIBC|GLIBCXX|musl/

/** Where a program runs. */
export interface Machine {
  readonly platform: string
  readonly arch: string
}

/** Whether ONNX Runtime is there for this machine. Nothing of it is loaded. */
export function runtimeAvailability(machine: Machine = process): Availability {
  const { resolve } = createRequire(import.meta.url)
  try {
    resolve(`${PACKAGE}/package.json`)
    resolve(`${PACKAGE}/bin/napi-v6/${machine.platform}/${machine.arch}/onnxruntime_binding.node`)
    return { available: true }
  } catch (cause) {
    const { message, hint } = runtimeFailure(cause, machine)
    if (isBuiltFor(machine)) return { available: false, reason: message, install: INSTALL }
    return { available: false, reason: `${message}; ${hint}` }
  }
}

/** Why ONNX Runtime has not been loaded, and what to do: it is absent, or its file for this machine is, or that does not load. */
export function runtimeFailure(cause: unknown, machine: Machine = process): BackendError {
  const message = messageOf(cause)
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    if (!message.includes('onnxruntime_binding.node')) {
      return new BackendError(`ONNX Runtime is not installed: the package ${PACKAGE} is not whole`, {
        hint: INSTALL_HINT,
        cause,
      })
    }
    if (isBuiltFor(machine)) {
      const where = `${machine.platform} ${machine.arch}`
      return new BackendError(`ONNX Runtime has no file for ${where} in ${PACKAGE}`, { hint: INSTALL_HINT, cause })
    }
    return new BackendError(`there is no ONNX Runtime for ${nameOf(machine)}, which asr-stream needs for its models`, {
      hint: 'it runs on Linux, Windows and Macs with Apple silicon; --backend openai-api uses a service instead',
      cause,
    })
  }
  return new BackendError(`ONNX Runtime cannot be loaded: ${message}`, { hint: loadHint(message, machine), cause })
}

function isBuiltFor({ platform, arch }: Machine): boolean {
  return BUILT_FOR.includes(`${platform} ${arch}`)
}

function nameOf({ platform, arch }: Machine): string {
  return platform === 'darwin' && arch === 'x64' ? 'Intel Macs' : `${platform} ${arch}`
}

function loadHint(message: string, { platform }: Machine): string {
  if (platform === 'linux' && OTHER_LIBC.test(message)) {
    return 'it needs glibc 2.28 or later, which Alpine and old systems do not have: take Debian, or an image such as node:22-slim'
  }
  return platform === 'win32'
    ? `install the Visual C++ Redistributable of Microsoft, else ${INSTALL_HINT}`
    : INSTALL_HINT
}

import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { BackendError, ModelError, messageOf } from '../core/errors.js'
import type { HubContext } from './hub.js'
import { isThere } from './store.js'

/** The exporter, which comes with this package. */
const TOOLS = fileURLToPath(new URL('../../tools/', import.meta.url))
/** Lines of Python's last words that are told. */
const LAST_LINES = 1

/** What is converted, and how. */
export interface Conversion {
  /** Folder of a Hugging Face or CTranslate2 checkpoint, or an OpenAI .pt file. */
  readonly checkpoint: string
  readonly out: string
  /** Name of the model; null: that of the folder. */
  readonly name: string | null
  readonly precision: 'int8' | 'fp32'
  /** tokenizer.json, if it is not in the folder. */
  readonly tokenizer: string | null
  /** The program to run; null: python3 or python. */
  readonly python: string | null
}

/** What ended how. */
interface Ended {
  readonly code: number | null
  /** The end of what it said on standard error. */
  readonly said: string
}

/**
 * Converts a checkpoint into the fast layout, by the exporter of this package.
 *
 * @throws ModelError when there is no checkpoint or it cannot be converted
 * @throws BackendError when Python or a package of it is missing; the hint is the command that installs it
 */
export async function convert(conversion: Conversion, context: HubContext): Promise<void> {
  const { checkpoint, out, name, precision, tokenizer } = conversion
  if (!(await isThere(checkpoint))) {
    throw new ModelError(`${checkpoint}: there is no such checkpoint`, {
      hint: 'give a folder with model.safetensors or model.bin, or a .pt file; "hf download openai/whisper-small --local-dir FOLDER" gets one',
    })
  }
  const isFile = (await stat(checkpoint)).isFile()
  const packages = isFile ? ['numpy', 'onnx', 'torch'] : ['numpy', 'onnx', 'safetensors']
  const python = await findPython(conversion.python, packages, context)
  // In one word each: a value that begins with a dash is no option.
  const options = [`--name=${name ?? basename(out)}`, `--precision=${precision}`, `--out=${out}`]
  const extra = tokenizer === null ? [] : [`--tokenizer=${tokenizer}`]
  const script = [join(TOOLS, 'export_whisper.py'), ...options, ...extra, '--', checkpoint]
  const { code, said } = await run(python, script, context, (line) => context.progress(`converting: ${line}`))
  if (code === 0) return
  throw new ModelError(`${checkpoint} cannot be converted: ${said || `the exporter ended with ${code}`}`, {
    hint: 'give a Whisper checkpoint; docs/model-export.md lists the kinds',
  })
}

/** A Python that has the packages. */
async function findPython(wanted: string | null, packages: readonly string[], context: HubContext): Promise<string> {
  const candidates = wanted === null ? ['python3', 'python'] : [wanted]
  let found: string | null = null
  let missing = packages
  for (const python of candidates) {
    const test = `import importlib.util as u; print(*[p for p in ${JSON.stringify(packages)} if not u.find_spec(p)])`
    const lines: string[] = []
    const { code } = await run(python, ['-c', test], context, (line) => lines.push(line)).catch((error: unknown) => {
      context.signal?.throwIfAborted()
      context.log.debug(messageOf(error))
      return { code: null }
    })
    if (code !== 0) continue
    const absent = (lines[0] ?? '').split(' ').filter((name) => name !== '')
    if (absent.length === 0) return python
    if (found === null) [found, missing] = [python, absent]
  }
  if (found === null) {
    throw new BackendError(`there is no ${candidates.join(' or ')}, which is needed to convert checkpoints`, {
      hint: 'install Python 3.10 or newer, or give its path with --python',
    })
  }
  const torch = missing.includes('torch') ? ' torch' : ''
  throw new BackendError(`${found} has no ${missing.join(', no ')}, which the exporter needs`, {
    hint: `run: ${found} -m pip install -r ${join(TOOLS, 'requirements.txt')}${torch}`,
  })
}

function run(
  program: string,
  args: readonly string[],
  { signal }: HubContext,
  onLine: (line: string) => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) })
    const last: string[] = []
    createInterface(child.stdout).on('line', onLine)
    createInterface(child.stderr).on('line', (line) => {
      if (line.trim() !== '') last.push(line.trim())
    })
    child.once('error', (error) => reject(signal?.aborted ? signal.reason : error))
    child.once('close', (code) => resolve({ code, said: last.slice(-LAST_LINES).join(' ') }))
  })
}

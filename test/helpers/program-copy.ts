import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './imports.js'
import { temporaryFolder } from './program.js'

/**
 * A copy of the built program whose models and packages are links, each of which may be replaced.
 * @returns its folder
 */
export function programCopy(): string {
  const folder = temporaryFolder()
  for (const name of ['bin', 'dist', 'package.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  for (const name of ['models', 'node_modules']) {
    mkdirSync(join(folder, name))
    for (const entry of readdirSync(join(ROOT, name), { withFileTypes: true })) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) {
        symlinkSync(join(ROOT, name, entry.name), join(folder, name, entry.name), 'junction')
      }
    }
  }
  return folder
}

const HERE = join('bin/napi-v6', process.platform, process.arch)

/** The program with a copy of ONNX Runtime, as far as it is for this machine. */
export function copyWithRuntime(): { readonly program: string; readonly runtime: string } {
  const copy = programCopy()
  const runtime = join(copy, 'node_modules/onnxruntime-node')
  rmSync(runtime)
  for (const part of ['package.json', 'dist', HERE]) {
    cpSync(join(ROOT, 'node_modules/onnxruntime-node', part), join(runtime, part), { recursive: true })
  }
  // A package that is a link finds its own packages where it really is.
  const scope = join(copy, 'node_modules/@huggingface')
  rmSync(scope)
  mkdirSync(scope)
  for (const name of ['hub', 'tokenizers']) {
    symlinkSync(join(ROOT, 'node_modules/@huggingface', name), join(scope, name), 'junction')
  }
  for (const part of ['package.json', 'dist/transformers.node.cjs']) {
    cpSync(join(ROOT, 'node_modules/@huggingface/transformers', part), join(scope, 'transformers', part))
  }
  return { program: join(copy, 'bin/asr-stream.js'), runtime }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { emptyHome } from '../helpers/empty-home.js'
import { PROGRAM, type Run, runProgram, silentWav, written } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'
import { ServerRun } from '../helpers/tcp.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SPEECH = fixturePath('austen_880')
const SPOKEN = /young man/
/** Opens a graph with the ONNX Runtime of this program, as plugins do that bring a model. */
const OPENS_A_GRAPH = `
const { createRequire } = await import('node:module')
const { InferenceSession } = createRequire(${JSON.stringify(PROGRAM)})('onnxruntime-node')
const session = await InferenceSession.create(${JSON.stringify(join(ROOT, 'models/silero-vad/silero_vad_16k_sequence.onnx'))})
await session.release()
`
const ENTRIES = {
  'asr-stream': 'dist/index.js',
  'asr-stream/plugin': 'dist/plugin.js',
  'asr-stream/online': 'dist/online.js',
  'asr-stream/testing': 'dist/testing/index.js',
}

/** Runs a program of a user who has nothing yet. Gives what it wrote, and what it left behind. */
async function runAtHome(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  { program = PROGRAM, env = {} }: { readonly program?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Run & { readonly left: readonly string[] }> {
  const home = emptyHome()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home.cwd, name), text)
  const own = program in files ? join(home.cwd, program) : program
  const run = await runProgram(args, { cwd: home.cwd, env: { ...home.env, ...env }, program: own })
  const brought = Object.keys(files).map((name) => join('current', name))
  return { ...run, left: home.left().filter((path) => !brought.includes(path)) }
}

/** A program that imports an entry of the library before it does anything else. */
function importing(entry: string, then: string): string {
  return `import * as library from ${JSON.stringify(pathToFileURL(join(ROOT, entry)).href)}
${then}`
}

describe('a run leaves nothing behind', () => {
  it.each([
    ['of a file', ['--comp-unaware']],
    ['with both voice detectors', ['--comp-unaware', '--vac', '--vad']],
    ['that is offline', ['--offline']],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr, left } = await runAtHome({}, [SPEECH, ...args])
    expect({ code, left }, stderr).toEqual({ code: 0, left: [] })
    expect(stdout).toMatch(SPOKEN)
  })

  it('of standard input', async () => {
    const home = emptyHome()
    const run = await runProgram(['-', '--vac'], { ...home, input: written(silentWav(1)) })
    expect({ code: run.code, left: home.left() }, run.stderr).toEqual({ code: 0, left: [] })
  })

  it('of a server', async () => {
    const home = emptyHome()
    const server = await ServerRun.start(['--vac'], home.cwd, home.env)
    const client = await server.client()
    await client.finish(silentWav(1))
    server.child.kill('SIGTERM')
    await server.ended
    expect(home.left()).toEqual([])
  })

  it('with a model of transformers.js', async () => {
    const model = join(ROOT, 'test/vectors/transformers/wav2vec2')
    const args = [SPEECH, '--backend', 'transformers', '--model-dir', model, '--offline']
    const { code, stderr, left } = await runAtHome({}, args)
    expect({ code, left }, stderr).toEqual({ code: 0, left: [] })
  })

  it.each([
    ['typescript', 'plugin.ts'],
    ['javascript', 'plugin.mjs'],
  ])('with a plugin in %s that loads ONNX Runtime', async (_, file) => {
    const plugin = `${OPENS_A_GRAPH}
export default { name: 'graphs', load: () => { throw new Error('the graph was opened') } }`
    const args = [SPEECH, '--plugin', `./${file}`, '--backend', 'graphs']
    const { stderr, left } = await runAtHome({ [file]: plugin }, args)
    expect(stderr).toContain('the graph was opened')
    expect(left).toEqual([])
  })

  it.each([
    ['backends', ['backends']],
    ['models list', ['models', 'list']],
    ['models info', ['models', 'info', 'tiny.en']],
    ['models verify', ['models', 'verify', 'tiny.en']],
  ])('of %s', async (_, args) => {
    const { code, stderr, left } = await runAtHome({}, args)
    expect({ code, left }, stderr).toEqual({ code: 0, left: [] })
  })
})

describe('a program that uses the library leaves nothing behind', () => {
  it.each(Object.entries(ENTRIES))('%s', async (_, entry) => {
    const files = { 'app.mjs': importing(entry, OPENS_A_GRAPH) }
    const { code, stderr, left } = await runAtHome(files, [], { program: 'app.mjs' })
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] })
  })

  it('which loads models and recognizes', async () => {
    const app = importing(
      ENTRIES['asr-stream'],
      `

const settings = { language: 'en', vac: true, offline: true }
for await (const { text } of library.transcribe(${JSON.stringify(SPEECH)}, settings)) console.log(text)
`,
    )
    const { code, stdout, stderr, left } = await runAtHome({ 'app.mjs': app }, [], { program: 'app.mjs' })
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] })
    expect(stdout).toMatch(SPOKEN)
  })
})

describe('the switch of the telemetry', () => {
  const tells = importing(ENTRIES['asr-stream'], 'console.log(process.env.ORT_DISABLE_TELEMETRY)')
  const inWorker = `import { isMainThread, Worker } from 'node:worker_threads'
if (isMainThread) {
  new Worker(new URL(import.meta.url))
} else {
  await import(${JSON.stringify(pathToFileURL(join(ROOT, ENTRIES['asr-stream'])).href)})
  ${OPENS_A_GRAPH}
}`

  it.each(['0', ''])('stays as the user has set it: "%s"', async (value) => {
    const env = { ORT_DISABLE_TELEMETRY: value }
    const { stdout } = await runAtHome({ 'app.mjs': tells }, [], { program: 'app.mjs', env })
    expect(stdout).toBe(`${value}\n`)
  })

  it('is off without a word of the user', async () => {
    const { stdout } = await runAtHome({ 'app.mjs': tells }, [], { program: 'app.mjs' })
    expect(stdout).toBe('1\n')
  })

  it.skipIf(process.platform === 'win32')('cannot be reached from a worker, which is told', async () => {
    const { code, stderr } = await runAtHome({ 'app.mjs': inWorker }, [], { program: 'app.mjs' })
    expect(code).toBe(0)
    expect(stderr).toMatch(/\[ASR_STREAM_TELEMETRY\].*within a worker[\s\S]*ORT_DISABLE_TELEMETRY=1/)
  })

  it('is set for a worker by the program that starts it', async () => {
    const env = { ORT_DISABLE_TELEMETRY: '1' }
    const { code, stderr, left } = await runAtHome({ 'app.mjs': inWorker }, [], { program: 'app.mjs', env })
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] })
  })

  it.skipIf(process.platform !== 'linux')('is needed: without it the library leaves files behind', async () => {
    const { left } = await runAtHome({ 'app.mjs': OPENS_A_GRAPH }, [], { program: 'app.mjs' })
    expect(left.join('\n')).toContain('onnxruntime')
  })
})

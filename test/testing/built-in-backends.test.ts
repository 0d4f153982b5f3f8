import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { loadPlugins } from '../../src/backends/plugin.js'
import { createRegistry } from '../../src/backends/registry.js'
import { type BackendTestOptions, describeBackend } from '../../src/testing/index.js'
import { TINY_MODELS } from '../backends/transformers/tiny-models.js'
import { spokenWords } from '../helpers/program.js'
import { fixture } from '../helpers/speech.js'
import { KEY, startTranscriptionService } from '../helpers/transcription-service.js'

const folder = await mkdtemp(join(tmpdir(), 'asr-stream-test-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const script = join(folder, 'words.json')
writeFileSync(script, JSON.stringify(spokenWords(['one', 'two.', 'three', 'four', 'five'])))

const examples = fileURLToPath(new URL('../../examples/plugins/', import.meta.url))
const registry = createRegistry()
await loadPlugins(['./loudness.mjs'], registry, examples)

process.env.OPENAI_API_KEY ??= KEY
const service = await startTranscriptionService()
afterAll(() => service.stop())

/** Backends by name: all that come with the program, and with what they are checked. One row for each. */
const BACKENDS: Readonly<Record<string, BackendTestOptions>> = {
  'onnx-whisper': { config: { lan: 'en' }, speech: { ...fixture('jfk'), maxWordErrors: 0.2 } },
  'openai-api': {
    config: { baseUrl: service.visitor('jfk-open').baseUrl, apiModel: 'whisper-1' },
  },
  scripted: { config: { script } },
  transformers: { config: { modelDir: join(TINY_MODELS, 'wav2vec2') } },
  loudness: { speech: { audio: fixture('jfk').audio } },
}

for (const [name, options] of Object.entries(BACKENDS)) {
  describeBackend(name, await registry.getLoader(name), { ...options, config: { backend: name, ...options.config } })
}

it('none that is built in is forgotten', () => {
  const builtIn = registry.listLoaders().filter(({ origin }) => origin === 'built in')
  expect(Object.keys(BACKENDS)).toEqual(expect.arrayContaining(builtIn.map(({ name }) => name)))
})

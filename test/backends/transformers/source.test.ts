import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { findLibrary } from '../../../src/backends/transformers/library.js'
import { transformersLoader } from '../../../src/backends/transformers/loader.js'
import { hubId } from '../../../src/backends/transformers/model-source.js'
import { ModelError, UsageError } from '../../../src/core/errors.js'
import { MODEL_NAMES, repositoryOf } from '../../../src/models/names.js'
import { temporaryFolder } from '../../helpers/program.js'
import { hear, load, loadTiny, spelled, TINY_MODELS } from './tiny-models.js'

describe('the library', () => {
  it('is found beside the program, or where one is', () => {
    expect(findLibrary(temporaryFolder())).toMatchObject({ file: expect.stringContaining('transformers') })
  })

  it('is what the backend needs', async () => {
    expect(await transformersLoader.availability?.()).toEqual({ available: true })
    expect(transformersLoader.capabilities).toMatchObject({ wordTimes: 'words', streaming: false })
  })
})

describe('names of models', () => {
  it('are ids of the Hub, or short for Whisper', () => {
    expect(hubId('tiny.en')).toBe('onnx-community/whisper-tiny.en_timestamped')
    expect(hubId('someone/moonshine-tiny')).toBe('someone/moonshine-tiny')
    expect(() => hubId('gigantic')).toThrow(UsageError)
    expect(() => hubId('smal')).toThrow(expect.objectContaining({ hint: 'did you mean "small"?' }))
  })

  it.each([...MODEL_NAMES, 'large', 'turbo'])('%s stands for what it stands for everywhere', (name) => {
    expect(hubId(name)).toBe(repositoryOf(name))
  })
})

describe('a folder', () => {
  it('that holds no model is said to', async () => {
    await expect(load({ modelDir: temporaryFolder() })).rejects.toThrow(/has no config.json/)
  })

  it('is asked for the weights that it has', async () => {
    await expect(loadTiny('wav2vec2', { dtype: 'q4' })).rejects.toMatchObject({
      message: expect.stringMatching(/has no weights of the kind q4/),
      hint: 'it has fp32',
    })
  })

  it('with a damaged file is said to', async () => {
    const modelDir = temporaryFolder()
    await cp(join(TINY_MODELS, 'wav2vec2'), modelDir, { recursive: true })
    writeFileSync(join(modelDir, 'onnx', 'model.onnx'), 'no graph')
    await expect(load({ modelDir })).rejects.toThrow(ModelError)
    rmSync(join(modelDir, 'tokenizer.json'))
    await expect(load({ modelDir })).rejects.toThrow(/tokenizer/)
  })

  it('with a model that does not recognize speech is said to', async () => {
    const modelDir = temporaryFolder()
    await cp(join(TINY_MODELS, 'wav2vec2'), modelDir, { recursive: true })
    writeFileSync(join(modelDir, 'config.json'), '{"model_type": "bert"}')
    await expect(load({ modelDir })).rejects.toThrow('a model of the type "bert" does not recognize speech')
  })
})

describe('the Hub', () => {
  it('gives models, which are kept', async () => {
    const requests = await servedHub()
    const modelCacheDir = temporaryFolder()
    const wanted = { model: 'tests/letters', dtype: 'fp32', modelCacheDir }
    vi.stubEnv('HF_TOKEN', 'a-token')
    const { asr, metadata } = await load(wanted)
    expect((await hear(asr, spelled('HELLO')))[0]?.text).toBe(' HELLO')
    expect(metadata.modelSize).toBe('tests/letters')
    const files = requests.filter(({ method }) => method === 'GET').map(({ url }) => url)
    expect(files).toContain('/tests/letters/resolve/main/onnx/model.onnx')
    expect(requests.every(({ headers }) => headers.authorization === 'Bearer a-token')).toBe(true)

    vi.stubEnv('HF_HUB_OFFLINE', '1')
    const before = requests.length
    const again = await load(wanted)
    expect((await hear(again.asr, spelled('WORLD')))[0]?.text).toBe(' WORLD')
    expect(requests).toHaveLength(before)
    await expect(load({ ...wanted, model: 'tests/other' })).rejects.toThrow(/tests\/other cannot be loaded/)
  })

  it('does not have every model', async () => {
    await servedHub()
    const absent = load({ model: 'tests/nothing', modelCacheDir: temporaryFolder() })
    await expect(absent).rejects.toMatchObject({ message: expect.stringMatching(/tests\/nothing cannot be loaded/) })
    await expect(absent).rejects.toThrow(ModelError)
  })

  it('is left at once when loading is not wanted any more', async () => {
    const server = createServer((_, response) => response.writeHead(200, { 'content-length': 1000 }).write('{'))
    const requested = once(server, 'request')
    await listening(server)
    const controller = new AbortController()
    const reason = new Error('never mind')
    const loading = load({ model: 'tests/letters', modelCacheDir: temporaryFolder() }, controller.signal)
    const refused = expect(loading).rejects.toBe(reason)
    await requested
    controller.abort(reason)
    await refused
  })

  it('may not be there', async () => {
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1')
    await expect(load({ model: 'tests/letters', modelCacheDir: temporaryFolder() })).rejects.toMatchObject({
      code: 'ASR_MODEL',
      hint: 'check the connection, or give a folder with --model-dir',
    })
  })
})

/** A server with one model, "tests/letters", which the library takes for the Hub; gives the requests that come. */
async function servedHub(): Promise<readonly IncomingMessage[]> {
  const requests: IncomingMessage[] = []
  const server = createServer(async (request, response) => {
    requests.push(request)
    const [, file] = /^\/tests\/letters\/resolve\/main\/(.+)$/.exec(request.url ?? '') ?? []
    const content = file === undefined ? null : await readFile(join(TINY_MODELS, 'wav2vec2', file)).catch(() => null)
    response.writeHead(content ? 200 : 404, { 'content-length': content?.length ?? 0 }).end(content)
  })
  await listening(server)
  return requests
}

/** Makes a server the Hub until the test ends. */
async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    server.close()
    server.closeAllConnections()
  })
}

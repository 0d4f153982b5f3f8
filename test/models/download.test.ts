import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import type { HubContext } from '../../src/models/hub.js'
import { type ResolvedModel, resolveModel } from '../../src/models/resolve-model.js'
import { type HubSettings, hubSettings } from '../../src/models/settings.js'
import { digestOf, HubLookAlike, type Trouble } from '../helpers/hub.js'
import { rememberingLog } from '../helpers/logs.js'
import { tinyMultilingual } from '../helpers/models.js'
import { temporaryFolder } from '../helpers/program.js'

const ID = 'test/whisper-tiny'
const ENCODER = 'onnx/encoder_model_quantized.onnx'
const DECODER = 'onnx/decoder_model_merged_quantized.onnx'

/** A Hub and an empty cache. */
async function surroundings(files = tinyMultilingual()) {
  const hub = await HubLookAlike.start({ [ID]: files })
  const cacheDir = temporaryFolder()
  const log = rememberingLog()
  const shown: string[] = []
  const provide = (
    options: Readonly<Record<string, unknown>> = {},
    changed: Partial<HubSettings> = {},
    signal?: AbortSignal,
    onProgress: (text: string) => void = () => {},
  ): Promise<ResolvedModel> => {
    const config = parseConfig({ model: ID, modelCacheDir: cacheDir, ...options })
    const context: HubContext = {
      signal,
      log,
      progress: (text) => {
        shown.push(text)
        onProgress(text)
      },
    }
    const settings = { ...hubSettings(config, { HF_ENDPOINT: hub.endpoint }), retrySec: 0.001, ...changed }
    return resolveModel(config, context, settings)
  }
  const trouble = (path: string, ...troubles: Trouble[]) => hub.troubles.set(path, troubles)
  return { hub, cacheDir, lines: log.warnings, shown, files, provide, trouble }
}

/** What the folder of a model has, compared with what the Hub has. */
function expectWhole(folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  for (const [path, data] of Object.entries(files)) expect(readFileSync(join(folder, path)).equals(data)).toBe(true)
}

/** Names in the cache that are not whole files. */
function leftovers(cacheDir: string): readonly string[] {
  const all = readdirSync(cacheDir, { recursive: true, encoding: 'utf8' })
  return all.filter((path) => /incomplete|\.new$/.test(path))
}

describe('a model of the Hub', () => {
  it('is downloaded into the cache as all programs of the Hub keep it', async () => {
    const { hub, cacheDir, shown, files, provide } = await surroundings()
    const { folder, layout, precision } = await provide()
    expect({ layout, precision }).toEqual({ layout: 'transformers', precision: 'q8' })
    expectWhole(folder, files)
    const home = join(cacheDir, 'models--test--whisper-tiny')
    const commit = hub.commitOf(ID)
    expect(folder).toBe(join(home, 'snapshots', commit))
    expect(readFileSync(join(home, 'refs', 'main'), 'utf8')).toBe(commit)
    expect(readdirSync(join(home, 'blobs'))).toHaveLength(Object.keys(files).length)
    expect(shown.at(-1)).toMatch(/^downloading test\/whisper-tiny: 100 % of 0\.\d MB$/)
    expect(leftovers(cacheDir)).toEqual([])
  })

  it('is not asked for again when it is here, even without a network', async () => {
    const { hub, provide } = await surroundings()
    const { folder } = await provide()
    hub.stop()
    expect((await provide()).folder).toBe(folder)
    expect((await provide({ offlineModels: true })).folder).toBe(folder)
  })

  it('goes on where a connection broke', async () => {
    const { hub, files, provide, trouble } = await surroundings()
    trouble(DECODER, { kind: 'cut', afterBytes: 50_000 }, { kind: 'cut', afterBytes: 40_000 })
    expectWhole((await provide()).folder, files)
    const large = hub.requestsFor(DECODER).filter((seen) => seen.large)
    expect(large.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-', 'bytes=90000-'])
  })

  it('goes on in a later run', async () => {
    const { hub, cacheDir, files, provide, trouble } = await surroundings()
    const cut: Trouble = { kind: 'cut', afterBytes: 0 }
    trouble(DECODER, { kind: 'cut', afterBytes: 50_000 }, cut, cut, cut, cut, cut)
    await expect(provide()).rejects.toThrow(/decoder_model_merged_quantized\.onnx of model test\/whisper-tiny/)
    expect(leftovers(cacheDir)).toHaveLength(1)
    expectWhole((await provide()).folder, files)
    expect(hub.requestsFor(DECODER).at(-1)?.range).toBe('bytes=50000-')
    expect(leftovers(cacheDir)).toEqual([])
  })

  it('is left alone by others while somebody downloads it', async () => {
    const { hub, cacheDir, files, provide } = await surroundings()
    const blobs = join(cacheDir, 'models--test--whisper-tiny', 'blobs')
    const [digest] = [digestOf(files[DECODER]!)]
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    onTestFinished(() => void other.kill())
    mkdirSync(blobs, { recursive: true })
    // Other bytes, so that taking them over would be seen.
    const theirs = join(blobs, `${digest}.${other.pid}.incomplete`)
    writeFileSync(theirs, 'theirs')
    const [one, two] = await Promise.all([provide(), provide()])
    expectWhole(one.folder, files)
    expect(two.folder).toBe(one.folder)
    expect(readFileSync(theirs, 'utf8')).toBe('theirs')
    expect(hub.requestsFor(DECODER).every(({ range }) => range === undefined)).toBe(true)
    // Both of this process: the second one waits for the first.
    expect(hub.requestsFor(DECODER).filter((seen) => seen.large)).toHaveLength(1)
  })

  it('begins anew where a server gives no parts', async () => {
    const { files, provide, trouble } = await surroundings()
    trouble(DECODER, { kind: 'cut', afterBytes: 50_000 }, { kind: 'no parts', cutAfterBytes: 1e9 })
    expectWhole((await provide()).folder, files)
  })

  it.each([500, 503, 429])('is tried again after status %i', async (status) => {
    const { files, provide, trouble } = await surroundings()
    trouble('config.json', { kind: 'status', status }, { kind: 'status', status })
    expectWhole((await provide()).folder, files)
  })

  it('is tried again when nothing comes', async () => {
    const { files, provide, trouble } = await surroundings()
    trouble(ENCODER, { kind: 'stall' })
    expectWhole((await provide({}, { stallSec: 0.2 })).folder, files)
  })

  it('is downloaded once more when it came damaged, and refused the second time', async () => {
    const { files, cacheDir, provide, trouble } = await surroundings()
    trouble(ENCODER, { kind: 'damage' })
    expectWhole((await provide()).folder, files)
    trouble(ENCODER, { kind: 'damage' }, { kind: 'damage' })
    const other = { modelCacheDir: temporaryFolder() }
    await expect(provide(other)).rejects.toThrow(/encoder_model_quantized\.onnx of .*: the checksum does not match/)
    expect(leftovers(other.modelCacheDir)).toEqual([])
    expect(leftovers(cacheDir)).toEqual([])
  })

  it('is downloaded again when it lies damaged in the cache; without a network that is said', async () => {
    const { lines, files, provide } = await surroundings()
    const { folder } = await provide()
    const blob = realpathSync(join(folder, DECODER))
    truncateSync(blob, 1000)
    await expect(provide({ offlineModels: true })).rejects.toThrow(/decoder_model_merged_quantized\.onnx is damaged/)
    expectWhole((await provide()).folder, files)
    expect(lines.join('\n')).toMatch(/is damaged; downloading it again/)
  })

  it('is whole or not there when the user gives up', async () => {
    const { hub, cacheDir, files, provide, trouble } = await surroundings()
    trouble(DECODER, { kind: 'cut', afterBytes: 50_000 })
    const giveUp = new AbortController()
    const stopAt = (text: string) => {
      if (/[6-9]\d %/.test(text)) giveUp.abort(new Error('enough'))
    }
    await expect(provide({}, {}, giveUp.signal, stopAt)).rejects.toThrow('enough')
    expect(existsSync(join(cacheDir, 'models--test--whisper-tiny', 'snapshots'))).toBe(false)
    expect(hub.requestsFor('resolve').length).toBeGreaterThan(0)
    expectWhole((await provide()).folder, files)
  })
})

describe('a model that cannot be had', () => {
  it('says which model, from where, and what to do by hand', async () => {
    const { hub, provide } = await surroundings()
    const failure = provide({ model: 'test/nothing' })
    await expect(failure).rejects.toThrow(
      `model test/nothing cannot be downloaded from ${hub.endpoint}/test/nothing: there is no such model or revision (404)`,
    )
    await expect(failure).rejects.toMatchObject({
      code: 'ASR_MODEL',
      hint: expect.stringMatching(/check the name and --revision, or put config\.json, .* of http.* into a folder/),
    })
  })

  it('says which file, when one is refused', async () => {
    const { hub, provide, trouble } = await surroundings()
    trouble('generation_config.json', { kind: 'status', status: 404 })
    await expect(provide()).rejects.toThrow(
      `generation_config.json of model ${ID} cannot be downloaded from ${hub.endpoint}/${ID}/resolve/${hub.commitOf(ID)}/generation_config.json: there is no such file (404)`,
    )
  })

  it('says which files are missing, when the repository has them not', async () => {
    const { 'tokenizer.json': _, ...files } = tinyMultilingual()
    const { provide } = await surroundings(files)
    await expect(provide()).rejects.toThrow(/not in a layout that can be run: it has no tokenizer\.json/)
  })

  it('wants a token, and sends the one that it is given to the Hub alone', async () => {
    const { hub, provide } = await surroundings()
    hub.token = 'hf_secret'
    await expect(provide()).rejects.toMatchObject({ hint: expect.stringContaining('HF_TOKEN') })
    await provide({}, { token: 'hf_secret' })
    const [large, own] = [true, false].map((kind) => hub.requests.filter((seen) => seen.large === kind))
    expect(own!.at(-1)?.authorization).toBe('Bearer hf_secret')
    expect(large!.length).toBeGreaterThan(0)
    expect(large!.map(({ authorization }) => authorization)).toEqual(large!.map(() => undefined))
  })

  it('is refused with 403 and a way out', async () => {
    const { hub, provide } = await surroundings()
    hub.apiStatus = 403
    await expect(provide()).rejects.toThrow(/the token may not read it \(403\)/)
  })

  it('fails at once where nobody listens', async () => {
    const { hub, provide } = await surroundings()
    hub.stop()
    await expect(provide()).rejects.toThrow(/no connection \(ECONNREFUSED\)/)
  })

  it('never uses the network when that is forbidden', async () => {
    const { hub, provide } = await surroundings()
    await expect(provide({ offlineModels: true })).rejects.toThrow(/is not in .* forbids downloading it/)
    expect(hub.requests).toEqual([])
  })

  it('says that the folder cannot be written', async () => {
    const { provide } = await surroundings()
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    await expect(provide({ modelCacheDir: file })).rejects.toMatchObject({ code: 'ASR_MODEL' })
  })
})

describe('the choice of files', () => {
  it('takes the revision that is asked for', async () => {
    const { hub, provide } = await surroundings()
    const config = tinyMultilingual()['config.json']!
    const other = Buffer.concat([config, Buffer.from('\n')])
    hub.add(ID, { ...tinyMultilingual(), 'config.json': other }, 'v2')
    const { folder } = await provide({ revision: 'v2' })
    expect(readFileSync(join(folder, 'config.json')).equals(other)).toBe(true)
    expect((await provide()).folder).not.toBe(folder)
    const commit = hub.commitOf(ID, 'v2')
    hub.stop()
    expect((await provide({ revision: commit })).folder).toBe(folder)
  })

  it('downloads the precision that is asked for, and no other', async () => {
    const { hub, provide } = await surroundings(tinyMultilingual(['', '_fp16', '_quantized', '_q4']))
    expect(await provide({ precision: 'q4' })).toMatchObject({ precision: 'q4' })
    expect(hub.requestsFor('encoder_model').every(({ url }) => url.includes('_q4'))).toBe(true)
    expect(await provide({ precision: 'fp32' })).toMatchObject({ precision: 'fp32' })
  })

  it('takes what there is where a precision is missing, says so once a run, and need not ask again', async () => {
    const { hub, lines, provide } = await surroundings(tinyMultilingual(['', '_quantized']))
    expect(await provide({ precision: 'q4' })).toMatchObject({ precision: 'q8' })
    expect(lines.filter((line) => /has no precision q4; taking q8/.test(line))).toHaveLength(1)
    hub.stop()
    expect(await provide({ precision: 'q4' })).toMatchObject({ precision: 'q8' })
    expect(await provide({ precision: 'fp32', offlineModels: true })).toMatchObject({ precision: 'q8' })
  })
})

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { describeName } from '../../src/models/describe.js'
import { resolveModel } from '../../src/models/resolve-model.js'
import { hubSettings } from '../../src/models/settings.js'
import { BOMB, drip, flood } from '../helpers/hostile-answers.js'
import { hostileHub, type ListedFile, listed, type Tricks } from '../helpers/hostile-hub.js'
import { rememberingLog } from '../helpers/logs.js'
import { runProgram, temporaryFolder } from '../helpers/program.js'

const MINE = 'what the user wrote'
const WEIGHTS = 'onnx/encoder_model_quantized.onnx_data'
/** From a snapshot of the cache, and from the folder with its blobs, to the user's folder. */
const UP = '../../../../user'

/** A folder of the user with a file in it, a cache beside it, and a model that is asked for. */
async function surroundings(tricks: Tricks) {
  const folder = temporaryFolder()
  const mine = join(folder, 'user', 'mine')
  mkdirSync(dirname(mine))
  writeFileSync(mine, MINE)
  const hub = await hostileHub(tricks)
  const config = parseConfig({ model: 'evil/model', modelCacheDir: join(folder, 'cache') })
  const settings = { ...hubSettings(config, { HF_ENDPOINT: hub.endpoint }), retrySec: 0.001, stallSec: 0.3 }
  const context = { log: rememberingLog(), progress() {} }
  return {
    hub,
    provide: () => resolveModel(config, context, settings),
    describe: () => describeName(config, settings, context),
    /** All files, but for those that have to be there. */
    others: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
        .filter((path) => path !== join('user', 'mine')),
    mine: () => readFileSync(mine, 'utf8'),
    args: ['models', 'pull', 'evil/model', '--model-cache-dir', join(folder, 'cache')],
  }
}

/** Adds a file to the list. */
const plus = (path: string, changed?: Partial<ListedFile>): Tricks => ({
  list: (files) => [...files, listed(path, changed)],
})
/** Changes the first file. */
const first = (changed: Partial<ListedFile>): Tricks => ({
  list: ([, ...files]) => [listed('config.json', changed), ...files],
})

describe('a hostile Hub', () => {
  it.each<[string, Tricks]>([
    ['a file above', plus(`${WEIGHTS}/../../../${UP}/mine`)],
    ['a file above, in the folder of the weights', plus(`${WEIGHTS}_1/../../../../${UP}/new`)],
    ['an absolute file', plus('/tmp/asr-stream-evil')],
    ['a file of another system', plus('..\\..\\mine')],
    ['a file on a drive', plus('C:mine')],
    ['a file without a name', plus('onnx//x')],
    ['a path that is none', plus(7 as unknown as string)],
    ['a commit like a path', { commit: `${UP}/sub` }],
    ['a commit of control characters', { commit: '\x1b]0;x\x07' }],
    ['a commit that is a list', { commit: ['a'.repeat(40)] }],
    ['a checksum like a path', first({ oid: `${UP}/mine` })],
    ['a checksum with more after it', first({ oid: `${'a'.repeat(40)}/../../${UP}/mine` })],
    ['a negative size', first({ size: -5 })],
    ['a size that is a text', first({ size: 'abc' })],
    ['a size without measure', first({ size: 1e15 })],
    ['a list that is none', { list: () => ({ error: 'no' }) }],
    ['a list of nothing', { list: () => [null] }],
  ])('cannot make the program write elsewhere, nor fail in an odd way, by %s', async (_, tricks) => {
    const { provide, mine, others } = await surroundings(tricks)
    await expect(provide()).rejects.toMatchObject({
      code: 'ASR_MODEL',
      message: expect.stringContaining('the answer is not that of a Hub'),
      hint: expect.stringContaining('HF_ENDPOINT'),
    })
    expect([mine(), others()]).toEqual([MINE, []])
  })

  it('gives a model when it does nothing of that, and odd files beside it do not matter', async () => {
    const { provide, others } = await surroundings(plus('__proto__'))
    expect(await provide()).toMatchObject({ layout: 'transformers' })
    expect(others().filter((path) => path.includes('__proto__'))).toEqual([])
  })

  it('is told as such by the program, in one line without its control characters', async () => {
    const { hub, args } = await surroundings({ commit: '\x1b]0;pwned\x07\u202e\x9b2J' })
    const { code, stdout, stderr } = await runProgram(args, { env: { HF_ENDPOINT: hub.endpoint } })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^asr-stream: error: model evil\/model cannot be downloaded from [^\n]+\n$/)
    expect(stderr).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u)
  })

  it('cannot fill the disk with more than it announced', async () => {
    let sent = Number.POSITIVE_INFINITY
    const { provide, others } = await surroundings({
      answer: (asked, response) => {
        if (asked === 'file') flood(response, (bytes) => (sent = Math.min(sent, bytes)))
        return asked === 'file'
      },
    })
    await expect(provide()).rejects.toThrow(/config\.json of .*: more than its 2 bytes came/)
    expect(others()).toEqual([])
    await expect.poll(() => sent).toBeLessThan(2 ** 26)
  })

  it('cannot fill the disk with a file that swells', async () => {
    const { provide, others } = await surroundings({
      answer: (asked, response) => {
        if (asked === 'file') response.setHeader('content-encoding', 'gzip').end(BOMB)
        return asked === 'file'
      },
    })
    await expect(provide()).rejects.toThrow(/more than its 2 bytes came/)
    expect(others()).toEqual([])
  })

  it.each(['info', 'tree'] as const)('cannot fill the memory with its %s', async (what) => {
    let sent = 0
    const endless = await surroundings({
      answer: (asked, response) => {
        if (asked === what) flood(response, (bytes) => (sent = bytes))
        return asked === what
      },
    })
    await expect(endless.provide()).rejects.toThrow(/the answer has no end/)
    await expect.poll(() => sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(2 ** 26)
    const swelling = await surroundings({
      answer: (asked, response) => {
        if (asked === what) response.setHeader('content-encoding', 'gzip').end(BOMB)
        return asked === what
      },
    })
    await expect(swelling.provide()).rejects.toThrow(/the answer has no end/)
  })

  it('cannot go on for ever with pages', async () => {
    const { hub, provide } = await surroundings({
      answer: (asked, response) => {
        if (asked === 'tree') response.setHeader('link', `<${hub.endpoint}/api/models/x/tree/y>; rel="next"`)
        return false
      },
    })
    await expect(provide()).rejects.toThrow(/it goes on after \d+ pages/)
    expect(hub.seen.length).toBeLessThan(100)
  })

  it.each(['info', 'file'] as const)('cannot hold the program with a byte of the %s now and then', async (what) => {
    const { provide } = await surroundings({
      // So much that it could go on for an hour.
      ...first({ size: what === 'file' ? 1000 : 2 }),
      answer: (asked, response) => {
        if (asked === what) drip(response)
        return asked === what
      },
    })
    await expect(provide()).rejects.toThrow(/took longer than [\d.]+ s/)
  })

  it('cannot end the program with a description that is none', async () => {
    const { describe: tell } = await surroundings({
      answer: (asked, response) => {
        if (asked === 'file') response.end('{]')
        return asked === 'file'
      },
    })
    await expect(tell()).rejects.toMatchObject({ code: 'ASR_MODEL', message: expect.stringContaining('languages') })
  })
})

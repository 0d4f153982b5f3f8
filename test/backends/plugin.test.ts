import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadPlugins } from '../../src/backends/plugin.js'
import { createRegistry } from '../../src/backends/registry.js'
import { BackendError } from '../../src/core/errors.js'
import { folderWith } from '../helpers/program.js'

const LOADER = '{ name: "mine", description: "a test", load: async () => ({}) }'
const FILES = {
  'one.mjs': `export default ${LOADER}`,
  'one.js': `module.exports = ${LOADER}`,
  'two.mjs': `export default [${LOADER}, { ...${LOADER}, name: 'other' }]`,
  'class.mjs': 'class Mine { name = "mine"; description = "d"; async load() {} }; export default new Mine()',
  'typed.ts': `import { BackendError, type PluginLoader } from 'asr-stream'
    enum Names { mine = 'mine' }
    const loader: PluginLoader = { name: Names.mine, description: 'typed', load: async () => { throw new BackendError('x') } }
    export default loader`,
  'unnamed.mjs': `export default { ...${LOADER}, name: '' }`,
  'unloaded.mjs': `export default { ...${LOADER}, load: undefined }`,
  'broken.ts': 'export default { name: "mine", load(: }',
}

async function load(plugins: readonly string[], folder = folderWith(FILES)) {
  const registry = createRegistry()
  await loadPlugins(plugins, registry, folder)
  return registry
}
const added = async (...plugins: string[]) =>
  (await load(plugins)).listLoaders().filter(({ origin }) => origin !== 'built in')

describe('plugins', () => {
  it.each(['./one.mjs', 'one.mjs', './one.js', './class.mjs', './typed.ts'])('%s brings a backend', async (plugin) => {
    expect(await added(plugin)).toEqual([{ name: 'mine', origin: plugin }])
  })

  it('may bring several', async () => {
    expect((await added('./two.mjs')).map(({ name }) => name)).toEqual(['mine', 'other'])
  })

  it('are found by absolute path and by URL', async () => {
    const path = join(folderWith(FILES), 'one.mjs')
    for (const plugin of [path, pathToFileURL(path).href]) {
      expect((await load([plugin])).listLoaders().at(-1)?.name).toBe('mine')
    }
  })

  it.each([
    ['an ES module', { type: 'module', exports: { import: './main.js' } }, `export default ${LOADER}`],
    ['a CommonJS module', { main: 'main.js' }, `module.exports = ${LOADER}`],
  ])('are found as packages where the user is: %s', async (_, manifest, code) => {
    const folder = folderWith(FILES)
    const installed = join(folder, 'node_modules', '@me', 'asr-plugin')
    mkdirSync(installed, { recursive: true })
    writeFileSync(join(installed, 'package.json'), JSON.stringify({ name: '@me/asr-plugin', ...manifest }))
    writeFileSync(join(installed, 'main.js'), code)
    expect((await load(['@me/asr-plugin'], folder)).listLoaders().at(-1)?.name).toBe('mine')
  })

  it('in TypeScript get the errors of the running program', async () => {
    const loader = await (await load(['./typed.ts'])).getLoader('mine')
    await expect(loader.load({} as never, {} as never)).rejects.toMatchObject({ code: 'ASR_BACKEND' })
  })

  it.each([
    ['absent', './none.mjs', 'plugin not found: ./none.mjs'],
    ['an absent package', 'none', 'plugin not found: none'],
    ['a folder', '.', 'the plugin . is a folder'],
    ['without a name', './unnamed.mjs', 'the plugin ./unnamed.mjs exports a backend without a name'],
    ['without load()', './unloaded.mjs', 'the plugin ./unloaded.mjs exports a backend without load()'],
    ['broken', './broken.ts', 'the plugin ./broken.ts is broken'],
  ])('that are %s are told apart', async (_, plugin, message) => {
    const attempt = load([plugin])
    await expect(attempt).rejects.toBeInstanceOf(BackendError)
    await expect(attempt).rejects.toThrow(message)
  })
})

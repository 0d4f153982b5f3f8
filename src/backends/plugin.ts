import { stat } from 'node:fs/promises'
import { Module } from 'node:module'
import { extname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { BackendError, messageOf } from '../core/errors.js'
import type { ModelLoader } from './contract.js'
import { placeOf } from './plugin-place.js'
import type { LoaderRegistry } from './registry.js'

/** What a plugin module exports as its default: a loader with a name, or an array of such. */
export interface PluginLoader<Options extends object = Record<string, unknown>> extends ModelLoader<Options> {
  /** What `--backend` calls it. */
  readonly name: string
}

/** Extensions that need a TypeScript compiler on the way. */
const TYPESCRIPT = ['.ts', '.mts', '.cts']
/** What a plugin may import of this package, and the file that it is; the longer names first. */
const FACES = { 'asr-stream/plugin': 'plugin', 'asr-stream/online': 'online', 'asr-stream': 'index' } as const

const SHAPE_HINT = 'a plugin exports { name, description, load } as its default, or an array of such'

/**
 * Imports plugins and registers the backends that they bring.
 *
 * @param plugins paths (`.js`, `.mjs`, `.ts`) or names of packages, resolved from `folder`
 * @throws BackendError when a plugin is absent, is broken, or registers nothing: three different messages
 */
export async function loadPlugins(
  plugins: readonly string[],
  registry: LoaderRegistry,
  folder: string = process.cwd(),
): Promise<void> {
  for (const plugin of plugins) {
    const exported = await importPlugin(plugin, await locate(plugin, folder))
    const loaders = Array.isArray(exported) ? (exported as unknown[]) : [exported]
    if (exported === undefined || loaders.length === 0) {
      throw new BackendError(`the plugin ${plugin} registers no backend`, { hint: SHAPE_HINT })
    }
    for (const loader of loaders) {
      if (!isPluginLoader(loader)) throw misshapen(plugin, loader)
      registry.registerLoader(loader.name, loader, plugin)
    }
  }
}

/** The file of a plugin, looked for before it is imported: what the import cannot find then is another matter. */
async function locate(plugin: string, folder: string): Promise<string> {
  const path = plugin.startsWith('file:') ? fileURLToPath(plugin) : resolve(folder, plugin)
  const found = await stat(path).catch(() => null)
  if (found?.isFile()) return path
  if (found)
    throw new BackendError(`the plugin ${plugin} is a folder`, { hint: 'give its file, such as folder/index.js' })
  const isPath = isAbsolute(plugin) || /^(\.|file:)/.test(plugin)
  const installed = isPath ? undefined : await locatePackage(plugin, folder)
  if (installed !== undefined) return installed
  throw new BackendError(`plugin not found: ${plugin}`, {
    hint: isPath ? `there is no file ${path}` : `there is neither a file ${path} nor an installed package of that name`,
  })
}

/** Looks where the user is, then where this program is installed. */
async function locatePackage(name: string, folder: string): Promise<string | undefined> {
  const { createJiti } = await import('jiti')
  for (const parent of [pathToFileURL(join(folder, 'any.js')).href, import.meta.url]) {
    const url = createJiti(parent, { fsCache: false }).esmResolve(name, { try: true })
    if (url?.startsWith('file:')) return fileURLToPath(url)
  }
  return undefined
}

async function importPlugin(plugin: string, location: string): Promise<unknown> {
  try {
    if (TYPESCRIPT.includes(extname(location))) {
      const { createJiti } = await import('jiti')
      const faces = Object.entries(FACES).map(([name, file]) => ({ name, path: facePath(file) }))
      const alias = Object.fromEntries(faces.map(({ name, path }) => [name, path]))
      // Compiled in memory: the compiler's cache lies where anybody may write, and what is read from it is run.
      const jiti = createJiti(import.meta.url, { alias, fsCache: false })
      // Plugins get the library that runs, instead of one that is compiled once more for them.
      for (const { path } of faces) {
        const exports: unknown = await import(pathToFileURL(path).href)
        const running = Object.assign(new Module(path), { exports, loaded: true })
        jiti.cache[path] = running as unknown as (typeof jiti.cache)[string]
      }
      return await jiti.import(location, { default: true })
    }
    const module = (await import(pathToFileURL(location).href)) as { default?: unknown }
    return module.default
  } catch (cause) {
    const message = messageOf(cause)
    const place = await placeOf(cause, location)
    const where = place === undefined || message.includes(place) ? '' : `, at ${place}`
    const isElsewhere = cause instanceof SyntaxError && !message.includes('/') && place === undefined
    throw new BackendError(`the plugin ${plugin} is broken: ${message}${where}`, {
      hint: isElsewhere ? ELSEWHERE_HINT : 'run with --log-level debug for more',
      cause,
    })
  }
}

function facePath(file: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return fileURLToPath(new URL(`../${file}.${extension}`, import.meta.url))
}

const ELSEWHERE_HINT = 'it stands in a module that the plugin imports: node --check FILE tells the line'

function isPluginLoader(value: unknown): value is PluginLoader {
  if (typeof value !== 'object' || value === null) return false
  const { name, load } = value as Partial<PluginLoader>
  return typeof name === 'string' && name !== '' && typeof load === 'function'
}

function misshapen(plugin: string, loader: unknown): BackendError {
  const name: unknown = (loader as Partial<PluginLoader> | null)?.name
  const isNamed = typeof name === 'string' && name !== ''
  const what = isNamed ? 'a backend without load()' : 'a backend without a name'
  const empty = typeof loader !== 'object' || loader === null || Object.keys(loader).length === 0
  const message = empty ? `the plugin ${plugin} registers no backend` : `the plugin ${plugin} exports ${what}`
  return new BackendError(message, { hint: SHAPE_HINT })
}

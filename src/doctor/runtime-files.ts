import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, sep } from 'node:path'
import type { Machine } from '../backends/onnx/runtime-failure.js'

/** The package that has a folder of files for each platform. */
export const RUNTIME_PACKAGE = 'onnxruntime-node'
/** What platforms are called there: as `process.platform` and `process.arch`. */
const PLATFORMS = ['darwin', 'linux', 'win32']
const ARCHITECTURES = ['arm64', 'x64']

/** Files of ONNX Runtime for one platform. */
export interface PlatformFolder {
  /** "linux x64". */
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly isOurs: boolean
}

/** ONNX Runtime as it is installed. */
export interface RuntimeFiles {
  /** The folder of the package, with all links followed. */
  readonly folder: string
  readonly version: string
  readonly platforms: readonly PlatformFolder[]
  /** Whose it is: only what belongs to asr-stream may be made smaller. */
  readonly owner: 'asr-stream' | 'project' | 'unknown'
}

/**
 * Finds ONNX Runtime; null where it is not installed.
 * @param program the folder of this program's package
 */
export async function runtimeFiles(program: string, machine: Machine = process): Promise<RuntimeFiles | null> {
  const home = await realpath(program)
  const manifest = manifestPath(home)
  if (manifest === null) return null
  const folder = await realpath(dirname(manifest))
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly version: string }
  const binaries = join(folder, 'bin', 'napi-v6')
  const platforms: PlatformFolder[] = []
  for (const platform of await foldersOf(binaries, PLATFORMS)) {
    for (const arch of await foldersOf(join(binaries, platform), ARCHITECTURES)) {
      const path = join(binaries, platform, arch)
      const isOurs = platform === machine.platform && arch === machine.arch
      platforms.push({ name: `${platform} ${arch}`, path, bytes: await bytesUnder(path), isOurs })
    }
  }
  return { folder, version, platforms, owner: ownerOf(folder, home, dirname(manifest)) }
}

/** Where its description is, as Node looks for packages. */
function manifestPath(home: string): string | null {
  try {
    return createRequire(join(home, 'package.json')).resolve(`${RUNTIME_PACKAGE}/package.json`)
  } catch {
    return null
  }
}

/** In a project, other packages may need it, and what is packed of the project for other platforms. */
function ownerOf(folder: string, home: string, found: string): RuntimeFiles['owner'] {
  // A package that is a link is that of another program that manages packages.
  if (folder !== found || basename(folder) !== RUNTIME_PACKAGE) return 'unknown'
  if (dirname(folder) === join(home, 'node_modules'))
    return home.includes(`${sep}.pnpm${sep}`) ? 'unknown' : 'asr-stream'
  if (dirname(folder) !== dirname(home) || basename(dirname(folder)) !== 'node_modules') return 'unknown'
  const project = dirname(dirname(folder))
  return basename(dirname(project)) === '_npx' ? 'asr-stream' : 'project'
}

/** Folders of known names, links excepted. */
async function foldersOf(folder: string, known: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory() && known.includes(entry.name)).map(({ name }) => name)
}

async function bytesUnder(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    bytes += entry.isDirectory() ? await bytesUnder(path) : (await lstat(path)).size
  }
  return bytes
}

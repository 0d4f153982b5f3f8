import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf, OutputError, UsageError } from '../core/errors.js'

/** The package that this program is; its templates lie in it. */
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))
const TEMPLATE = join(PACKAGE, 'templates', 'backend')
/** Names as packages have them, so that one serves for folder, package and backend. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const MAX_NAME = 100
/** What the backend is called in the templates. */
const PLACEHOLDER = /my-backend/g
/** Names that npm would take for its own or leave out of the package. */
const SUFFIX = '.template'

/** A new backend on disk. */
export interface Scaffold {
  /** Absolute path. */
  readonly folder: string
  /** Paths of its files, relative to the folder. */
  readonly files: readonly string[]
}

/**
 * Writes a plugin that works, with its test, into a new folder.
 *
 * @param folder absent: one of that name
 * @param taken names that other backends have
 * @throws UsageError for a name that is not valid, and for a folder that has something in it
 * @throws OutputError when it cannot be written
 */
export async function scaffoldBackend(
  name: string,
  folder: string = name,
  taken: readonly string[] = [],
): Promise<Scaffold> {
  refuseName(name, taken)
  const target = resolve(folder)
  await refuseFull(target)
  const values = await valuesFor(target)
  const templates = (await readdir(TEMPLATE, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const files: string[] = []
  for (const template of templates) {
    const text = (await readFile(template, 'utf8')).replace(/[A-Z]+_[A-Z]+/g, (word) => values[word] ?? word)
    const file = fileOf(relative(TEMPLATE, template))
    await write(join(target, file), text.replace(PLACEHOLDER, name))
    files.push(file.split(sep).join('/'))
  }
  return { folder: target, files }
}

function fileOf(template: string): string {
  const file = template.endsWith(SUFFIX) ? template.slice(0, -SUFFIX.length) : template
  return file === 'gitignore' ? '.gitignore' : file
}

function refuseName(name: string, taken: readonly string[]): void {
  if (name.length > MAX_NAME || !NAME.test(name)) {
    throw new UsageError(`"${name}" is not a valid backend name`, {
      hint: 'give lower-case letters, digits and single hyphens, starting with a letter, such as my-backend',
    })
  }
  if (![...taken, 'asr-stream'].includes(name)) return
  throw new UsageError(`the name "${name}" is taken`, { hint: 'give another one, such as my-backend' })
}

async function refuseFull(folder: string): Promise<void> {
  const there = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []
    if (cause.code === 'ENOTDIR') return [folder]
    throw new OutputError(`the folder ${folder} cannot be read: ${messageOf(cause)}`, { cause })
  })
  if (there.length === 0) return
  throw new UsageError(`${folder} exists already and is not overwritten`, {
    hint: 'give another name, or another folder with --folder',
  })
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    throw new OutputError(`${file} cannot be written: ${messageOf(cause)}`, { cause })
  }
}

/** What stands for the capitals in the templates. The versions are those that this program is tested with. */
async function valuesFor(target: string): Promise<Readonly<Record<string, string | undefined>>> {
  const manifest = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as {
    readonly version: string
    readonly devDependencies: Readonly<Record<string, string>>
  }
  const { typescript, vitest } = manifest.devDependencies
  return {
    PROGRAM_VERSION: manifest.version,
    PROGRAM_SPECIFIER: `file:${relative(target, PACKAGE).split(sep).join('/')}`,
    TYPESCRIPT_VERSION: typescript,
    VITEST_VERSION: vitest,
  }
}

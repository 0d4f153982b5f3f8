import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** An import of a source file. Paths are from the root; packages are names. */
export interface Import {
  readonly from: string
  readonly target: string
  readonly typesOnly: boolean
  readonly lazy: boolean
}

/** The imports of a file, lazy ones too. */
export function importsOf(file: string): Import[] {
  const text = code(file)
  const fixed = [...text.matchAll(/^(import|export)\s+(type\s)?([^'"]*?from\s+)?'([^']+)'/gms)].map((match) => ({
    typesOnly: match[2] !== undefined || hasTypesOnly(match[3] ?? ''),
    lazy: false,
    specifier: match[4]!,
  }))
  const lazy = [...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)].map((match) => ({
    typesOnly: false,
    lazy: true,
    specifier: match[1]!,
  }))
  return [...fixed, ...lazy].map(({ specifier, ...rest }) => ({
    from: file,
    target: resolved(file, specifier),
    ...rest,
  }))
}

/** `{ type A, type B } from` brings nothing that runs. */
function hasTypesOnly(clause: string): boolean {
  const names = /^\{([^}]*)\}/
    .exec(clause.trim())?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '')
  return names?.every((name) => name.trim().startsWith('type ')) ?? false
}

function resolved(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  const path = resolve(ROOT, dirname(file), specifier.replace(/\.js$/, '.ts'))
  return relative(ROOT, path).split(sep).join(posix.sep)
}

/** The TypeScript and JavaScript files of a folder, from the root. */
export function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file.split(sep).join(posix.sep)))
    .filter((file) => /\.m?[jt]s$/.test(file))
    .sort()
}

/** The text of a file without its comments. */
export function code(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}

/** How many lines a file has. */
export function lines(file: string): number {
  return readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1
}

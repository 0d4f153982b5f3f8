import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A piece of code of a page, and what is to be done with it. */
export interface Snippet {
  /** How tests are called: page, line, and file or first line. */
  readonly title: string
  /**
   * "plugin": exports a loader. "tests": for vitest. "program": runs by itself. "fragment": members of a loader.
   * "commands": lines for a shell.
   */
  readonly kind: 'plugin' | 'tests' | 'program' | 'fragment' | 'commands'
  /** Name of the file that it goes into; null for commands. */
  readonly file: string | null
  readonly code: string
}

const FENCE = /^```(js|ts|sh)\n([\s\S]*?)^```$/gm
/** First line of code that says which file it is. */
const FILE = /^\/\/ ([\w.-]+\.(?:test\.)?m?[jt]s)$/m
const FRAGMENT = '// in the loader\n'

/** All code of a page in js, ts or sh; other fences are pictures of output, or for other programs. */
export function snippetsOf(page: string): readonly Snippet[] {
  const text = readFileSync(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8')
  return [...text.matchAll(FENCE)].map(([, language = '', code = ''], index) => {
    const line = text.slice(0, text.indexOf(code)).split('\n').length
    const [firstLine = ''] = code.split('\n', 1)
    const named = FILE.exec(firstLine)?.[1]
    const title = `${page}:${line} ${named ?? firstLine}`
    if (language === 'sh') return { title, kind: 'commands', file: null, code }
    if (code.startsWith(FRAGMENT)) return { title, kind: 'fragment', file: `fragment-${index}.mjs`, code: whole(code) }
    const file = named ?? `program-${index}.m${language}`
    if (file.includes('.test.')) return { title, kind: 'tests', file, code }
    return { title, kind: code.includes('export default') ? 'plugin' : 'program', file, code }
  })
}

/** A loader around members of a loader. */
function whole(members: string): string {
  return `export default { name: 'fragment', description: 'of the guide', load() {},\n${members}}\n`
}

/** The arguments of each line that calls the program; anything else is no command that a page may have. */
export function commandsOf(code: string): readonly (readonly string[])[] {
  return code
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [program, ...args] = line.trim().split(/\s+/)
      if (program !== 'asr-stream' || /[|&;<>'"$`]/.test(line)) throw new Error(`the tests cannot run: ${line}`)
      return args
    })
}

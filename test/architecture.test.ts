import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MOST_LINES = 300
const MOST_COMMAND_LINES = 60

/** What each room may import besides itself, types and errors; the map of docs/architecture.md as a table. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  types: ['capabilities', 'config (types)', 'continuing', 'given-up', 'recognition'],
  capabilities: [],
  continuing: [],
  recognition: [],
  errors: [],
  nearest: [],
  'config-defaults': [],
  'config-issues': ['nearest'],
  config: ['config-defaults', 'config-issues', 'config-loader-options', 'nearest', 'options/names'],
  log: ['output/terminal-kind', 'terminal-text'],
  telemetry: [],
  audio: [],
  online: ['word-checks'],
  output: ['config-loader-options (types)', 'terminal-text'],
  models: ['bodies', 'config (types)', 'nearest'],
  backends: ['audio', 'bodies', 'config (types)', 'models', 'nearest', 'telemetry'],
  server: ['audio', 'config (types)', 'output', 'pipeline'],
  pipeline: ['config (types)', 'failures', 'online'],
  commands: [
    'audio',
    'backends/plugin',
    'backends/registry',
    'backends/scaffold',
    'backends/voices',
    'config',
    'config-defaults',
    'config-loader-options',
    'log',
    'models',
    'nearest',
    'online/audio-ledger',
    'options',
    'output',
    'pipeline',
    'server',
  ],
  testing: ['backends/registry', 'config', 'log', 'nearest', 'telemetry', 'word-checks'],
  cli: ['commands', 'log', 'output/standard-output', 'telemetry', 'terminal-text'],
  index: ['audio', 'backends', 'config', 'failures', 'log', 'online', 'output', 'pipeline', 'telemetry'],
  'terminal-text': [],
  bodies: [],
  'config-loader-options': [],
  options: ['config (types)', 'nearest'],
  'given-up': [],
  'word-checks': [],
  failures: [],
}
/** Packages that make a start slow; `--help` must not load them. */
const HEAVY = [
  'zod',
  'wrap-ansi',
  'pino',
  'pino-pretty',
  'ora',
  'jiti',
  'onnxruntime-node',
  'wavefile',
  '@huggingface/hub',
  '@huggingface/tokenizers',
  '@huggingface/transformers',
]

interface Import {
  readonly from: string
  readonly target: string
  readonly typesOnly: boolean
  readonly lazy: boolean
}

const sources = filesUnder('src')
const imports = sources.flatMap(importsOf)

describe('the rooms of the house', () => {
  it.each(Object.keys(ARROWS))('%s imports only what it may', (room) => {
    const strangers = imports
      .filter(({ from, target }) => roomOf(from) === room && target.startsWith('src/'))
      .filter((one) => !isAllowed(room, one))
    expect(strangers.map(({ from, target }) => `${from} -> ${target}`)).toEqual([])
  })

  it('are all known, and have files in them', () => {
    expect([...new Set(sources.map(roomOf))].sort()).toEqual(Object.keys(ARROWS).sort())
  })

  it('nobody imports the command line', () => {
    expect(imports.filter(({ target }) => target === 'src/cli.ts')).toEqual([])
  })

  it('online is pure: no packages, no console, no time of its own', () => {
    const files = sources.filter((file) => roomOf(file) === 'online')
    expect(imports.filter(({ from, target }) => files.includes(from) && !target.startsWith('src/'))).toEqual([])
    expect(files.filter((file) => /\bconsole\.|Date\.now|performance\.|process\./.test(code(file)))).toEqual([])
  })

  it('help loads no heavy package', () => {
    const reached = new Set<string>()
    const visit = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      for (const { from, target, typesOnly, lazy } of imports) if (from === file && !typesOnly && !lazy) visit(target)
    }
    visit('src/cli.ts')
    expect([...reached].filter((name) => HEAVY.includes(name))).toEqual([])
    expect(reached.size).toBeGreaterThan(5)
  })

  it('the switch of the telemetry comes before everything else', () => {
    for (const entry of ['src/cli.ts', 'src/index.ts', 'src/testing/index.ts', 'src/backends/onnx/onnx-runtime.ts']) {
      expect(imports.find(({ from }) => from === entry)?.target, entry).toBe('src/backends/onnx/telemetry.ts')
    }
    const users = imports.filter(({ target, typesOnly }) => target === 'onnxruntime-node' && !typesOnly)
    expect(users.map(({ from }) => from)).toEqual(['src/backends/onnx/onnx-runtime.ts'])
  })
})

describe('the manners of the house', () => {
  it('one loop: processIter is called from the guard of the one loop, besides the kit that checks processors', () => {
    const calls = sources
      .filter((file) => !['online', 'testing'].includes(roomOf(file)))
      .flatMap((file) => [...code(file).matchAll(/\.processIter\(/g)].map(() => file))
    expect(calls).toEqual(['src/transcriber/retry-guard.ts'])
  })

  it('only the command line ends the process', () => {
    expect(sources.filter((file) => /process\.exit\b/.test(code(file)))).toEqual(['src/cli.ts'])
  })

  it('only the line writer writes to standard output', () => {
    expect(sources.filter((file) => /process\.stdout\.write|console\.log/.test(code(file)))).toEqual([])
  })

  it('files are short, commands very short', () => {
    const all = ['src', 'test', 'bench', 'examples'].flatMap(filesUnder)
    const tooLong = all.filter((file) => {
      const isCommand = /^src\/commands\/(?!transcribe-options)/.test(file)
      return lines(file) > (isCommand ? MOST_COMMAND_LINES : MOST_LINES)
    })
    expect(tooLong).toEqual([])
  })

  it('no catch is empty', () => {
    expect(sources.filter((file) => /catch\s*(\(\w+\)\s*)?\{\s*\}/.test(code(file)))).toEqual([])
  })

  it('every test file has tests', () => {
    const suites = filesUnder('test').filter((file) => file.endsWith('.test.ts'))
    expect(suites.length).toBeGreaterThan(8)
    expect(suites.filter((file) => !/\bit(\.\w+(\([^)]*\))?)*\(/.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual(
      [],
    )
  })
})

function isAllowed(room: string, { target, typesOnly }: Import): boolean {
  const targetRoom = roomOf(target)
  if (targetRoom === room || (['types', 'errors'].includes(targetRoom) && room !== 'errors')) return true
  const path = target.replace(/^src\//, '').replace(/\.ts$/, '')
  const allowed = ARROWS[room] ?? []
  return (
    allowed.includes(targetRoom) || allowed.includes(path) || (typesOnly && allowed.includes(`${targetRoom} (types)`))
  )
}

/** "online" for src/online/x.ts, "cli" for src/cli.ts. */
function roomOf(file: string): string {
  return file.split('/')[1]?.replace(/\.ts$/, '') ?? file
}

function importsOf(file: string): Import[] {
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

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file.split(sep).join(posix.sep)))
    .filter((file) => /\.m?[jt]s$/.test(file))
    .sort()
}

/** The text of a file without its comments. */
function code(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}

function lines(file: string): number {
  return readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1
}

import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesUnder, hasEmptyCatch, type Import, importsOf, isIn, lines, membersOf, text } from './helpers/imports.js'
import { ARROWS } from './helpers/rooms.js'

const MAX_LINES = 300
const MAX_COMMAND_LINES = 60

/** The types of a loader stand in a file that both the backends and the rooms within them import. */
const FILES_THAT_ARE_ROOMS = ['src/backends/contract.ts']
/** Packages that make a start slow; `--help` must not load them. */
const HEAVY = `zod wrap-ansi pino pino-pretty string-width ora jiti
  onnxruntime-node wavefile node-record-lpcm16 yaml @huggingface/hub @huggingface/tokenizers @huggingface/transformers
  fastify prom-client bullmq ioredis pg @aws-sdk/client-s3`.split(/\s+/)

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

  it('have no circles among them, types included', () => {
    const arrows = new Map(Object.keys(ARROWS).map((room) => [room, neighbours(room)]))
    const leaves = () => [...arrows].filter(([, to]) => to.every((room) => !arrows.has(room))).map(([room]) => room)
    for (let found = leaves(); found.length > 0; found = leaves()) for (const room of found) arrows.delete(room)
    expect([...arrows.keys()]).toEqual([])
  })

  it('the core imports nothing of the house', () => {
    const strangers = imports.filter(({ from, target }) => roomOf(from) === 'core' && target.startsWith('src/'))
    expect(strangers.filter(({ target }) => roomOf(target) !== 'core')).toEqual([])
  })

  it('stand on the map, and the map has no others', () => {
    const map = text('docs/architecture.md')
    const onMap = [...map.matchAll(/^\| `(src\/[\w/.-]+)` \|/gm)].map(([, path]) =>
      roomOf(`${path}${path?.endsWith('.ts') ? '' : '/x.ts'}`),
    )
    expect(onMap.sort()).toEqual(Object.keys(ARROWS).sort())
  })

  it('nobody imports the command line', () => {
    expect(imports.filter(({ target }) => target === 'src/cli.ts')).toEqual([])
  })

  it.each(['online', 'evaluation', 'capacity'])('%s is pure: no packages, no console, no time of its own', (room) => {
    const files = sources.filter((file) => isIn(file, room))
    expect(imports.filter(({ from, target }) => files.includes(from) && !target.startsWith('src/'))).toEqual([])
    const taken = files.flatMap((file) => membersOf(file).map((name) => `${file}: ${name}`))
    expect(taken.filter((name) => /: (console|Date|performance|process|globalThis)\./.test(name))).toEqual([])
  })

  it('help loads no heavy package', () => {
    const reached = new Set<string>()
    const visit = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      for (const { from, target, typesOnly, lazy } of imports) if (from === file && !typesOnly && !lazy) visit(target)
    }
    visit('src/cli.ts')
    expect([...reached].filter((name) => HEAVY.includes(name) || /^(?!src).*-decoder/.test(name))).toEqual([])
    expect(reached.size).toBeGreaterThan(5)
  })

  it('the switch of the telemetry comes before everything else', () => {
    for (const entry of [
      'src/cli.ts',
      'src/index.ts',
      'src/plugin.ts',
      'src/online.ts',
      'src/testing/index.ts',
      'src/backends/onnx/onnx-runtime.ts',
    ]) {
      expect(imports.find(({ from }) => from === entry)?.target, entry).toBe('src/backends/onnx/telemetry.ts')
    }
    const users = imports.filter(({ target, typesOnly }) => target === 'onnxruntime-node' && !typesOnly)
    expect(users.map(({ from }) => from)).toEqual(['src/backends/onnx/onnx-runtime.ts'])
  })
})

describe('the manners of the house', () => {
  it('one loop: processIter is called from the guard of the one loop, besides the kit that checks processors', () => {
    const calls = sources
      .filter((file) => !isIn(file, 'online') && !isIn(file, 'testing'))
      .flatMap((file) => membersOf(file).flatMap((name) => (name.endsWith('.processIter') ? [file] : [])))
    expect(calls).toEqual(['src/transcriber/retry-guard.ts'])
  })

  it('only the command line ends the process', () => {
    expect(sources.filter((file) => membersOf(file).some((name) => /^process\.(exit|abort)$/.test(name)))).toEqual([
      'src/cli.ts',
    ])
  })

  it('only the writer for it writes to standard output', () => {
    expect(
      sources.filter((file) => membersOf(file).some((name) => /^(stdout\.write|console\.log)$/.test(name))),
    ).toEqual(['src/output/writers/standard-output.ts'])
  })

  it('files are short, commands very short', () => {
    const all = ['src', 'test', 'bench', 'examples'].flatMap(filesUnder)
    const tooLong = all.filter((file) => {
      const isCommand = /^src\/commands\/(?!transcribe-options)/.test(file)
      return lines(file) > (isCommand ? MAX_COMMAND_LINES : MAX_LINES)
    })
    expect(tooLong).toEqual([])
  })

  it('no catch is empty', () => {
    expect(sources.filter((file) => hasEmptyCatch(text(file)))).toEqual([])
  })

  it('every test file has tests', () => {
    const suites = filesUnder('test').filter((file) => file.endsWith('.test.ts'))
    expect(suites.length).toBeGreaterThan(8)
    expect(suites.filter((file) => !/\bit(\.\w+(\([^)]*\))?)*\(/.test(text(file)))).toEqual([])
  })
})

function isAllowed(room: string, { target, typesOnly }: Import): boolean {
  const targetRoom = roomOf(target)
  if (targetRoom === room || targetRoom === 'core') return true
  const path = target.replace(/^src\//, '').replace(/\.ts$/, '')
  const allowed = ARROWS[room] ?? []
  return (
    allowed.includes(targetRoom) || allowed.includes(path) || (typesOnly && allowed.includes(`${targetRoom} (types)`))
  )
}

/** "online/vad" for src/online/vad/x.ts, "cli.ts" for src/cli.ts. */
function roomOf(file: string): string {
  const path = file.replace(/^src\//, '')
  if (FILES_THAT_ARE_ROOMS.includes(file)) return path.replace(/\.ts$/, '')
  return path.includes('/') ? posix.dirname(path) : path
}

/** The rooms that the files of a room import. */
function neighbours(room: string): readonly string[] {
  const targets = imports.filter(({ from, target }) => roomOf(from) === room && target.startsWith('src/'))
  return [...new Set(targets.map(({ target }) => roomOf(target)))].filter((target) => target !== room)
}

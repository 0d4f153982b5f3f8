import { describe, expect, it } from 'vitest'
import { hasEmptyCatch, importsIn, membersIn } from './helpers/imports.js'

describe('the rules of the architecture see', () => {
  const seen = (source: string) => importsIn(source, 'src/online/vad/a.ts')

  it.each([
    ["import { a } from '../b.js'", { target: 'src/online/b.ts', typesOnly: false, lazy: false }],
    ["import {\n  type A,\n  b,\n} from '../b.js'", { target: 'src/online/b.ts', typesOnly: false }],
    ["import {\n  type A,\n  type B,\n} from '../b.js'", { typesOnly: true }],
    ["import type { A } from '../b.js'", { typesOnly: true }],
    ["import '../b.js'", { target: 'src/online/b.ts', typesOnly: false }],
    ["export * from '../b.js'", { target: 'src/online/b.ts', typesOnly: false }],
    ["export { type A } from '../b.js'", { typesOnly: true }],
    ['const b = await import("../b.js")', { target: 'src/online/b.ts', lazy: true }],
    ["import fs from 'node:fs'", { target: 'node:fs' }],
    ["export const a: import('../b.js').A = 1", { target: 'src/online/b.ts', typesOnly: true }],
  ])('the import of %j', (source, expected) => {
    expect(seen(source)).toEqual([expect.objectContaining(expected)])
  })

  it('no import where there is none', () => {
    expect(seen("// import { a } from './b.js'\nexport const text = `\nimport './b.js'\n`")).toEqual([])
  })

  it.each([
    ['process.exit(1)', 'process.exit'],
    ["process['exit'](1)", 'process.exit'],
    ['const { exit } = process', 'process.exit'],
    ['const { exit: leave, env } = process', 'process.exit'],
    ['const ms = Date\n  .now()', 'Date.now'],
    ['asr?.processIter()', 'asr.processIter'],
  ])('what is taken by %j', (source, expected) => {
    expect(membersIn(source)).toContain(expected)
  })

  it('a write to standard output, however it is reached', () => {
    for (const source of ['process.stdout.write("")', 'const { stdout } = process; stdout.write("")'])
      expect(membersIn(source)).toContain('stdout.write')
  })

  it('an empty catch, a comment in it or not', () => {
    for (const source of ['try {} catch {}', 'try {} catch (e) { /* never mind */ }'])
      expect(hasEmptyCatch(source)).toBe(true)
    expect(hasEmptyCatch('try {} catch (e) { tell(e) }')).toBe(false)
  })
})

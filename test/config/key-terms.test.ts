import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { readKeyTerms } from '../../src/config/key-terms.js'
import { UsageError } from '../../src/core/errors.js'
import { temporaryFolder } from '../helpers/program.js'

function fileOf(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), 'terms.txt')
  writeFileSync(path, content)
  return path
}
const read = (content: string | Uint8Array, hotwords: string | readonly string[] = []) =>
  readKeyTerms(parseConfig({ keyterms: fileOf(content), hotwords }))

describe('the terms of a configuration', () => {
  it('are those of the lines of a file, without blank lines, comments and spaces around them', async () => {
    const text = '\uFEFF# Places\r\n  Sintra \r\n\r\n\t\n# People\nLord Byron\nC#\rManasseh'
    expect(await read(text)).toEqual(['Sintra', 'Lord Byron', 'C#', 'Manasseh'])
    expect(await read('')).toEqual([])
  })

  it('are those of the file and of the short list together, each once', async () => {
    expect(await read('Sintra\nSintra\nKyjiw', 'Lord Byron , Sintra')).toEqual(['Sintra', 'Kyjiw', 'Lord Byron'])
    expect(await readKeyTerms(parseConfig({ hotwords: ['Žižkov'] }))).toEqual(['Žižkov'])
    expect(await readKeyTerms(parseConfig({}))).toEqual([])
  })

  it.each([
    ['there is no file', () => join(temporaryFolder(), 'nowhere.txt'), /^there is no file of terms .*nowhere\.txt$/],
    ['it is a folder', () => temporaryFolder(), /^the file of terms cannot be read: .* is not a file$/],
    ['it is large', () => fileOf('x\n'.repeat(500_001)), / is too large: 1000002 bytes, at most 1000000$/],
    ['it has many terms', () => fileOf('x\n'.repeat(10_001)), / has 10001 terms, at most 10000 are possible$/],
    [
      'a term is long',
      () => fileOf(`# a\n${'é'.repeat(101)}\n`),
      /^line 2 of .* is too long: 101 characters, at most 100$/,
    ],
    ['it is no text', () => fileOf(Uint8Array.of(0x53, 0xe9, 0x0a)), / is not text in UTF-8$/],
  ])('are refused where %s', async (_, pathOf, message) => {
    const error: unknown = await readKeyTerms(parseConfig({ keyterms: pathOf() })).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toMatch(message)
    expect((error as UsageError).hint).toBeTruthy()
  })

  it('may be as many and as long as the limits say', async () => {
    expect(await read(Array.from({ length: 10_000 }, (_, i) => i).join('\n'))).toHaveLength(10_000)
    expect(await read('𝒜'.repeat(100))).toHaveLength(1)
  })

  it('are a short list only on the command line', () => {
    expect(() => parseConfig({ hotwords: Array.from({ length: 101 }, () => 'x') })).toThrow(
      'hotwords must be a list of at most 100',
    )
    expect(() => parseConfig({ hotwords: 'x'.repeat(101) })).toThrow('must be a text of at most 100 characters')
    expect(() => parseConfig({ hotwords: 'a,,b' })).toThrow('must be a text that is not empty')
  })
})

import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isDone, JOURNAL, markDone, stateOf, textsOfOthers, type Work } from '../../src/files/journal.js'
import { folderWith } from '../helpers/program.js'

async function workIn(folder: string, change: Partial<Work> = {}): Promise<Work> {
  const name = join(folder, 'a.mp3')
  const outputs = [{ path: join(folder, 'a.srt'), format: 'srt' as const }]
  return { name, state: await stateOf(name), options: 'abc', outputs, ...change }
}

const folder = () => folderWith({ 'a.mp3': 'audio', 'a.srt': 'text' })

describe('what is written down as done', () => {
  it('is done, and nothing else is', async () => {
    const at = folder()
    expect(await isDone(await workIn(at))).toBe(false)
    await markDone(await workIn(at))
    expect(await isDone(await workIn(at))).toBe(true)
    expect(await isDone(await workIn(at, { options: 'other' }))).toBe(false)
    expect(await isDone(await workIn(at, { outputs: [{ path: join(at, 'a.srt'), format: 'vtt' }] }))).toBe(false)
    expect(await isDone(await workIn(at, { outputs: [] }))).toBe(false)
    const both = [join(at, 'a.srt'), join(at, 'a.txt')].map((path) => ({ path, format: 'srt' as const }))
    expect(await isDone(await workIn(at, { outputs: both }))).toBe(false)
  })

  it('is not done any more when the recording is another, or the output has gone', async () => {
    const at = folder()
    await markDone(await workIn(at))
    rmSync(join(at, 'a.srt'))
    expect(await isDone(await workIn(at))).toBe(false)
    writeFileSync(join(at, 'a.srt'), 'corrected')
    expect(await isDone(await workIn(at))).toBe(true)
    writeFileSync(join(at, 'a.mp3'), 'other')
    const { mtimeMs } = await stateOf(join(at, 'a.mp3'))
    expect(await isDone(await workIn(at, { state: { size: 5, mtimeMs: mtimeMs + 1 } }))).toBe(false)
  })

  it('is known to be the text of another recording, as long as it is there', async () => {
    const at = folder()
    await markDone(await workIn(at))
    const other = await workIn(at, { name: join(at, 'other', 'a.mp3') })
    const path = join(at, 'a.srt')
    expect(await textsOfOthers(other)).toEqual([{ path, recording: join(at, 'a.mp3') }])
    expect(await textsOfOthers(await workIn(at, { options: 'other' }))).toEqual([])
    await markDone({ ...other, name: 'https://user:word@example.org/a.mp3?key=secret' })
    expect(await textsOfOthers(other)).toEqual([{ path, recording: 'https://example.org/a.mp3' }])
    rmSync(path)
    expect(await textsOfOthers(other)).toEqual([])
  })

  it('may be moved with its folder', async () => {
    const at = folder()
    await markDone(await workIn(at))
    mkdirSync(join(at, 'new'))
    for (const name of ['a.mp3', 'a.srt', JOURNAL]) renameSync(join(at, name), join(at, 'new', name))
    expect(await isDone(await workIn(join(at, 'new')))).toBe(true)
  })

  it('is not spoiled by a line that was broken off, or by lines of others', async () => {
    const at = folder()
    appendFileSync(join(at, JOURNAL), 'nonsense\n[1]\nnull\n{"version":9,"output":"a.srt"}\n{"version":1,"outp')
    await markDone(await workIn(at))
    expect(await isDone(await workIn(at))).toBe(true)
    expect(readFileSync(join(at, JOURNAL), 'utf8')).toMatch(/"outp\n\{"version":1,"output":"a\.srt".*\}\n$/)
  })

  it('is whole when many write at once', async () => {
    const at = folder()
    const works = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const path = join(at, `${index}.srt`)
        writeFileSync(path, '')
        return workIn(at, { outputs: [{ path, format: 'srt' }] })
      }),
    )
    await Promise.all(works.map((work) => markDone(work)))
    for (const work of works) expect(await isDone(work)).toBe(true)
  })

  it('has nothing secret of an address', async () => {
    const at = folder()
    const name = 'https://user:word@example.org/a.mp3?token=secret'
    await markDone(await workIn(at, { name, state: await stateOf(name) }))
    const text = readFileSync(join(at, JOURNAL), 'utf8')
    expect(text).toContain('https://example.org/a.mp3#')
    expect(text).not.toMatch(/word|secret/)
    expect(await isDone(await workIn(at, { name, state: await stateOf(name) }))).toBe(true)
    expect(await isDone(await workIn(at, { name: `${name}2`, state: await stateOf(name) }))).toBe(false)
  })
})

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findRecordings, standsForMany } from '../../src/files/find-recordings.js'
import { nameOutputs } from '../../src/files/name-outputs.js'
import { temporaryFolder } from '../helpers/program.js'

function tree(...names: readonly string[]): string {
  const folder = temporaryFolder()
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), '')
  }
  return folder
}

const recording = (name: string, within = name.split('/').at(-1) ?? name) => ({ name, within, isAddress: false })

describe('the recordings that names stand for', () => {
  it('are audio and video of a folder and those in it, sorted as people do', async () => {
    const folder = tree('10.mp3', '2.mp3', 'notes.txt', '2.srt', '.cache/x.mp3', 'b/TALK.WAV', 'b/c/d.mp4', 'b/.x.wav')
    const found = await findRecordings([folder])
    expect(found.map(({ within }) => within)).toEqual([
      '2.mp3',
      '10.mp3',
      join('b', 'c', 'd.mp4'),
      join('b', 'TALK.WAV'),
    ])
    expect(found[0]?.name).toBe(join(folder, '2.mp3'))
  })

  it('come in the order of the names, and none twice, by whatever name', async () => {
    const folder = tree('a.mp3', 'b.mp3', 'c.mp3')
    const [a, b] = [join(folder, 'a.mp3'), join(folder, 'b.mp3')]
    symlinkSync(a, join(folder, 'link.mp3'))
    const found = await findRecordings([b, join(folder, '.', 'b.mp3'), join(folder, 'link.mp3'), folder])
    expect(found.map(({ within }) => within)).toEqual(['b.mp3', 'link.mp3', 'c.mp3'])
  })

  it('of a pattern are what it matches, whatever they are called; a file of that name goes first', async () => {
    const folder = tree('a.mp3', 'b.dat', 'x/c.dat', '[1].mp3')
    const names = async (pattern: string) =>
      (await findRecordings([join(folder, pattern)])).map(({ within }) => within.replaceAll('\\', '/'))
    expect(await names('*.dat')).toEqual(['b.dat'])
    expect(await names('**/*.dat')).toEqual(['b.dat', 'x/c.dat'])
    expect(await names('[1].mp3')).toEqual(['[1].mp3'])
    expect(await standsForMany(join(folder, '[1].mp3'))).toBe(false)
    expect(await standsForMany(join(folder, '[2].mp3'))).toBe(true)
  })

  it('do not go in circles', async () => {
    const folder = tree('a/b.mp3')
    symlinkSync(folder, join(folder, 'a', 'again'))
    expect((await findRecordings([folder])).map(({ within }) => within)).toEqual([join('a', 'b.mp3')])
  })

  it('must be some, where a folder or a pattern is given; a file that is absent fails later', async () => {
    const folder = tree('notes.txt')
    for (const name of [folder, join(folder, '*.mp3'), join(folder, 'no', '*.mp3')]) {
      await expect(findRecordings([name])).rejects.toMatchObject({ code: 'ASR_INPUT_MISSING', details: { path: name } })
    }
    expect(await findRecordings([join(folder, 'absent.mp3')])).toHaveLength(1)
    await expect(findRecordings(['-', 'a.mp3'])).rejects.toMatchObject({ code: 'ASR_USAGE' })
  })

  it('may be addresses, which are called by their last part', async () => {
    const found = await findRecordings(['https://example.org/talks/day%201.mp3?token=1', 'https://example.org/'])
    expect(found.map(({ within }) => within)).toEqual(['day 1.mp3', 'example.org'])
    const [bad] = await findRecordings(['https://example.org/100%.mp3'])
    expect(bad?.within).toBe('100%.mp3')
  })
})

describe('the names of outputs', () => {
  const paths = (...given: Parameters<typeof nameOutputs>) =>
    nameOutputs(...given).flatMap(({ outputs }) => outputs.map(({ path }) => path.replaceAll('\\', '/')))

  it('are those of recordings, beside them', () => {
    const some = [recording('t/a.mp3'), recording('b.c.wav'), recording('.wav'), recording('plain')]
    expect(paths(some, ['srt'])).toEqual(['t/a.srt', 'b.c.srt', '.wav.srt', 'plain.srt'])
    expect(paths([recording('t/a.mp3')], ['srt', 'jsonl'])).toEqual(['t/a.srt', 't/a.jsonl'])
  })

  it('lie in a folder, with the folders that recordings have below the one that was given', () => {
    expect(paths([recording('t/a.mp3'), recording('t/x/a.mp3', 'x/a.mp3')], ['txt'], 'out')).toEqual([
      'out/a.txt',
      'out/x/a.txt',
    ])
  })

  it.each([
    ['two recordings', [recording('a.mp3'), recording('a.wav')], undefined],
    ['two folders', [recording('x/a.mp3'), recording('y/a.mp3')], 'out'],
    ['capitals alone', [recording('A.mp3'), recording('a.wav')], undefined],
    ['a recording', [recording('a.mp3'), recording('a.srt')], undefined],
  ])('are refused where they are the same for %s', (_, recordings, outputDir) => {
    expect(() => nameOutputs(recordings, ['srt'], outputDir)).toThrow(/would (be the output of both|overwrite)/)
  })
})

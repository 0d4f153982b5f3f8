import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { BatchSummary } from '../../src/files/batch-summary.js'
import type { MergedSummary } from '../../src/files/merge-summaries.js'
import { folderWith, runProgram, silentWav, spokenWords, startProgram } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'

const TEXTS = Array.from({ length: 8 }, (_, index) => `w${index}`)
const NAMES = ['a.wav', 'b.wav', 'c.wav', 'more/a.wav', 'more/b.wav', 'more/deep/a.wav', 'z.wav']
const BATCH = ['batch', '--backend', 'scripted', '--option', 'script=words.json']

/** Recordings in a folder, each of another length, so that their texts differ. */
function talks(): string {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS) })
  mkdirSync(join(cwd, 'talks', 'more', 'deep'), { recursive: true })
  for (const [at, name] of NAMES.entries()) writeFileSync(join(cwd, 'talks', name), silentWav(1 + at / 2))
  return cwd
}

/** All that is written of recordings, by name; not what tells of the run. */
function texts(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const own = names.filter((name) => !/asr-stream[-.]/.test(name) && statSync(join(folder, name)).isFile())
  return new Map(own.sort().map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')]))
}

const summary = (folder: string, shard = '1-of-1') =>
  JSON.parse(readFileSync(join(folder, `asr-stream-batch.${shard}.json`), 'utf8')) as BatchSummary

describe('asr-stream batch', () => {
  it('gives byte for byte in two shards what it gives in one, from a folder and from a list', async () => {
    const cwd = talks()
    const list = ['# all', ...NAMES.map((name) => `talks/${name}`).reverse(), ''].join('\r\n')
    writeFileSync(join(cwd, 'list.txt'), `\uFEFF${list}`)
    const run = (source: string, folder: string, ...more: string[]) =>
      runProgram([...BATCH, source, '--output-dir', folder, ...more], { cwd })
    const quiet = { code: 0, stdout: '', stderr: '' }
    expect(await run('talks', 'one')).toEqual(quiet)
    expect(await Promise.all([1, 2].map((at) => run('talks', 'two', '--shard', `${at}/2`)))).toEqual([quiet, quiet])
    for (const at of [1, 2]) expect(await run('list.txt', 'listed', '--shard', `${at}/2`, '--jobs', '2')).toEqual(quiet)
    const one = texts(join(cwd, 'one'))
    expect([...one.keys()]).toEqual(NAMES.flatMap((name) => ['srt', 'txt'].map((end) => name.replace('wav', end))))
    expect(new Set(one.values()).size).toBeGreaterThan(NAMES.length)
    expect(texts(join(cwd, 'two'))).toEqual(one)
    expect(texts(join(cwd, 'listed', 'talks'))).toEqual(one)
    expect([1, 2].map((at) => summary(join(cwd, 'two'), `${at}-of-2`).recordings.done)).toEqual([4, 3])
  })

  it('does so with the real model', async () => {
    const cwd = folderWith({})
    mkdirSync(join(cwd, 'talks'))
    for (const name of ['austen_870', 'austen_880', 'austen_890', 'jfk']) {
      copyFileSync(fixturePath(name), join(cwd, 'talks', `${name}.wav`))
    }
    const args = ['batch', 'talks', '--offline', '--fast', '--format', 'srt,vtt,txt']
    expect((await runProgram([...args, '--output-dir', 'one'], { cwd })).code).toBe(0)
    const shards = [1, 2].map((at) => runProgram([...args, '--output-dir', 'two', '--shard', `${at}/2`], { cwd }))
    expect((await Promise.all(shards)).map(({ code }) => code)).toEqual([0, 0])
    const one = texts(join(cwd, 'one'))
    expect(one.size).toBe(12)
    expect(one.get('jfk.txt')).toMatch(/what you can do for your country/)
    expect(texts(join(cwd, 'two'))).toEqual(one)
    expect(summary(join(cwd, 'one'))).toMatchObject({
      recordings: { total: 4, inShard: 4, done: 4 },
      options: { backend: 'onnx-whisper', model: 'tiny.en', offline: true },
    })
  }, 120_000)

  it('goes on where a shard was killed, and leaves alone what is done', async () => {
    const cwd = talks()
    const args = [...BATCH, 'talks', '--output-dir', 'texts', '--shard', '1/2', '--option', 'computeSec=0.2']
    const { child, ended } = startProgram(args, { cwd })
    while (!existsSync(join(cwd, 'texts', 'c.srt.part')) && child.exitCode === null) await sleep(20)
    child.kill('SIGKILL')
    expect((await ended).code).toBe(137)
    const whole = [...texts(join(cwd, 'texts')).keys()].filter((name) => !name.includes('.part'))
    expect(whole.length).toBeLessThan(8)
    const changedAt = () => statSync(join(cwd, 'texts', 'a.srt')).mtimeMs
    const before = changedAt()
    expect((await runProgram(args, { cwd })).code).toBe(0)
    expect(changedAt()).toBe(before)
    expect([...texts(join(cwd, 'texts')).keys()]).toEqual(
      ['a', 'c', 'more/b', 'z'].flatMap((name) => [`${name}.srt`, `${name}.txt`]).sort(),
    )
    const { recordings, audioSec, audioBeforeSec } = summary(join(cwd, 'texts'), '1-of-2')
    expect(recordings.doneBefore).toBeGreaterThan(0)
    expect(recordings).toMatchObject({ inShard: 4, done: 4 - recordings.doneBefore, failed: 0, left: 0 })
    expect(audioSec + audioBeforeSec).toBeCloseTo(1 + 2 + 3 + 4, 1)
    // Another number of shards knows what is done as well.
    const all = args.map((one) => (one === '1/2' ? '1/1' : one))
    expect((await runProgram(all, { cwd })).code).toBe(0)
    expect(summary(join(cwd, 'texts')).recordings).toMatchObject({ done: 3, doneBefore: 4 })
    expect(changedAt()).toBe(before)
  }, 60_000)

  it('lists what failed, in the folder as well, has exit code 3, and tries it again the next time', async () => {
    const cwd = talks()
    writeFileSync(join(cwd, 'talks', 'b.wav'), 'no audio')
    const args = [...BATCH, 'talks', '--output-dir', 'texts', '--summary', 'facts/all.json']
    const { code, stderr } = await runProgram(args, { cwd })
    expect(code).toBe(3)
    expect(stderr).toMatch(/1 of 7 recordings failed: .*b\.wav; the others are done; the same command tries/)
    const failed = join(cwd, 'texts', 'asr-stream-failed.1-of-1.txt')
    expect(readFileSync(failed, 'utf8')).toMatch(/^talks.b\.wav\tASR_\w+\t.+\n$/)
    const facts = () => JSON.parse(readFileSync(join(cwd, 'facts', 'all.json'), 'utf8')) as BatchSummary
    expect(facts().recordings).toMatchObject({ total: 7, done: 6, doneBefore: 0, failed: 1, left: 0 })
    expect(facts().errors).toMatchObject([{ file: join('talks', 'b.wav') }])
    writeFileSync(join(cwd, 'talks', 'b.wav'), silentWav(2))
    expect(await runProgram(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(existsSync(failed)).toBe(false)
    expect(facts().recordings).toMatchObject({ done: 1, doneBefore: 6, failed: 0 })
    expect(texts(join(cwd, 'texts')).size).toBe(14)
  })

  it('sums up what it has when it is interrupted', async () => {
    const cwd = talks()
    const args = [...BATCH, 'talks', '--output-dir', 'texts', '--option', 'computeSec=0.2']
    const { child, ended } = startProgram(args, { cwd })
    while (!existsSync(join(cwd, 'texts', 'a.txt')) && child.exitCode === null) await sleep(20)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(143)
    const { isInterrupted, recordings } = summary(join(cwd, 'texts'))
    expect(isInterrupted).toBe(true)
    expect(recordings.left).toBeGreaterThan(0)
    expect(recordings.done + recordings.left).toBe(7)
  })

  it('joins the summaries of all shards, and says which are missing', async () => {
    const cwd = talks()
    writeFileSync(join(cwd, 'talks', 'b.wav'), 'no audio')
    const run = (...args: string[]) => runProgram([...BATCH, ...args, '--output-dir', 'texts'], { cwd })
    const merge = () => runProgram(['batch', '--merge-summaries', '--output-dir', 'texts'], { cwd })
    const merged = () => JSON.parse(readFileSync(join(cwd, 'texts', 'asr-stream-batch.json'), 'utf8')) as MergedSummary
    const list = join(cwd, 'texts', 'asr-stream-failed.txt')
    mkdirSync(join(cwd, 'texts'))
    expect(await merge()).toMatchObject({ code: 1, stderr: expect.stringMatching(/no summaries of shards in texts/) })
    // What an earlier run in one shard has left does not count.
    expect((await run('talks')).code).toBe(3)
    expect((await run('talks', '--shard', '1/3')).code).toBe(0)
    expect((await run('talks', '--shard', '2/3')).code).toBe(3)
    expect(await merge()).toMatchObject({ code: 1, stderr: expect.stringMatching(/1 of 3 shards have no summary: 3;/) })
    expect(merged().shards).toEqual({ count: 3, missing: [3], interrupted: [], agree: true })
    expect((await run('talks', '--shard', '3/3')).code).toBe(0)
    expect(await merge()).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/1 of 7 recordings failed: .*b\.wav/),
    })
    expect(merged().recordings).toEqual({ total: 7, inShard: 7, done: 0, doneBefore: 6, failed: 1, left: 0 })
    expect(merged().errors).toMatchObject([{ file: join('talks', 'b.wav'), shard: 2 }])
    expect(readFileSync(list, 'utf8')).toMatch(/^talks.b\.wav\tASR_\w+\t.+\n$/)
    writeFileSync(join(cwd, 'talks', 'b.wav'), silentWav(1.5))
    expect((await run('talks', '--shard', '2/3')).code).toBe(0)
    const { code, stdout, stderr } = await merge()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^texts.asr-stream-batch\.json: 7 of 7 recordings done, 0\.00 h of audio\n$/)
    expect(existsSync(list)).toBe(false)
    expect((await runProgram(['batch', 'talks', '--merge-summaries', '--output-dir', 'texts'], { cwd })).code).toBe(2)
  }, 60_000)

  it('warns when shards saw different recordings, and takes an empty shard for done', async () => {
    const cwd = talks()
    const run = (shard: string) => runProgram([...BATCH, 'talks', '--output-dir', 'texts', '--shard', shard], { cwd })
    expect(await run('1/9')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await run('9/9')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(summary(join(cwd, 'texts'), '9-of-9').recordings).toMatchObject({ total: 7, inShard: 0, done: 0 })
    rmSync(join(cwd, 'talks', 'z.wav'))
    const { code, stderr } = await run('2/9')
    expect(code).toBe(0)
    expect(stderr).toMatch(/recordings have changed since shard 1-of-9, 9-of-9 ran: .*run all shards again/)
  })

  it.each([
    [['talks', '--output-dir', 'texts', '--shard', '8/7'], /--shard 8\/7: there is no shard 8 of 7/],
    [['talks', '--output-dir', 'texts', '--shard', 'auto'], /--shard auto: no scheduler says which shard/],
    [['talks'], /batch needs --output-dir/],
    [['talks/a.wav', '--output-dir', 'texts'], /a\.wav is a recording, not a list/],
    [['talks', '--output-dir', 'texts', '--resume'], /--resume/],
    [['talks', 'more', '--output-dir', 'texts'], /more/],
    [[], /recordings/],
  ] as const)('refuses %o before anything is written', async (args, message) => {
    const cwd = talks()
    const { code, stderr } = await runProgram([...BATCH, ...args], { cwd })
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(existsSync(join(cwd, 'texts'))).toBe(false)
  })
})

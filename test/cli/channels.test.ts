import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { channelWav, fixtureSamples } from '../helpers/channel-wavs.js'
import { folderWith, runProgram, silentWav, spokenWords, temporaryFolder, written } from '../helpers/program.js'
import { checkedVtt, srtCues } from '../helpers/transcripts.js'

const SEPARATE = ['--channels', 'separate']
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const TEXTS = ['one', 'two.', 'three', 'four', 'five.', 'six']
const CALL = channelWav([fixtureSamples('jfk.wav'), fixtureSamples('austen_870.wav')])
const SCHEMA = JSON.parse(readFileSync(new URL('../../docs/events.schema.json', import.meta.url), 'utf8')) as object
const validate = new Ajv2020({ strictRequired: false, strictTypes: false }).compile(SCHEMA)

const silent = (channels: number, seconds = 4) =>
  channelWav(Array.from({ length: channels }, () => new Int16Array(seconds * 16_000)))

/** A folder with a script, which is heard in every channel. */
function scriptedFolder(): string {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS) })
  writeFileSync(join(cwd, 'call.wav'), silent(2))
  return cwd
}

const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
const spokenBy = (name: string, stdout: string) =>
  Array.from(stdout.matchAll(/ (\w+): (.*)$/gm), ([, own, text]) => (own === name ? text : '')).join(' ')
const letters = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z ]/g, '')
    .split(' ')
    .filter(Boolean)

describe('--channels separate', () => {
  it('transcribes both sides of a call, in order of time', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'call.wav'), CALL)
    const run = await runProgram(['call.wav', ...SEPARATE, '--comp-unaware'], { cwd })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(letters(spokenBy('Left', run.stdout)).slice(0, 6)).toEqual([
      'and',
      'so',
      'my',
      'fellow',
      'americans',
      'asked',
    ])
    expect(letters(spokenBy('Right', run.stdout)).join(' ')).toMatch(/^and mr john dashwood .* power to do for them$/)
    const begins = run.stdout
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[1]))
    expect(begins).toEqual(begins.toSorted((one, other) => one - other))
  })

  it('transcribes them offline from standard input, into all formats', async () => {
    const cwd = temporaryFolder()
    const outputs = ['srt', 'vtt', 'txt', 'jsonl', 'csv'].flatMap((name) => ['-o', `call.${name}`])
    const run = await runProgram(['-', ...SEPARATE, '--offline', ...outputs], { cwd, input: written(CALL, 5000) })
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(read(cwd, 'call.txt')).toMatch(/^Left: And so my fellow Americans.*\n\nRight: And Mr\. John Dashwood.*\n$/)
    expect(srtCues(read(cwd, 'call.srt'))[0]?.lines[0]).toMatch(/^Left: And so my/)
    const { cues, errors } = checkedVtt(read(cwd, 'call.vtt'))
    expect(errors).toEqual([])
    expect(new Set(cues.map(({ text }) => text.slice(0, 4)))).toEqual(new Set(['<v L', '<v R']))
    expect(read(cwd, 'call.csv')).toMatch(/^start,end,channel,text\n0,\d+,"Left","And so /)
    const lines = read(cwd, 'call.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { channel?: string })
    for (const line of lines) expect(validate(line) ? [] : [line, validate.errors]).toEqual([])
    expect(new Set(lines.map(({ channel }) => channel))).toEqual(new Set(['Left', 'Right']))
  })

  it('gives each channel what it has alone', async () => {
    const cwd = scriptedFolder()
    writeFileSync(join(cwd, 'mono.wav'), silentWav(4))
    const alone = await runProgram([...SCRIPTED, 'mono.wav', '--comp-unaware'], { cwd })
    const both = await runProgram([...SCRIPTED, 'call.wav', ...SEPARATE, '--comp-unaware'], { cwd })
    const expected = alone.stdout
      .trim()
      .split('\n')
      .flatMap((line) => ['Left', 'Right'].map((name) => line.replace(/^(\S+ \S+ \S+) /, `$1 ${name}: `)))
    expect(both).toEqual({ code: 0, stderr: '', stdout: `${expected.join('\n')}\n` })
  })

  it('names up to eight channels, and refuses more', async () => {
    const cwd = scriptedFolder()
    writeFileSync(join(cwd, 'eight.wav'), silent(8, 2))
    writeFileSync(join(cwd, 'nine.wav'), silent(9, 2))
    const run = await runProgram([...SCRIPTED, 'eight.wav', ...SEPARATE, '--offline'], { cwd })
    const names = new Set(run.stdout.split('\n').flatMap((line) => /([A-Z].*):/.exec(line)?.[1] ?? []))
    const more = [3, 4, 5, 6, 7, 8].map((number) => `Channel ${number}`)
    expect(names).toEqual(new Set(['Left', 'Right', ...more]))
    const tooMany = await runProgram([...SCRIPTED, 'nine.wav', ...SEPARATE, '--offline'], { cwd })
    expect(tooMany.code).toBe(1)
    expect(tooMany.stderr).toContain('nine.wav has 9 channels: at most 8 are transcribed separately')
  })

  it('warns of one channel, and transcribes it as usual', async () => {
    const cwd = scriptedFolder()
    writeFileSync(join(cwd, 'mono.wav'), silentWav(4))
    const usual = await runProgram([...SCRIPTED, 'mono.wav', '--comp-unaware', '--format', 'jsonl'], { cwd })
    const args = [...SCRIPTED, 'mono.wav', '--comp-unaware', '--format', 'jsonl', ...SEPARATE]
    const { stderr, code } = await runProgram(args, { cwd })
    expect({ stderr, code }).toEqual({
      code: 0,
      stderr: 'asr-stream: warning: mono.wav has one channel: --channels has no effect\n',
    })
    expect(usual.stdout).not.toContain('channel')
  })

  it('works with several recordings, and sentence by sentence', async () => {
    const cwd = scriptedFolder()
    writeFileSync(join(cwd, 'other.wav'), silentWav(4))
    const args = [...SCRIPTED, 'call.wav', 'other.wav', ...SEPARATE, '--sentences', '--format', 'csv,txt']
    const run = await runProgram(args, { cwd })
    expect(run.code).toBe(0)
    expect(run.stderr).toContain('other.wav has one channel')
    expect(
      read(cwd, 'call.csv')
        .split('\n')
        .map((row) => row.split(',').slice(2).join(' ')),
    ).toEqual([
      'channel text',
      ...['one two.', 'three four five.', 'six'].flatMap((text) => [`"Left" "${text}"`, `"Right" "${text}"`]),
      '',
    ])
    expect(read(cwd, 'other.csv')).toMatch(/^start,end,text\n/)
  })

  it('tells of a recording that is cut off after the text of all channels', async () => {
    const cwd = scriptedFolder()
    writeFileSync(join(cwd, 'cut.wav'), silent(2).subarray(0, -64_000))
    const run = await runProgram([...SCRIPTED, 'cut.wav', ...SEPARATE, '--offline'], { cwd })
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('cut.wav is not whole')
    expect(run.stdout.match(/six/g)).toHaveLength(2)
  })

  it.each([
    [['--channel', 'left'], '--channels does not go with --channel, which picks one'],
    [['--markers', 'copy.wav'], '--markers is of one stream, and --channels makes several'],
    [['--record', 'run.jsonl'], '--record is of one stream'],
    [['--account'], '--account is of one stream'],
  ])('does not go with %s', async (args, message) => {
    const cwd = scriptedFolder()
    const run = await runProgram([...SCRIPTED, 'call.wav', ...SEPARATE, ...args], { cwd })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain(message)
  })
})

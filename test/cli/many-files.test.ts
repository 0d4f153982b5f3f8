import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { JOURNAL } from '../../src/files/journal.js'
import { folderWith, runProgram, silentWav, spokenWords, wordsOf } from '../helpers/program.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const TEXTS = Array.from({ length: 8 }, (_, index) => `w${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']

/** Two recordings and one that is none, in a folder, and one in a folder of it. */
function talks(): string {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS) })
  mkdirSync(join(cwd, 'talks', 'more'), { recursive: true })
  for (const name of ['talks/a.wav', 'talks/b.wav', 'talks/more/a.wav']) writeFileSync(join(cwd, name), silentWav(4))
  writeFileSync(join(cwd, 'talks', 'notes.txt'), 'mine')
  return cwd
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.wav') && entry.name !== JOURNAL)
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')

describe('many recordings', () => {
  it('have outputs beside them, named after them, in all formats', async () => {
    const cwd = talks()
    const run = await runProgram([...SCRIPTED, 'talks', '--format', 'srt,txt'], { cwd })
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
    const outputs = ['a.srt', 'a.txt', 'b.srt', 'b.txt', 'more/a.srt', 'more/a.txt', 'notes.txt']
    expect(filesIn(join(cwd, 'talks'))).toEqual(outputs)
    expect(read(cwd, 'talks', 'b.txt')).toBe(`${TEXTS.join(' ')}\n`)
    expect(read(cwd, 'talks', 'notes.txt')).toBe('mine')
  })

  it('have them in a folder, which has the folders of theirs', async () => {
    const cwd = talks()
    const args = [...SCRIPTED, 'talks/**/*.wav', '--output-dir', 'texts/new', '--jobs', '3']
    expect(await runProgram(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(filesIn(join(cwd, 'texts'))).toEqual(['new/a.txt', 'new/b.txt', 'new/more/a.txt'])
    expect(filesIn(join(cwd, 'talks'))).toEqual(['notes.txt'])
  })

  it.each(['1', '3'])('have headings on standard output, in their order, with --jobs %s', async (jobs) => {
    const cwd = talks()
    const run = await runProgram([...SCRIPTED, 'talks/b.wav', 'talks', '--jobs', jobs], { cwd })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const texts = run.stdout.split(/^(==> .* <==)\n/m).slice(1)
    const heading = (name: string) => `==> ${join(name)} <==`
    expect(texts.filter((_, at) => at % 2 === 0)).toEqual(
      ['talks/b.wav', 'talks/a.wav', 'talks/more/a.wav'].map(heading),
    )
    for (const text of texts.filter((_, at) => at % 2 === 1)) expect(wordsOf(text)).toEqual(TEXTS)
    // As a single one has it with the same pace.
    const single = await runProgram([...SCRIPTED, '--comp-unaware', 'talks/b.wav'], { cwd })
    expect(texts[1]).toBe(`${single.stdout}\n`)
  })

  it('have their names in the lines of JSON on standard output, and nowhere else', async () => {
    const cwd = talks()
    const run = await runProgram([...SCRIPTED, 'talks/a.wav', 'talks/b.wav', '--format', 'jsonl', '-o', '-'], { cwd })
    const events = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(new Set(events.map(({ file }) => file))).toEqual(new Set(['talks/a.wav', 'talks/b.wav']))
    expect(events.filter(({ type }) => type === 'end')).toHaveLength(2)
    expect(events.find(({ file }) => file === 'talks/b.wav').seq).toBe(1)
    await runProgram([...SCRIPTED, 'talks/a.wav', 'talks/b.wav', '--format', 'jsonl'], { cwd })
    expect(read(cwd, 'talks', 'b.jsonl')).not.toContain('"file"')
  })

  it('go on when some fail: a list at the end, and exit code 3', async () => {
    const cwd = talks()
    writeFileSync(join(cwd, 'talks', 'aa.mp3'), 'no audio at all')
    const run = await runProgram([...SCRIPTED, 'talks', 'gone.wav', '--format', 'srt'], { cwd })
    expect(run).toMatchObject({ code: 3, stdout: '' })
    const lines = run.stderr.trim().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^asr-stream: error: talks.aa\.mp3 is not an audio file/)
    expect(lines[1]).toMatch(/^asr-stream: error: gone\.wav cannot be opened: there is no such file/)
    expect(lines[2]).toMatch(/^asr-stream: error: 2 of 5 recordings failed: talks.aa\.mp3, gone\.wav; .*--resume/)
    expect(filesIn(join(cwd, 'talks'))).toEqual(['a.srt', 'aa.mp3', 'b.srt', 'more/a.srt', 'notes.txt'])
  })

  it('that fail under way leave their text so far, not as if it were whole', async () => {
    const cwd = talks()
    const args = [...SCRIPTED, '--option', 'failAtSec=2.5', 'talks/a.wav', 'talks/b.wav', '--format', 'lines']
    const run = await runProgram(args, { cwd })
    expect(run.code).toBe(3)
    expect(run.stderr).toMatch(/warning: talks.a\.lines is not complete: the text so far is in talks.a\.lines\.part\n/)
    expect(filesIn(join(cwd, 'talks'))).toEqual(['a.lines.part', 'b.lines.part', 'notes.txt'])
    expect(wordsOf(read(cwd, 'talks', 'a.lines.part'))).toEqual(TEXTS.slice(0, 4))
  })

  it.each([
    ['a name for one', ['talks', '-o', 'x.srt'], /--output x\.srt is for one recording; give --format/],
    ['subtitles one after the other', ['talks', '-o', '-', '--format', 'srt'], /standard output cannot have several/],
    ['two that would be one', ['talks', '--format', 'srt', 'x/a.wav', '--output-dir', 'o'], /be the output of both/],
    ['markers', ['talks', '--markers', 'm.wav'], /--markers is for one recording/],
    ['an account', ['talks', '--account'], /--account is for one recording/],
    ['standard input', ['-', 'talks/a.wav'], /standard input does not go with other recordings/],
    ['the microphone', ['--mic', 'talks/a.wav', 'talks/b.wav'], /--mic and names of recordings exclude each other/],
    ['a folder for the microphone', ['--mic', '--output-dir', 'x'], /--output-dir is for recordings in files/],
    ['resuming what is printed', ['talks', '--resume'], /--resume looks for files that were written/],
    ['a list with an unknown format', ['talks', '--format', 'srt,doc'], /--format/],
    ['formats without a name', ['--format', 'srt,txt', '-'], /the audio has no name for files/],
  ])('refuse %s before anything is computed', async (_, args, message) => {
    const run = await runProgram([...SCRIPTED, ...args], { cwd: talks() })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(message)
  })

  it('refuse files that exist with --no-clobber, and a folder without recordings', async () => {
    const cwd = talks()
    writeFileSync(join(cwd, 'talks', 'b.srt'), 'mine')
    const run = await runProgram([...SCRIPTED, 'talks', '--format', 'srt', '--no-clobber'], { cwd })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(/talks.b\.srt is there already/)
    expect(filesIn(join(cwd, 'talks'))).toEqual(['b.srt', 'notes.txt'])
    mkdirSync(join(cwd, 'empty'))
    const empty = await runProgram([...SCRIPTED, 'empty'], { cwd })
    expect(empty).toMatchObject({ code: 1, stdout: '' })
    expect(empty.stderr).toContain('there are no recordings in empty')
  })

  it.each(['--markers=m.wav', '--record=r.jsonl', '--account', '--profile'])(
    'that are one, written as many are, take no %s, which would be left out without a word',
    async (option) => {
      const cwd = talks()
      const run = await runProgram([...SCRIPTED, 'talks/a.wav', '--output-dir', 'out', option], { cwd })
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toContain(`${option.split('=')[0]} does not go with --output-dir`)
      expect(existsSync(join(cwd, 'out'))).toBe(false)
    },
  )

  it('--jobs has no effect on one, which a warning says', async () => {
    const cwd = talks()
    const run = await runProgram([...SCRIPTED, '--comp-unaware', 'talks/a.wav', '--jobs', '2'], { cwd })
    expect(run).toMatchObject({ code: 0, stderr: 'asr-stream: warning: --jobs has no effect on one recording\n' })
    expect(wordsOf(run.stdout)).toEqual(TEXTS)
  })

  it('are what one is, with a real model and two at once', async () => {
    const cwd = folderWith({})
    for (const name of ['jfk.wav', 'austen_870.wav']) copyFileSync(join(FIXTURES, name), join(cwd, name))
    const options = ['--offline', '--fast', '--format', 'srt']
    const run = await runProgram(['*.wav', ...options, '--jobs', '2'], { cwd })
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
    for (const name of ['jfk', 'austen_870']) {
      const single = await runProgram([`${name}.wav`, ...options], { cwd })
      expect(single.stdout).toMatch(/^1\n00:00:0/)
      expect(read(cwd, `${name}.srt`)).toBe(single.stdout)
    }
  }, 120_000)
})

describe('--resume', () => {
  const resume = (cwd: string, ...args: string[]) =>
    runProgram([...SCRIPTED, ...args, '--format', 'txt', '--resume', '-l', 'info'], { cwd })

  it('leaves out what is done, also what was corrected, and loads no model for nothing', async () => {
    const cwd = talks()
    expect((await runProgram([...SCRIPTED, 'talks', '--format', 'txt'], { cwd })).code).toBe(0)
    writeFileSync(join(cwd, 'talks', 'a.txt'), 'corrected')
    // Whatever would be loaded fails.
    writeFileSync(join(cwd, 'words.json'), 'broken')
    expect(await resume(cwd, 'talks', '--threads', '1', '--jobs', '2')).toMatchObject({ code: 0, stdout: '' })
    expect(read(cwd, 'talks', 'a.txt')).toBe('corrected')
    expect((await resume(cwd, 'talks', '--min-chunk-size', '2')).code).toBe(1)
  })

  it('takes recordings that have changed, and those of which something is missing', async () => {
    const cwd = talks()
    await resume(cwd, 'talks')
    for (const name of ['a.txt', 'b.txt', 'more/a.txt']) writeFileSync(join(cwd, 'talks', name), 'before')
    writeFileSync(join(cwd, 'words.json'), JSON.stringify(spokenWords(['new'])))
    utimesSync(join(cwd, 'talks', 'b.wav'), 1, 1)
    writeFileSync(join(cwd, 'talks', 'c.wav'), silentWav(2))
    expect((await resume(cwd, 'talks')).code).toBe(0)
    const texts = ['a.txt', 'b.txt', 'c.txt', 'more/a.txt'].map((name) => read(cwd, 'talks', name))
    expect(texts).toEqual(['before', 'new\n', 'new\n', 'before'])
  })

  it('is for one recording as well, with the names that it was given', async () => {
    const cwd = talks()
    const args = [...SCRIPTED, 'talks/a.wav', '-o', 'one.txt', '-o', 'one.srt', '--resume']
    expect(await runProgram(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' })
    writeFileSync(join(cwd, 'one.txt'), 'corrected')
    expect(await runProgram(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(read(cwd, 'one.txt')).toBe('corrected')
    expect(existsSync(join(cwd, 'one.srt'))).toBe(true)
    const gone = await runProgram([...SCRIPTED, 'gone.wav', '-o', 'two.txt', '--resume'], { cwd })
    expect(gone.code).toBe(1)
    expect(gone.stderr).toMatch(/^asr-stream: error: gone\.wav cannot be opened: there is no such file; .*\n$/)
  })
})

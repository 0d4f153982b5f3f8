import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import wavefile from 'wavefile'
import { folderWith, runProgram, silentWav, spokenWords } from '../helpers/program.js'

const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json', '--comp-unaware']
const WORDS = spokenWords(['Ça', 'va?', 'これは', '字幕。', '"a', '& b"', '\u202eעברית', 'x.'])
const hasFfprobe = spawnSync('ffprobe', ['-version']).status === 0

/** Two channels at 44.1 kHz, in 24 bits. */
function music(seconds: number): Uint8Array {
  const wav = new wavefile.WaveFile()
  const wave = (step: number) => Int32Array.from({ length: 44_100 * seconds }, (_, at) => Math.sin(at / step) * 4e6)
  wav.fromScratch(2, 44_100, '24', [wave(20), wave(31)])
  return wav.toBuffer()
}

interface Marker {
  readonly position: number
  readonly label: string
}
const markersOf = (path: string) =>
  (new wavefile.WaveFile(readFileSync(path)).listCuePoints() as readonly Marker[]).map(({ position, label }) => [
    Math.round(position),
    label,
  ])
const samplesOf = (bytes: Uint8Array) =>
  (new wavefile.WaveFile(bytes).data as unknown as { samples: Uint8Array }).samples

describe('--markers', () => {
  it('copies the file with a marker for each piece of text, and changes no sample', async () => {
    const cwd = folderWith({ 'words.json': WORDS, 'a.wav': music(5) })
    const run = await runProgram([...SCRIPTED, '--markers', 'copy.wav', '-o', 'talk.tsv', 'a.wav'], { cwd })
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
    const rows = readFileSync(join(cwd, 'talk.tsv'), 'utf8').trim().split('\n').slice(1)
    const expected = rows.map((row) => row.split('\t')).map(([begin, , text]) => [Number(begin), text])
    expect(expected.length).toBeGreaterThan(1)
    expect(markersOf(join(cwd, 'copy.wav'))).toEqual(expected)
    const [before, after] = ['a.wav', 'copy.wav'].map((name) => samplesOf(readFileSync(join(cwd, name))))
    expect(Buffer.compare(before ?? Buffer.of(), after ?? Buffer.of())).toBe(0)
    expect(readdirSync(cwd).sort()).toEqual(['a.wav', 'copy.wav', 'talk.tsv', 'words.json'])
  })

  it('has a marker for each sentence with --sentences, besides lines on standard output', async () => {
    const cwd = folderWith({ 'words.json': WORDS, 'a.wav': silentWav(5) })
    const run = await runProgram([...SCRIPTED, '--sentences', '--markers', 'copy.wav', 'a.wav'], { cwd })
    expect(run.stdout.trim().split('\n').length).toBe(3)
    const labels = ['Ça va?', 'これは 字幕。', '"a & b" \\u202eעברית x.']
    expect(markersOf(join(cwd, 'copy.wav')).map(([, label]) => label)).toEqual(labels)
  })

  it.skipIf(!hasFfprobe)('are read back by ffprobe, every label', async () => {
    const words = spokenWords(
      Array.from({ length: 300 }, (_, at) => `${'ß'.repeat(at % 7)}${at}.`),
      0.5,
    )
    const cwd = folderWith({ 'words.json': words, 'a.wav': silentWav(152) })
    await runProgram([...SCRIPTED, '--sentences', '--markers', 'copy.wav', '-o', 'talk.tsv', 'a.wav'], { cwd })
    const json = execFileSync('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', 'copy.wav'], { cwd })
    const { chapters } = JSON.parse(json.toString()) as { chapters: readonly { tags: { title: string } }[] }
    expect(chapters.map(({ tags }) => tags.title)).toEqual(words.map(({ text }) => text))
  })

  it('is refused for what is no WAV file, and for one of more than 1 GB', async () => {
    const cwd = folderWith({ 'words.json': WORDS, 'a.wav': silentWav(1), 'a.mp3': 'ID3 and so on' })
    const file = openSync(join(cwd, 'a.wav'), 'r+')
    writeSync(file, Buffer.of(0xff, 0xff, 0xff, 0xff), 0, 4, 4)
    closeSync(file)
    truncateSync(join(cwd, 'a.wav'), 1_000_000_001)
    const large = await runProgram([...SCRIPTED, '--markers', 'copy.wav', 'a.wav'], { cwd })
    expect(large).toMatchObject({ code: 2, stdout: '' })
    expect(large.stderr).toContain('a.wav is too large for --markers: 1000000001 bytes, at most 1000000000')
    const other = await runProgram([...SCRIPTED, '--markers', 'copy.wav', 'a.mp3'], { cwd })
    expect(other).toMatchObject({ code: 2, stdout: '' })
    expect(other.stderr).toContain('--markers needs a WAV file, of which it writes a copy; a.mp3 is none')
  })
})

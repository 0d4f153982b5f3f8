import { describe, expect, it } from 'vitest'
import { compressed } from '../helpers/compressed.js'
import { folderWith, runProgram, silentWav, spokenWords, wordsOf, written } from '../helpers/program.js'
import { ServerRun } from '../helpers/tcp.js'

const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const ALL = ['one', 'two', 'three', 'four']
const WORDS = { 'words.json': spokenWords(ALL) }
const HALF = compressed('jfk.flac').subarray(0, 100_000)

describe('a recording that is damaged', () => {
  it.each([['--comp-unaware'], ['--offline'], ['--vac', '--comp-unaware']])(
    'gets all its text, and then an error and exit code 1: %s %s',
    async (...mode) => {
      const cwd = folderWith({ ...WORDS, 'a.flac': HALF })
      const run = await runProgram([...SCRIPTED, ...mode, 'a.flac'], { cwd })
      expect(run.code).toBe(1)
      if (!mode.includes('--vac')) expect(wordsOf(run.stdout)).toEqual(ALL)
      const [warning, error] = run.stderr.split('\n').filter((line) => line.includes('a.flac'))
      expect(warning).toContain('a.flac is cut off: 11.0 s of audio are promised, 5.7 s of them missing')
      expect(error).toContain('error: a.flac is not whole: 5.7 s of its audio are missing in the text')
    },
  )

  it('is told through a pipe too', async () => {
    const run = await runProgram([...SCRIPTED, '-'], { cwd: folderWith(WORDS), input: written(HALF, 5000) })
    expect(run.code).toBe(1)
    expect(wordsOf(run.stdout)).toEqual(ALL)
    expect(run.stderr).toContain('standard input is not whole')
  })

  it('is one rule for all: a WAV that is cut off fails too, after all its text', async () => {
    const cwd = folderWith({ ...WORDS, 'a.wav': silentWav(9).subarray(0, 44 + 3 * 32_000) })
    const run = await runProgram([...SCRIPTED, '--comp-unaware', 'a.wav'], { cwd })
    expect(run.code).toBe(1)
    expect(wordsOf(run.stdout)).toEqual(ALL)
    expect(run.stderr).toContain('a.wav is cut off: its header announces 9.0 s of audio, and it has 3.0 s')
    expect(run.stderr).toContain('error: a.wav is not whole: 6.0 s of its audio are missing in the text')
  })

  it.each([0, 0x7fff_ffff, 0x7fff_f000, 0xffff_ffff])(
    'is not what a recorder leaves that was killed, or that wrote into a pipe: size %i',
    async (size) => {
      const wav = silentWav(3)
      wav.writeUInt32LE(size, 40)
      const run = await runProgram([...SCRIPTED, '--comp-unaware', 'a.wav'], {
        cwd: folderWith({ ...WORDS, 'a.wav': wav }),
      })
      expect(run.code).toBe(0)
      expect(wordsOf(run.stdout)).toEqual(ALL)
    },
  )

  it('is heard of a client of the server, as a whole one is', async () => {
    const server = await ServerRun.start(SCRIPTED, folderWith(WORDS))
    for (const bytes of [compressed('jfk.opus'), HALF]) {
      const client = await server.client()
      await client.finish(bytes)
      expect(client.words.slice(0, 4)).toEqual(ALL)
    }
  })
})

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { folderWith, PROGRAM, runProgram, silentWav, spokenWords, wordsOf, written } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'
import { wordErrorsOfLines } from '../helpers/word-errors.js'

const TEXTS = Array.from({ length: 20 }, (_, index) => `w${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const HEADER_BYTES = 44
const SECOND_BYTES = 32_000

const folder = () => folderWith({ 'words.json': spokenWords(TEXTS), 'a.wav': silentWav(10), 'counting.mjs': COUNTING })

/** Says at the end how many samples it has heard, and how many at once. */
const COUNTING = `
let heard = 0, most = 0
const processor = {
  init() {}, async processIter() { return null },
  insertAudioChunk(audio) { heard += audio.length; most = Math.max(most, audio.length) },
  async finish() { const [segment, text] = [{ begin: 0, end: 1 }, heard + ' most ' + most]; return { ...segment, text, words: [{ ...segment, text }] } } }
export default { name: 'counting', load: async () => ({ processor, metadata: {} }) }`
const COUNTED = ['--plugin', './counting.mjs', '--backend', 'counting']

describe('audio from standard input', () => {
  it('has the same lines as a file, however the bytes come', async () => {
    const cwd = folder()
    const file = await runProgram([...SCRIPTED, '--comp-unaware', 'a.wav'], { cwd })
    const wav = silentWav(10)
    for (const [bytes, piece] of [
      [wav, 7777],
      [wav.subarray(HEADER_BYTES), 999],
    ] as const) {
      const piped = await runProgram([...SCRIPTED, '--comp-unaware', '-'], { cwd, input: written(bytes, piece) })
      expect(piped).toEqual(file)
    }
    expect(wordsOf(file.stdout)).toEqual(TEXTS)
  })

  it('says every word once when it comes at once', async () => {
    const run = await runProgram([...SCRIPTED, '-'], { cwd: folder(), input: written(silentWav(10), 5001) })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(wordsOf(run.stdout)).toEqual(TEXTS)
  })

  it('says what it can while the audio still comes, and is stamped with the time that went by', async () => {
    let stdinEnd = () => {}
    const run = await runProgram([...SCRIPTED, '--min-chunk-size', '0.5', '-'], {
      cwd: folder(),
      input(stdin) {
        stdin.write(silentWav(3).subarray(HEADER_BYTES))
        const more = setInterval(() => stdin.write(Buffer.alloc(SECOND_BYTES / 2)), 100)
        stdinEnd = () => {
          clearInterval(more)
          stdin.end()
        }
      },
      // The end comes only when there is a line.
      onLine: () => stdinEnd(),
    })
    const [first] = run.stdout.split('\n')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(first).toMatch(/^\d+\.\d{4} 0 \d+ w0 w1/)
    expect(wordsOf(run.stdout)).toEqual(TEXTS.slice(0, wordsOf(run.stdout).length))
  })

  it.each([
    [['--raw-rate', '8000'], 2 * 8000],
    [['--raw_channels=2', '--raw_rate=48000'], 2 * 2 * 48_000],
    [['--raw-encoding', 's32le'], 4 * 16_000],
    [['--raw-encoding', 'f32le', '--raw-rate', '44100'], 4 * 44_100],
    [['--raw-encoding', 'u8'], 16_000],
    [['--raw-encoding', 'mulaw', '--raw-rate', '8000'], 8000],
    [['--raw-encoding', 'alaw', '--raw-rate', '8000', '--raw-channels', '2'], 2 * 8000],
  ])('is taken for what %j says', async (options, secondBytes) => {
    const cwd = folder()
    // Three seconds, and one byte that makes no sample.
    const input = written(Buffer.alloc(3 * secondBytes + 1), 4096)
    const run = await runProgram([...COUNTED, ...options, '-'], { cwd, input })
    const samples = Number(run.stdout.split(' ')[3])
    // Where a sample is one byte it is a sample after all.
    expect(samples - 3 * 16_000).toBeGreaterThanOrEqual(0)
    expect(samples - 3 * 16_000).toBeLessThanOrEqual(2)
    expect(run).toMatchObject({ code: 0, stderr: '' })
  })

  it('is speech that the model understands', async () => {
    const speech = readFileSync(fixturePath('jfk'))
    const run = await runProgram(['--lan', 'en', '--min-chunk-size', '2', '-'], {
      input(stdin) {
        // Four times as fast as it was spoken.
        let at = 0
        const speaking = setInterval(() => {
          stdin.write(speech.subarray(at, at + SECOND_BYTES / 5 + 1))
          at += SECOND_BYTES / 5 + 1
          if (at < speech.length) return
          clearInterval(speaking)
          stdin.end()
        }, 50)
      },
    })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(wordErrorsOfLines('jfk', run.stdout), run.stdout).toBeLessThanOrEqual(2)
  })

  it('begins later with --start-at', async () => {
    const run = await runProgram([...SCRIPTED, '--start-at', '4', '-'], {
      cwd: folder(),
      input: written(silentWav(10)),
    })
    expect(wordsOf(run.stdout)).toEqual(TEXTS.slice(8))
    expect(run.stdout.split(' ')[1]).toBe('4000')
  })

  it.skipIf(process.platform === 'win32')('may be a pipe with a name', async () => {
    const cwd = folder()
    const command = `"${process.execPath}" "${PROGRAM}" ${SCRIPTED.join(' ')} --comp-unaware <(cat a.wav)`
    expect(wordsOf(execFileSync('bash', ['-c', command], { cwd, encoding: 'utf8' }))).toEqual(TEXTS)
  })

  it.each([
    [['-'], written(Buffer.alloc(0)), 1, 'standard input is empty'],
    [['-'], written(Buffer.from('fLaC\0\0\0\x22\0\0\0\0\0')), 1, 'it ends within the header of a FLAC'],
    [['--raw-encoding', 's16', '-'], written(Buffer.alloc(9)), 2, '--raw-encoding must be one of s16le'],
    [['--raw-rate', '0', '-'], written(Buffer.alloc(9)), 2, '--raw-rate must be at least 1000'],
    [['--max-backlog', '0.5', '-'], written(Buffer.alloc(9)), 2, '--max-backlog is less than --min-chunk-size'],
  ] as const)('is refused in one line: %j', async (options, input, code, says) => {
    const run = await runProgram([...SCRIPTED, ...options], { cwd: folder(), input })
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toMatch(/^asr-stream: error: .+\n$/)
    expect(run.stderr).toContain(says)
  })
})

describe('a pipe that brings more than can be computed', () => {
  it('waits, loses nothing, and is not kept in memory', async () => {
    const cwd = folder()
    const input = written(Buffer.alloc(100 * SECOND_BYTES), 64_000)
    const run = await runProgram([...COUNTED, '--max-backlog', '10', '-'], { cwd, input })
    const [, , , heard, , most] = run.stdout.split(' ').map(Number)
    expect([heard, run.stderr]).toEqual([1_600_000, ''])
    expect(most).toBeLessThanOrEqual(13 * 16_000)
  })
})

describe('all audio at once', () => {
  it('is held once', async () => {
    const cwd = folderWith({
      'words.json': [],
      'peak.mjs': `process.on('exit', () => console.error(process.resourceUsage().maxRSS))`,
    })
    const peakOf = async (minutes: number) => {
      const run = await runProgram(['--backend', 'scripted', '--option', 'script=words.json', '--offline', '-'], {
        cwd,
        env: { NODE_OPTIONS: '--import ./peak.mjs' },
        input: (stdin) => void stdin.end(Buffer.alloc(minutes * 60 * 32_000)),
      })
      expect(run.code).toBe(0)
      return Number(run.stderr) / 1024
    }
    // As samples of 32 bits, 20 minutes are 77 MB.
    expect((await peakOf(30)) - (await peakOf(10))).toBeLessThan(1.9 * 77)
  }, 120_000)

  it.skipIf(process.platform === 'win32')('is not the end of one, where it is a folder', () => {
    const command = `"${process.execPath}" "${PROGRAM}" - < . 2>&1; echo $?`
    const said = execFileSync('sh', ['-c', command], { cwd: folder(), encoding: 'utf8' })
    expect(said).toMatch(/^asr-stream: error: standard input is a folder: .+\n2\n$/)
  })
})

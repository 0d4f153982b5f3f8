import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, spokenWords } from '../helpers/program.js'
import { joined, quiet, wavOf } from '../helpers/recordings.js'
import { fixture, fixturePath } from '../helpers/speech.js'

/** Two readings with silence around them, and a script of what is said in them. */
function recording() {
  const [first, second] = [fixture('austen_880'), fixture('austen_930')]
  const secondAt = 2 + first.audio.length / 16_000 + 3
  const audio = joined([quiet(2), first.audio, quiet(3), second.audio, quiet(2)])
  const placed = (words: typeof first.words, at: number) =>
    words.map(({ begin, end, text }) => ({ begin: begin + at, end: end + at, text }))
  const words = [...placed(first.words, 2), ...placed(second.words, secondAt)]
  const folder = folderWith({ 'talk.wav': wavOf(audio), 'words.json': words })
  return { audio, words, wav: join(folder, 'talk.wav'), script: `script=${join(folder, 'words.json')}` }
}

const linesOf = (stdout: string) =>
  stdout.split('\n').flatMap((line) => {
    const [, now, text] = /^(\S+) \d+ \d+ (.*)$/.exec(line) ?? []
    return now === undefined || text === undefined ? [] : [{ now: Number(now) / 1000, text: text.trim() }]
  })

const account = (stderr: string) =>
  new Map(
    [...stderr.matchAll(/^asr-stream: account: +\S+ s +(\d+) samples {2}(.*)$/gm)].map((m) => [m[2]!, Number(m[1])]),
  )

describe('the program with voice activity', () => {
  it.each([['--vac'], ['--vad'], ['--vac', '--vad']])(
    'says every word and accounts for every sample: %s %s',
    async (...flags) => {
      const { audio, words, wav, script } = recording()
      const args = ['--backend', 'scripted', '--option', script, '--comp-unaware', '--account', ...flags, wav]
      const { code, stdout, stderr } = await runProgram(args)
      expect(code).toBe(0)
      const said = linesOf(stdout).flatMap(({ text }) => text.split(' '))
      // The scripted backend hears by position, so only with the stream whole it hears all; see the test with Whisper.
      if (!flags.includes('--vad')) expect(said).toEqual(words.map(({ text }) => text))
      const sums = account(stderr)
      expect(sums.get('all audio')).toBe(audio.length)
      const parts = [...sums].filter(([what]) => what !== 'all audio').reduce((sum, [, samples]) => sum + samples, 0)
      expect(parts).toBe(audio.length)
      expect(sums.get('no speech, by voice activity detection')).toBeGreaterThan(5 * 16_000)
    },
  )

  it('ends an utterance soon after speech does', async () => {
    const { words, wav, script } = recording()
    const run = (flags: readonly string[]) =>
      runProgram([
        '--backend',
        'scripted',
        '--option',
        script,
        '--comp-unaware',
        '--min-chunk-size',
        '2',
        ...flags,
        wav,
      ])
    const pauseBegin = words[7]!.end
    const when = async (flags: readonly string[]) => {
      const spoken = linesOf((await run(flags)).stdout)
      return spoken.find(({ text }) => text.split(' ').includes('man'))!.now - pauseBegin
    }
    expect(await when(['--vac'])).toBeLessThan(0.8)
    expect(await when([])).toBeGreaterThan(0.8)
  })

  it.each([['--vac'], ['--vad']])('understands real speech behind silence, at its true time: %s', async (flag) => {
    const { words, wav } = recording()
    const { code, stdout } = await runProgram(['--lan', 'en', '--comp-unaware', flag, wav])
    expect(code).toBe(0)
    const text = linesOf(stdout)
      .map((line) => line.text)
      .join(' ')
      .toLowerCase()
    expect(text).toMatch(/he was not .*young man\W.*been made/)
    const begins = [...stdout.matchAll(/^\S+ (\d+) /gm)].map((match) => Number(match[1]) / 1000)
    expect(begins[0]).toBeGreaterThan(words[0]!.begin - 0.4)
    expect(begins.some((begin) => Math.abs(begin - words[8]!.begin) < 0.5)).toBe(true)
  })

  it('prints nothing for silence and does not fail', async () => {
    const folder = folderWith({ 'silence.wav': wavOf(quiet(3)) })
    const wav = join(folder, 'silence.wav')
    const { code, stdout, stderr } = await runProgram(['--vac', '--account', '--comp-unaware', wav])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(account(stderr).get('no speech, by voice activity detection')).toBe(3 * 16_000)
  })

  it('takes a whole file at once, utterance by utterance', async () => {
    const { words, wav, script } = recording()
    const { stdout } = await runProgram(['--backend', 'scripted', '--option', script, '--offline', '--vac', wav])
    const lines = linesOf(stdout)
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.flatMap(({ text }) => text.split(' '))).toEqual(words.map(({ text }) => text))
  })

  it('says what is wrong with thresholds', async () => {
    const { code, stderr } = await runProgram(['--vac', '--vad-threshold', '1.5', fixturePath('jfk')])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'asr-stream: error: --vad-threshold must be at most 1, not 1.5\n',
    })
  })

  it('tells what was not heard when it is interrupted', async () => {
    const folder = folderWith({ 'words.json': spokenWords(['one', 'two', 'three']) })
    const { code, stderr } = await runProgram(
      [
        '--backend',
        'scripted',
        '--option',
        `script=${join(folder, 'words.json')}`,
        '--account',
        fixturePath('two_cities'),
      ],
      { onLine: (line, child) => / one\b/.test(line) && child.kill('SIGINT') },
    )
    expect(code).toBe(130)
    const sums = account(stderr)
    const parts = [...sums].filter(([what]) => what !== 'all audio').reduce((sum, [, samples]) => sum + samples, 0)
    expect(parts).toBe(sums.get('all audio'))
    expect([...sums.keys()].some((what) => what.startsWith('skipped'))).toBe(true)
  })
})

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderWith, PROGRAM, runProgram, silentWav, spokenWords } from '../helpers/program.js'
import { canBeStranger, runAsStranger } from '../helpers/stranger.js'

const WORDS = spokenWords(['One', 'two', 'three.', 'Four', 'five', 'six.'])
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const LINES = '2000.0000 0 900 One two\n3000.0000 1000 1900 three. Four\n4000.0000 2000 2900 five six.\n'

const speech = () => folderWith({ 'words.json': WORDS, 'a.wav': silentWav(4) })

describe('what the program prints', () => {
  it('is lines on standard output and nothing else anywhere', async () => {
    const run = await runProgram([...SCRIPTED, '--comp_unaware', 'a.wav'], { cwd: speech() })
    expect(run).toEqual({ code: 0, stdout: LINES, stderr: '' })
  })

  it('is the same in real time, apart from the emission', async () => {
    const cwd = folderWith({ 'words.json': WORDS, 'a.wav': silentWav(1.5) })
    const run = await runProgram([...SCRIPTED, '--min-chunk-size', '0.5', 'a.wav'], { cwd })
    const words = run.stdout.split('\n').flatMap((line) => line.split(' ').slice(3))
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(words).toEqual(['One', 'two', 'three.'])
  })

  it('comes in one piece offline, where no second update confirms anything', async () => {
    const run = await runProgram([...SCRIPTED, '--offline', 'a.wav'], { cwd: speech() })
    expect(run.stdout).toMatch(/^\S+ 0 2900 One two three. Four five six.\n$/)
  })

  it.each([
    ['--comp-unaware', '--min-chunk-size', '1', '--buffer-trimming', 'sentence', '--buffer-trimming-sec', '15'],
    ['--comp_unaware', '--min-chunk-size=1', '--buffer_trimming=segment', '--buffer_trimming_sec=15'],
    [
      '--comp_unaware',
      '--lan',
      'en',
      '--task',
      'transcribe',
      '-l',
      'warning',
      '--model_cache_dir',
      '.',
      '--model_dir',
      '.',
    ],
    [
      '--comp_unaware',
      '--language',
      'EN',
      '--log_level',
      'Debug',
      '--start_at',
      '0',
      '--threads',
      '2',
      '--policy',
      'local-agreement',
    ],
  ])('does not depend on how options are written: %j', async (...options) => {
    const run = await runProgram([...SCRIPTED, ...options, 'a.wav'], { cwd: speech() })
    expect(run).toMatchObject({ code: 0, stdout: LINES })
  })

  it('has times of the whole file with --start-at', async () => {
    const run = await runProgram([...SCRIPTED, '--comp-unaware', '--start-at', '1', 'a.wav'], { cwd: speech() })
    expect(run.stdout).toBe('3000.0000 1000 1900 three. Four\n4000.0000 2000 2900 five six.\n')
  })

  it('has doubtful words in brackets with --min-confidence, and nothing else changes', async () => {
    const words = WORDS.map((word, at) => ({ ...word, probability: at % 3 === 2 ? 0.4 : 0.9 }))
    const cwd = folderWith({ 'words.json': words, 'a.wav': silentWav(4), 'asr.yaml': 'min_confidence: 0.5' })
    const marked = LINES.replace('three.', '[three?].').replace('six.', '[six?].')
    const run = (...options: readonly string[]) =>
      runProgram([...SCRIPTED, '--comp-unaware', ...options, 'a.wav'], { cwd })
    expect(await run('--min-confidence', '0.5')).toEqual({ code: 0, stdout: marked, stderr: '' })
    expect(await run('--config', 'asr.yaml')).toEqual({ code: 0, stdout: marked, stderr: '' })
    expect(await run('--min-confidence', '0.3')).toEqual({ code: 0, stdout: LINES, stderr: '' })
    expect(await run()).toEqual({ code: 0, stdout: LINES, stderr: '' })
  })

  it('is the same with --min-confidence and a backend that says nothing of its words, which is told', async () => {
    const { code, stdout, stderr } = await runProgram(
      [...SCRIPTED, '--comp-unaware', '--min-confidence', '0.5', 'a.wav'],
      { cwd: speech() },
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: LINES })
    expect(stderr.match(/"scripted" does not say how likely its words are/g)).toHaveLength(1)
  })

  it.each(['1.5', '-1', 'high'])('is nothing with --min-confidence %s, which is refused', async (value) => {
    const { code, stdout, stderr } = await runProgram([...SCRIPTED, `--min-confidence=${value}`, 'a.wav'], {
      cwd: speech(),
    })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/--min-confidence must be/)
  })

  it('goes to a file with --output, and only there', async () => {
    const cwd = folderWith({
      'words.json': WORDS,
      'a.wav': silentWav(4),
      'lines.log': 'what was there before\n'.repeat(99),
    })
    const run = await runProgram([...SCRIPTED, '--comp-unaware', '--output', 'lines.log', 'a.wav'], { cwd })
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(join(cwd, 'lines.log'), 'utf8')).toBe(LINES)
  })

  it('reports to standard error at level debug, without control characters', async () => {
    const run = await runProgram(
      [...SCRIPTED, '--comp-unaware', '-l', 'DEBUG', '--buffer-trimming-sec', '1', 'a.wav'],
      {
        cwd: speech(),
      },
    )
    expect(run).toMatchObject({ code: 0, stdout: LINES })
    expect(run.stderr).toMatch(/^(asr-stream: debug: [\x20-\x7e]+\n)+$/)
  })

  it('takes a name that begins with dashes after "--", as it stands', async () => {
    const cwd = folderWith({ 'words.json': WORDS, '--my_file.wav': silentWav(4) })
    const run = await runProgram([...SCRIPTED, '--comp_unaware', '--', '--my_file.wav'], { cwd })
    expect(run).toEqual({ code: 0, stdout: LINES, stderr: '' })
    const absent = await runProgram([...SCRIPTED, '--', '--no_file.wav'], { cwd })
    expect(absent.stderr).toContain('--no_file.wav')
  })

  it('goes to the file of -o, from the model of -m', async () => {
    const cwd = speech()
    const run = await runProgram([...SCRIPTED, '--comp-unaware', '-o', 'lines.log', '-m', 'x', 'a.wav'], { cwd })
    expect(run).toMatchObject({ code: 0, stdout: '' })
    expect(readFileSync(join(cwd, 'lines.log'), 'utf8')).toBe(LINES)
  })

  it('helps for the program, commands and backends in the same words, however it is asked', async () => {
    const asked = (...args: string[]) => runProgram(args)
    const pairs = [
      [['help'], ['--help']],
      [
        ['help', 'listen'],
        ['listen', '--help'],
      ],
      [
        ['help', 'models', 'pull'],
        ['models', 'pull', '-h'],
      ],
      [
        ['help', 'scripted'],
        ['backends', 'scripted'],
      ],
      [
        ['--help', 'scripted'],
        ['help', 'scripted'],
      ],
      [
        ['-h', 'listen'],
        ['help', 'listen'],
      ],
    ] as const
    for (const [one, other] of pairs) {
      const help = await asked(...one)
      expect(help).toMatchObject({ code: 0, stderr: '' })
      expect(help.stdout.length).toBeGreaterThan(200)
      expect(help).toEqual(await asked(...other))
    }
  })

  it('is facts for bug reports with info', async () => {
    const { code, stdout, stderr } = await runProgram(['info'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^asr-stream: [\d.]+\nNode\.js: [\d.]+\nONNX Runtime: [\d.]+\n/)
    expect(stdout).toMatch(/^model: tiny\.en \(.*whisper-tiny\.en/m)
    const facts = JSON.parse((await runProgram(['info', '--json'])).stdout) as Record<string, string>
    expect(stdout.split('\n').slice(0, -1)).toEqual(
      Object.entries(facts).map(([name, value]) => `${name}: ${value ?? 'not installed'}`),
    )
  })

  it('tells the version and helps', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    const [version, help] = await Promise.all([runProgram(['--version']), runProgram(['--help'])])
    expect(await runProgram(['-V'])).toEqual(version)
    expect(version).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('--min-chunk-size <seconds>')
    expect(help.stdout).not.toMatch(/--\w+_\w+ </)
  })
})

describe.skipIf(process.platform === 'win32')('a reader that goes away', () => {
  it('ends the program quietly', () => {
    const command = `"${process.execPath}" "${PROGRAM}" ${SCRIPTED.join(' ')} --comp-unaware a.wav | head -1; echo "\${PIPESTATUS[0]}"`
    const run = spawnSync('bash', ['-c', command], { cwd: speech(), encoding: 'utf8' })
    expect(run.stdout).toBe(`${LINES.split('\n')[0]}\n0\n`)
    expect(run.stderr).toBe('')
  })
})

describe.skipIf(!hasScriptCommand())('on a terminal', () => {
  const onTerminal = (...options: string[]) => {
    const command = [
      'stty cols 80 &&',
      process.execPath,
      PROGRAM,
      ...SCRIPTED,
      '--comp-unaware',
      ...options,
      'a.wav',
    ].join(' ')
    return spawnSync('script', ['-qec', command, '/dev/null'], { cwd: speech(), encoding: 'utf8', input: '' }).stdout
  }

  it('a spinner shows what is going on, and steps aside for the lines', () => {
    // Slow enough for the spinner to turn between updates.
    const shown = onTerminal('--no-live', '--option', 'computeSec=0.3')
    expect(shown).toContain('loading scripted')
    expect(shown).toContain('of 4 s')
    for (const line of LINES.trimEnd().split('\n')) expect(shown).toContain(`${line}\r\n`)
  })

  it('the spinner is gone when another program shows the lines on the same terminal', () => {
    const program = [process.execPath, PROGRAM, ...SCRIPTED, '--comp-unaware', '--option', 'computeSec=0.3', 'a.wav']
    const command = `stty cols 80 && ${program.join(' ')} | cat`
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: speech(),
      encoding: 'utf8',
      input: '',
    })
    const firstLine = stdout.indexOf(LINES.split('\n')[0]!)
    expect(stdout.slice(0, firstLine)).toContain('loading scripted')
    // At the very end the cursor is shown, to be sure.
    expect(stdout.slice(firstLine).replaceAll('\r\n', '\n').replace('\u001b[?25h', '')).toBe(LINES)
  })

  it('nothing but the lines is shown with --quiet', () => {
    expect(onTerminal('--quiet').replaceAll('\r\n', '\n')).toBe(LINES)
  })
})

describe.skipIf(!canBeStranger())('a user whom the system does not know, without HOME', () => {
  it('is served with the model that comes with the program', () => {
    const audio = fileURLToPath(new URL('../../fixtures/austen_870.wav', import.meta.url))
    const run = runAsStranger(['--offline', '-l', 'ERROR', audio])
    expect(run.stderr).not.toContain('asr-stream: error')
    expect(run.stdout).toMatch(/John Dashwood/)
    expect(run.status).toBe(0)
  })
})

function hasScriptCommand(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
}

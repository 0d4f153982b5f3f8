import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ASR_DEFAULTS } from '../../src/config/option-table.js'
import { runProgram } from '../helpers/program.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const README = readFileSync(`${ROOT}README.md`, 'utf8')
const SAMPLE = /^\$ npx asr-stream (.+)\n((?:\d.*\n)+)\.\.\.$/gm

/** Options of whisper_online.py with their defaults, as its `add_shared_args` and `__main__` have them. */
const REFERENCE = {
  minChunkSize: 1,
  model: 'large-v2',
  lan: 'auto',
  task: 'transcribe',
  backend: 'faster-whisper',
  vacChunkSize: 0.04,
  bufferTrimming: 'segment',
  bufferTrimmingSec: 15,
  startAt: 0,
} as const

/** Emission and text of a line. */
const textOf = (line: string) => line.split(' ').toSpliced(1, 2).join(' ')
/** Begin and end of a line, in milliseconds. */
const timesOf = (line: string) => line.split(' ').slice(1, 3).map(Number)

describe('README.md', () => {
  it('shows what the program prints', async () => {
    const samples = [...README.matchAll(SAMPLE)]
    expect(samples.length).toBeGreaterThan(0)
    for (const [, args = '', lines = ''] of samples) {
      const wanted = lines.trimEnd().split('\n')
      const printed: string[] = []
      await runProgram(args.split(' '), {
        cwd: ROOT,
        onLine: (line, child) => {
          printed.push(line)
          if (printed.length === wanted.length) child.kill()
        },
      })
      // Where words begin and end, processors may round differently.
      expect(printed.slice(0, wanted.length).map(textOf)).toEqual(wanted.map(textOf))
      for (const [i, line] of wanted.entries()) {
        for (const [at, time] of timesOf(line).entries()) {
          expect(Math.abs(timesOf(printed[i] ?? '')[at]! - time), line).toBeLessThanOrEqual(1000)
        }
      }
    }
  })

  it('says how much memory a run takes', async () => {
    const [, told] = /about (\d+) MB of memory/.exec(README.replace(/\s+/g, ' ')) ?? []
    const peak = `data:text/javascript,process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))`
    const { code, stderr } = await runProgram(['fixtures/two_cities.wav', '--offline'], {
      cwd: ROOT,
      env: { NODE_OPTIONS: `--import ${peak}` },
    })
    const peaks = [...stderr.matchAll(/^peak (\d+)$/gm)].map(([, kilobytes]) => Number(kilobytes) / 1000)
    expect(code, stderr).toBe(0)
    expect(Math.abs(Math.max(...peaks) / Number(told) - 1), `${Math.max(...peaks)} MB`).toBeLessThan(0.25)
  })

  it('has a picture with the words of its recording, as the program wrote them', () => {
    const picture = readFileSync(`${ROOT}docs/images/two-cities.svg`, 'utf8')
    const { text } = JSON.parse(readFileSync(`${ROOT}fixtures/two_cities.ref.json`, 'utf8')) as { text: string }
    const words = (line: string) => line.toLowerCase().match(/[a-z]+/g) ?? []
    const final = [...picture.matchAll(/<text x="0" y="14" textLength="[\d.]+">([^<]*)</g)].map(([, line = '']) => line)
    const whole = final.filter((line) => line.length > 60)
    expect(whole.length).toBeGreaterThan(1)
    for (const line of whole) expect(words(text).join(' ')).toContain(words(line).join(' '))
    expect(picture).toContain('class="d"')
  })

  it('says which defaults are not those of whisper_online.py', () => {
    const different = Object.entries(REFERENCE).filter(
      ([key, value]) => ASR_DEFAULTS[key as keyof typeof REFERENCE] !== value,
    )
    expect(different.map(([key]) => key)).toEqual(['model', 'backend'])
    for (const [key, value] of different) {
      expect(README).toContain(`| \`--${key}\` | \`${value}\` | \`${ASR_DEFAULTS[key as keyof typeof REFERENCE]}\``)
    }
    expect(README).toContain('| `--log-level` | `DEBUG` | `WARNING` |')
  })

  it('has each option in one row of its table, called as the program calls it', async () => {
    const rows = [...README.matchAll(/^\| (`-.*?`) \|/gm)].map(([, cell = '']) => cell)
    const flags = rows.flatMap((cell) => cell.match(/--[a-z-]+/g) ?? [])
    const commands = [[], ['listen'], ['serve']]
    const help = await Promise.all(commands.map((command) => runProgram([...command, '--help'])))
    const known = new Set(
      help
        .map(({ stdout }) => stdout)
        .join('\n')
        .match(/--[a-z-]+/g),
    )
    expect(flags.filter((flag) => !known.has(flag))).toEqual([])
    const table = README.slice(README.indexOf('## Options'), README.indexOf('## A backend'))
    const listed = [...table.matchAll(/^\| (`-.*?`) \|/gm)].flatMap(([, cell = '']) => cell.match(/--[a-z-]+/g) ?? [])
    expect(listed).toEqual([...new Set(listed)])
  })
})

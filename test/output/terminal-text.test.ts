import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { terminalText } from '../../src/core/terminal-text.js'
import { formatLine, serverLines } from '../../src/output/formats/lines.js'
import { logLine } from '../../src/terminal/log.js'
import { formatProfile } from '../../src/terminal/profile.js'
import { folderWith, runProgram, silentWav } from '../helpers/program.js'
import { hasPseudoTerminals, TerminalRun } from '../helpers/pseudo-terminal.js'

/** Clears the screen, sets the title, rings, writes C1, turns text round, begins a line of its own. */
const NASTY = 'a\x1b[2Jb\x1b]0;pwned\x07c\x9b31md\u202egnp.exe\u2066e\r\n9999 0 0 forged\x7f'
/** Everything that a terminal takes for more than text, but for the end of our own lines. */
const DANGEROUS = /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

describe('text of somebody else', () => {
  it('becomes one line of nothing but text, in which the odd characters are visible', () => {
    expect(terminalText(NASTY)).toBe(
      'a\\x1b[2Jb\\x1b]0;pwned\\x07c\\u009b31md\\u202egnp.exe\\u2066e 9999 0 0 forged\\u007f',
    )
    expect(terminalText('tabs\tand ünïcode, שלום\u200f, 日本語 👩‍👧')).toBe('tabs and ünïcode, שלום\u200f, 日本語 👩‍👧')
  })

  it('is safe whatever it is, and the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = terminalText(text)
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
        expect(terminalText(shown)).toBe(shown)
      }),
    )
  })

  it('is the same to whoever reads JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(terminalText(JSON.stringify({ text })))).toEqual({ text })
      }),
    )
  })

  it('is shown in that form in messages, in lines, to clients, in profiles', () => {
    const segment = { begin: 0, end: 1, text: NASTY, words: [] }
    for (const shown of [
      logLine('error', NASTY),
      formatLine(1, segment)!,
      serverLines(false)(segment)!,
      serverLines(true)(segment)!,
      formatProfile([{ stage: NASTY, seconds: 1, calls: 1 }], 1),
    ]) {
      expect(shown).toContain('\\x1b[2Jb')
      expect(shown).not.toMatch(DANGEROUS)
    }
    expect(logLine('error', NASTY).split('\n')).toHaveLength(2)
  })
})

describe('the program', () => {
  const says = JSON.stringify(NASTY)
  const PLUGIN = `export default { name: 'nasty', description: ${says}, load: async (config, { log }) => {
    log.warn(${says})
    const heard = [{ begin: 0, end: 1, text: ${says} }]
    return { metadata: {}, asr: { sep: '',
      timings: () => [{ stage: ${says}, seconds: 1, calls: 1 }],
      async transcribe(audio) { if (config.lan === 'fr') throw new Error(${says}); return heard },
      tsWords: (words) => words, segmentsEndTs: () => [] } } } }`
  const run = ['--plugin', './nasty.mjs', '--backend', 'nasty', '--comp-unaware', '--profile']

  it('lets nothing of a plugin through to standard error, and no line of it into the text', async () => {
    const cwd = folderWith({ 'nasty.mjs': PLUGIN, 'a.wav': silentWav(3) })
    const done = await runProgram([...run, 'a.wav'], { cwd })
    expect(done.code).toBe(0)
    expect(done.stderr).toContain('\\x1b[2Jb')
    expect(done.stderr + done.stdout).not.toMatch(DANGEROUS)
    const failed = await runProgram([...run, '--lan', 'fr', '--log-level', 'DEBUG', 'a.wav'], { cwd })
    expect(failed.code).toBe(1)
    expect(failed.stderr).not.toMatch(DANGEROUS)
  })

  it.skipIf(!hasPseudoTerminals())('lets nothing of a plugin through to a terminal', async () => {
    const cwd = folderWith({ 'nasty.mjs': PLUGIN, 'a.wav': silentWav(3) })
    for (const args of [
      ['backends', '--plugin', './nasty.mjs'],
      [...run, 'a.wav'],
      [...run, '--no-live', 'a.wav'],
    ]) {
      const terminal = new TerminalRun(args, cwd)
      expect(await terminal.ended).toBe(0)
      expect(terminal.written).toContain('gnp.exe')
      for (const bad of ['\x1b[2J', '\x1b]0;', '\x07', '\x9b', '\u202e', '\u2066', '\x7f']) {
        expect(terminal.written).not.toContain(bad)
      }
    }
  })

  it.skipIf(process.platform === 'win32')('writes names of recordings as text, also through a pipe', async () => {
    const name = 'x\x1b[31m\u009b\u202e.wav'
    const cwd = folderWith({ 'nasty.mjs': PLUGIN, [name]: silentWav(1), 'b.wav': silentWav(1) })
    const shown = 'x\\x1b[31m\\u009b\\u202e.wav'
    const plugin = ['--plugin', './nasty.mjs', '--backend', 'nasty']
    const several = await runProgram([...plugin, '--offline', name, 'b.wav'], { cwd })
    expect([several.code, several.stdout.split('\n')[0]]).toEqual([0, `==> ${shown} <==`])
    writeFileSync(join(cwd, 'x\x1b[31m\u009b\u202e.txt'), 'a')
    const evaluated = await runProgram(['evaluate', ...plugin, '--errors', name], { cwd })
    expect(evaluated.stdout).toContain(shown.replace('.wav', ''))
    const listed = await runProgram(['backends', '--plugin', './nasty.mjs'], { cwd })
    expect(listed.stdout).toContain('\\x1b[2Jb')
    for (const { stdout, stderr } of [several, evaluated, listed]) expect(stdout + stderr).not.toMatch(DANGEROUS)
    const json = await runProgram(['backends', '--json', '--plugin', './nasty.mjs'], { cwd })
    expect((JSON.parse(json.stdout) as { description: string }[]).at(-1)?.description).toBe(NASTY)
  })

  it.skipIf(process.platform === 'win32')('writes names of files as text', async () => {
    const cwd = folderWith({})
    const name = 'x\x1b[31m\u202e.wav'
    mkdirSync(join(cwd, name))
    for (const args of [[name], ['--output', join(name, 'no', 'x'), 'no.wav'], ['--model-dir', name, '-']]) {
      const { code, stderr } = await runProgram(args, { cwd, input: (stdin) => stdin.end() })
      expect(code).toBeGreaterThan(0)
      expect(stderr).toMatch(/^asr-stream: error: [^\n]+\n$/)
      expect(stderr).not.toMatch(DANGEROUS)
    }
    const { stderr } = await runProgram([`--${name}`], { cwd })
    expect(stderr).not.toMatch(DANGEROUS)
  })
})

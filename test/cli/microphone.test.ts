import type { ChildProcess } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { folderWith, type RunOptions, runProgram, silentWav, spokenWords, wordsOf } from '../helpers/program.js'

const TEXTS = Array.from({ length: 400 }, (_, index) => `w${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json', '--min-chunk-size', '0.5']
/** Takes its time for each update, and tells in the end how much audio there was. */
const SLOW = `
let heard = 0, last = 0
const processor = {
  init(offset = 0) { last = offset }, insertAudioChunk(audio) { heard += audio.length; last += audio.length / 16000 },
  async processIter() { await new Promise((done) => setTimeout(done, 300)); return null },
  async finish() { const word = { begin: 0, end: last, text: String(heard / 16000) }; return { ...word, words: [word] } } }
export default { name: 'slow', load: async () => ({ processor, metadata: {} }) }`

/** What stands in for a recorder: writes so many seconds as WAV, then behaves as told. */
const recorder = (seconds: number, behaviour: string) => `#!${process.execPath}
const { writeFileSync } = require('node:fs')
const header = Buffer.from('${silentWav(0).toString('base64')}', 'base64')
header.writeUInt32LE(0x7ffff000, 40)
let total = ${seconds}
const seconds = (count) => Buffer.alloc(count * 32000)
const write = (count, then) => process.stdout.write(seconds(count), then)
writeFileSync('started-with.txt', [...process.argv.slice(2), process.env.AUDIODEV ?? ''].join(' '))
process.on('SIGTERM', () => write(0.5, () => { writeFileSync('recorded.txt', String(total + 0.5)); process.exit(0) }))
process.stdout.write(Buffer.concat([header, seconds(${seconds})]), () => { ${behaviour} })
`
/** Half a second every so often. */
const GOES_ON = 'setInterval(() => { total += 0.5; write(0.5) }, 100)'

/** Runs the program where no other recorders are found than the given ones. */
async function run(recorders: Readonly<Record<string, string>>, args: readonly string[], options: RunOptions = {}) {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS), 'slow.mjs': SLOW, ...recorders })
  for (const name of Object.keys(recorders)) chmodSync(join(cwd, name), 0o755)
  return { cwd, ...(await runProgram(args, { ...options, cwd, env: { PATH: cwd } })) }
}

/** Runs the program where recorders are scripts, which need the system's programs. */
async function runWrapped(files: Readonly<Record<string, string>>, options: RunOptions) {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS), ...files })
  for (const name of Object.keys(files)) chmodSync(join(cwd, name), 0o755)
  const env = { PATH: `${cwd}:/usr/bin:/bin` }
  return { cwd, ...(await runProgram([...SCRIPTED, '--mic', '--recorder', 'rec'], { ...options, cwd, env })) }
}

function twiceInterrupted(child: ChildProcess): void {
  child.kill('SIGINT')
  setTimeout(() => child.kill('SIGINT'), 50)
}

/** Waits until a process has ended. */
async function untilGone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1)
  for (const end = Date.now() + 15_000; isThere(pid); await sleep(50)) {
    if (Date.now() > end) {
      process.kill(pid, 'SIGKILL')
      throw new Error('the recorder goes on')
    }
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // What has ended may wait for somebody to ask how.
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Ctrl-C at the first line. */
function interrupted(): RunOptions {
  let lines = 0
  return { onLine: (_, child) => void (lines++ === 0 && child.kill('SIGINT')) }
}

describe.skipIf(process.platform === 'win32')('the microphone', () => {
  it('is heard until Ctrl-C, to the last that was recorded', async () => {
    const rec = recorder(1, GOES_ON)
    const { code, stdout, stderr, cwd } = await run({ rec }, [...SCRIPTED, '--mic'], interrupted())
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
    // Two words a second, also in what comes when the recorder is told to stop.
    const recordedSec = Number(readFileSync(join(cwd, 'recorded.txt'), 'utf8'))
    expect(wordsOf(stdout)).toEqual(TEXTS.slice(0, recordedSec * 2))
  })

  it('is recorded by what is there, or by what is asked for, from the device that is asked for', async () => {
    const all = { rec: recorder(1, GOES_ON), sox: recorder(1, GOES_ON), arecord: recorder(1, GOES_ON) }
    const started = async (...options: string[]) => {
      const { cwd } = await run(all, [...SCRIPTED, '--mic', ...options], interrupted())
      return readFileSync(join(cwd, 'started-with.txt'), 'utf8')
    }
    expect(await started('--recorder', 'sox')).toMatch(/ -d -t wav .* - $/)
    expect(await started('--recorder', 'rec', '--device', 'usb')).toMatch(/ - usb$/)
    if (process.platform === 'linux') expect(await started('--device', 'hw:1')).toMatch(/^-q -D hw:1 -f S16_LE /)
  })

  it('alone loads the package that starts recorders', async () => {
    const tells = `process.on('exit', () => require('node:fs').writeFileSync('loaded.txt',
      Object.keys(require.cache).filter((file) => file.includes('node-record-lpcm16')).join()))`
    const files = { 'words.json': spokenWords(TEXTS), 'tells.cjs': tells, 'a.wav': silentWav(1), rec: recorder(1, '') }
    const loaded = async (...input: string[]) => {
      const cwd = folderWith(files)
      chmodSync(join(cwd, 'rec'), 0o755)
      await runProgram([...SCRIPTED, ...input], { cwd, env: { PATH: cwd, NODE_OPTIONS: '--require ./tells.cjs' } })
      return readFileSync(join(cwd, 'loaded.txt'), 'utf8')
    }
    expect(await loaded('a.wav', '--offline')).toBe('')
    expect(await loaded('--mic')).toContain('node-record-lpcm16')
  })

  it.each([
    ['ends by itself', 'process.exit(0)', 'the microphone has gone: rec ended with exit code 0;'],
    ['is killed', "process.kill(process.pid, 'SIGKILL')", 'the microphone has gone: rec ended with SIGKILL;'],
    [
      'loses its device',
      "console.error('one thing'); console.error('rec FAIL: no such device'); process.exitCode = 2",
      'the microphone has gone: rec ended with exit code 2: rec FAIL: no such device;',
    ],
  ])('gives what was heard, then an error, when the recorder %s', async (_, behaviour, says) => {
    const { code, stdout, stderr } = await run({ rec: recorder(4, behaviour) }, [...SCRIPTED, '--mic'])
    expect(wordsOf(stdout)).toEqual(TEXTS.slice(0, 8))
    expect(stderr).toMatch(/^asr-stream: error: .+--device chooses another.*\n$/)
    expect(stderr).toContain(says)
    expect(code).toBe(1)
  })

  it.each([
    [
      'ALSA lib conf.c:5204: no card',
      'arecord: main:850: audio open error: Device or resource busy',
      'audio open error: Device or resource busy',
    ],
    [
      '',
      'rec FAIL sox: Sorry, there is no default audio device configured',
      'Sorry, there is no default audio device configured',
    ],
  ])('that cannot be opened is told of in one line of the recorder: %s%s', async (before, last, says) => {
    const busy = `#!/bin/sh\necho '${before}' >&2\necho '${last}' >&2\nexit 1\n`
    const { code, stdout, stderr } = await run({ rec: busy }, [...SCRIPTED, '--mic'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^asr-stream: error: [^\n]+\n$/)
    expect(stderr).toContain(
      `the microphone cannot be recorded: rec says "${says}"; check that it is connected and not in use`,
    )
  })

  it.each([
    ['nothing at all', ''],
    ['the header of a WAV', `process.stdout.write(Buffer.from('${silentWav(0).toString('base64')}', 'base64'));`],
  ])('that gives not one sample is told of, once: %s', async (_, writes) => {
    const mute = `#!${process.execPath}\n${writes}setInterval(() => {}, 1000)\n`
    const { code, stdout, stderr } = await run({ rec: mute }, [...SCRIPTED, '--mic'], interrupted())
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).toMatch(/^asr-stream: warning: the microphone gives nothing: rec has not .+; check that .+\n$/)
  })

  it('without a recorder names the package to install', async () => {
    const none = await run({}, [...SCRIPTED, '--mic'])
    expect(none).toMatchObject({ code: 1, stdout: '' })
    expect(none.stderr).toMatch(/^asr-stream: error: no program that records is installed: .*install .+\n$/)
    const other = await run({ rec: recorder(1, GOES_ON) }, [...SCRIPTED, '--mic', '--recorder', 'sox'])
    expect(other.stderr).toMatch(/^asr-stream: error: the recorder sox is not installed; install .*sox\n$/i)
  })

  it('whose recorder does not stop is ended all the same', async () => {
    const stubborn = recorder(1, `process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => {}); ${GOES_ON}`)
    const { code, stdout } = await run({ rec: stubborn }, [...SCRIPTED, '--mic'], interrupted())
    expect(code).toBe(130)
    expect(wordsOf(stdout)).toEqual(TEXTS.slice(0, wordsOf(stdout).length))
  })

  it('behind a script that starts the recorder is heard until Ctrl-C, and leaves nothing running', async () => {
    const wrapper = `#!/bin/sh\n"${process.execPath}" "$(dirname "$0")/inner" "$@"\necho done >&2\n`
    const inner = recorder(1, `${GOES_ON}; writeFileSync('pid.txt', String(process.pid))`)
    const { code, stdout, cwd } = await runWrapped({ rec: wrapper, inner }, interrupted())
    expect(code).toBe(130)
    const recordedSec = Number(readFileSync(join(cwd, 'recorded.txt'), 'utf8'))
    expect(wordsOf(stdout)).toEqual(TEXTS.slice(0, recordedSec * 2))
    await untilGone(Number(readFileSync(join(cwd, 'pid.txt'), 'utf8')))
  })

  it.each([
    ['a second Ctrl-C', twiceInterrupted],
    ['a terminal that is closed', (child: ChildProcess) => void child.kill('SIGHUP')],
    ['SIGKILL', (child: ChildProcess) => void child.kill('SIGKILL')],
  ])('leaves no recorder running after %s', async (_, end) => {
    // It hears no signal but SIGKILL, and does not notice that nobody hears it.
    const stubborn = recorder(
      1,
      `process.removeAllListeners('SIGTERM'); for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => {})
       process.stdout.on('error', () => {}); writeFileSync('pid.txt', String(process.pid)); ${GOES_ON}`,
    )
    let lines = 0
    const { cwd } = await run({ rec: stubborn }, [...SCRIPTED, '--mic'], {
      onLine: (_, child) => void (lines++ === 0 && end(child)),
    })
    await untilGone(Number(readFileSync(join(cwd, 'pid.txt'), 'utf8')))
  })

  it('that is faster than computing is skipped, with one warning, and the sum at the end', async () => {
    const flood = recorder(100, '')
    const options = ['--plugin', './slow.mjs', '--backend', 'slow', '--max-backlog', '4', '--mic']
    const { code, stdout, stderr } = await run({ rec: flood }, options)
    const warnings = stderr.split('\n').filter((line) => line.includes('warning'))
    expect(warnings.length).toBeLessThanOrEqual(2)
    expect(warnings[0]).toMatch(/slower than the microphone: [\d.]+ s of audio before [\d.]+ s were left out/)
    const last = warnings.at(-1) ?? ''
    const leftOut = Number(/([\d.]+) s of audio/.exec(last)?.[1])
    const [, , end, heard] = stdout.trim().split('\n').at(-1)!.split(' ').map(Number)
    expect(leftOut + heard!).toBeCloseTo(100, 0)
    expect(end).toBe(100_000)
    expect(code).toBe(1)
  })

  it.each([
    [['--mic', 'a.wav'], '--mic and "a.wav" exclude each other'],
    [['--device', 'hw:1', 'a.wav'], '--device is for the microphone'],
    [['--recorder', 'rec', 'a.wav'], '--recorder is for the microphone'],
    [['--mic', '--recorder', 'recc'], 'did you mean "rec"?'],
    [['--mic', '--offline'], '--offline does not go with --mic'],
    [[], 'no audio is given'],
  ])('is not mixed up with other input: %j', async (args, says) => {
    const { code, stderr } = await run({}, [...SCRIPTED, ...args])
    expect(stderr).toContain(says)
    expect(code).toBe(2)
  })
})

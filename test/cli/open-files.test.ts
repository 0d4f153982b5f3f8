import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { filesOf, isThere } from '../../src/models/store.js'
import { folderWith, PROGRAM, silentWav, spokenWords } from '../helpers/program.js'
import { waitUntil } from '../helpers/waiting.js'

const isPosix = process.platform !== 'win32'
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json', '--comp-unaware']

/** Runs the program with a limit of open files. */
async function runWithLimit(files: number, args: readonly string[], cwd: string) {
  const command = `ulimit -n ${files} && exec "$0" "$@"`
  const child = spawn('sh', ['-c', command, process.execPath, PROGRAM, ...args], { cwd })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stderr, stdout, code] = await Promise.all([text(child.stderr), text(child.stdout), ended])
  return { code, stdout, stderr }
}

describe.skipIf(!isPosix)('too many open files', () => {
  const folder = () => folderWith({ 'words.json': spokenWords(['one']), 'a.wav': silentWav(2) })

  it('are told as what they are, with what to do', async () => {
    // How many the program itself needs depends on Node: below some number it is short of them, above it runs.
    const cwd = folder()
    const runs = []
    for (const files of [24, 28, 32, 40, 48]) runs.push(await runWithLimit(files, [...SCRIPTED, 'a.wav'], cwd))
    const short = runs.filter(({ code }) => code !== 0)
    expect(short.length).toBeGreaterThan(0)
    for (const { code, stderr } of short) {
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /^asr-stream: error: too (many files are open at once: .*EMFILE[^\n]*|few files may be open at once [^\n]*); .*ulimit -n \d+\n$/,
      )
    }
  })

  it.each([
    ['listen', [], 'tcp'],
    ['serve', [], 'http'],
    ['serve', ['--wyoming-port', '0', '--tcp-port', '0'], 'Wyoming'],
  ])('are warned of once by %s %j, which goes on when there are fewer', async (command, more, kind) => {
    const args = [command, '--port', '0', '--backend', 'scripted', '--option', 'script=words.json', ...more]
    const child = spawn('sh', ['-c', 'ulimit -n 160 && exec "$0" "$@"', process.execPath, PROGRAM, ...args], {
      cwd: folder(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const said: string[] = []
    createInterface(child.stderr).on('line', (line) => said.push(line))
    const address = () =>
      said.filter((line) => line.includes('listening on') && (kind !== 'Wyoming' || line.includes(kind))).at(-1)
    await waitUntil(() => address() !== undefined, 'the server does not listen')
    const port = Number(/:(\d+)\b[^:]*$/.exec(address()!)?.[1])
    const clients = Array.from({ length: 200 }, () => connect(port, '127.0.0.1').on('error', () => {}))
    const warnings = () => said.filter((line) => line.includes('files'))
    await waitUntil(() => warnings().length > 0, 'the server warns of nothing')
    for (const client of clients) client.destroy()
    const isKept = async () => {
      const client = connect(port, '127.0.0.1').on('error', () => {})
      await once(client, 'connect')
      client.write('GET / HTTP/1.0\r\n\r\n')
      const [answer] = await Promise.race([once(client, 'data'), once(client, 'close').then(() => [''])])
      client.destroy()
      return String(answer).startsWith('HTTP/1.1 ')
    }
    if (kind === 'http') await waitUntil(isKept, 'the server does not go on')
    else expect(child.exitCode).toBeNull()
    expect(warnings()).toEqual([
      'asr-stream: warning: as many files and connections are open as may be: new clients are turned away until there are fewer; close some, or raise the limit: ulimit -n 4096',
    ])
  })

  it('do not make a model look absent', async () => {
    const cwd = folder()
    const script = `
      import { openSync } from 'node:fs'
      import { filesOf, isThere } from ${JSON.stringify(new URL('../../dist/models/store.js', import.meta.url).href)}
      try { for (;;) openSync('a.wav') } catch {}
      console.log(await filesOf('.').catch((error) => error.code), await isThere('a.wav'))`
    const child = spawn(
      'sh',
      ['-c', 'ulimit -n 40 && exec "$0" "$@"', process.execPath, '--input-type=module', '-e', script],
      { cwd },
    )
    expect(await text(child.stdout)).toBe('EMFILE true\n')
    expect([await filesOf('/no/such'), await isThere('/no/such')]).toEqual([[], false])
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../helpers/program.js'
import { type Client, ServerRun } from '../helpers/tcp.js'

/** Silence, and what the plugin below takes for the sign to misbehave. */
const quiet = (seconds: number) => Buffer.alloc(seconds * 32_000)
const loud = (seconds: number) => Buffer.alloc(seconds * 32_000, 0x40)

/** Says "word" to what it hears; where that is loud, something else happens. The server's sockets keep the process alive. */
const plugin = (misbehave: string, load = '') => `
let loads = 0
const misbehave = async (signal) => { ${misbehave} }
export default { name: 'odd', load: async (_, { log }) => {
  loads++
  ${load}
  return { metadata: {}, asr: {
    sep: ' ', segmentsEndTs: () => [], tsWords: (words) => words,
    async transcribe(audio, { signal }) {
      if (audio.some((sample) => sample > 0.4)) { log.info('misbehaves'); return misbehave(signal) }
      const words = []
      for (let second = 0; second + 1 <= audio.length / 16000; second++) words.push({ begin: second, end: second + 0.9, text: 'word' })
      return words
    } } } } }`

const start = (code: string, ...args: string[]) =>
  ServerRun.start(
    ['--plugin', './odd.mjs', '--backend', 'odd', '--keep-level', '--log-level', 'INFO', ...args],
    folderWith({ 'odd.mjs': code }),
  )
const NEVER = 'await new Promise(() => {})'
const told = (server: ServerRun, what: RegExp) => server.said.filter((line) => what.test(line))
const misbehaving = (server: ServerRun) =>
  expect.poll(() => told(server, /misbehaves/).length, { timeout: 30_000 }).toBeGreaterThan(0)

/** A client that is heard as soon as there is a place. */
async function heard(server: ServerRun): Promise<Client> {
  for (;;) {
    const client = await server.client()
    await client.finish(quiet(4))
    if (!client.lines[0]?.startsWith('asr-stream')) return client
    await sleep(50)
  }
}

describe('asr-stream listen, when a backend', () => {
  it.each([
    ['in a timer', "setTimeout(() => { throw new Error('no luck') }, 1)"],
    ['in a promise that nobody waits for', "Promise.reject(new Error('no luck'))"],
  ])('lets an error go %s, goes on for all, and tells it', async (_, failing) => {
    const server = await start(plugin(`${failing}; return [{ begin: 0, end: 0.9, text: 'word' }]`))
    const client = await server.client()
    client.socket.write(loud(2))
    await misbehaving(server)
    expect((await heard(server)).words).toHaveLength(4)
    await client.finish(quiet(4))
    expect(client.words).toContain('word')
    expect(told(server, /error: unexpected: no luck; it comes from \S+odd\.mjs/).length).toBeGreaterThan(0)
  })

  it('never answers, tells that client after a while, with its text so far, and hears the others', async () => {
    const server = await start(plugin(NEVER), '--update-timeout', '1')
    const stuck = await server.client()
    stuck.socket.write(quiet(4))
    await expect.poll(() => stuck.words.length, { timeout: 30_000 }).toBeGreaterThan(1)
    stuck.socket.write(loud(3))
    await misbehaving(server)
    expect((await heard(server)).words).toHaveLength(4)
    await stuck.closed
    expect(stuck.lines.at(-1)).toMatch(/^asr-stream: recognition has failed, .*connect again/)
    expect(stuck.lines.slice(0, -1).every((line) => /^\d+ \d+ word/.test(line))).toBe(true)
    expect(told(server, /warning/)).toEqual([
      expect.stringMatching(/client .*: the backend has not recognized an update in 1 s; --update-timeout/),
    ])
  })

  it('never loads again, tells the client that it is for', async () => {
    const server = await start(plugin('', `if (loads === 2) ${NEVER}`), '--update-timeout', '1')
    expect((await heard(server)).words).toHaveLength(4)
    const stuck = await server.client()
    await stuck.finish(quiet(4))
    expect(stuck.lines).toEqual([expect.stringMatching(/^asr-stream: recognition has failed/)])
    expect((await heard(server)).words).toHaveLength(4)
  })

  it('heeds no signal, the place of a client that has gone is free all the same', async () => {
    const server = await start(plugin(NEVER), '--max-sessions', '1')
    const gone = await server.client()
    gone.socket.write(loud(3))
    await misbehaving(server)
    gone.socket.resetAndDestroy()
    expect((await heard(server)).words).toHaveLength(4)
  })

  it('never answers, is stopped with one signal, and says what is not in the text', async () => {
    const server = await start(plugin(NEVER))
    const client = await server.client()
    client.socket.write(loud(3))
    await misbehaving(server)
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(143)
    const stopped = /client \S+: stopped before all of its audio was recognized: the text ends at 0\.0 s/
    expect(told(server, /warning|error/)).toEqual([expect.stringMatching(stopped)])
    expect(client.lines.at(-1)).toMatch(/^asr-stream: the server is being stopped: the text ends at 0\.0 s/)
  })

  it('fails for good, tells the client, but nothing of what went wrong where', async () => {
    const server = await start(plugin(`throw new Error('/home/somebody/secret is not there')`))
    const client = await server.client()
    await client.finish(loud(20))
    expect(client.lines).toEqual([expect.stringMatching(/^asr-stream: recognition has failed/)])
    expect(told(server, /warning/).join('\n')).toMatch(/secret is not there.*please report this/)
    expect((await heard(server)).words).toHaveLength(4)
  })

  it('fails because the server is stopped, warns of nothing', async () => {
    // As a plugin's own process does that Ctrl-C reaches as well.
    const fails = `while (!globalThis.isStopped) await new Promise((done) => setTimeout(done, 20)); throw new Error('my process is gone')`
    const server = await start(`process.on('SIGTERM', () => { globalThis.isStopped = true })\n${plugin(fails)}`)
    const client = await server.client()
    client.socket.write(quiet(4))
    await expect.poll(() => client.words.length, { timeout: 30_000 }).toBeGreaterThan(1)
    client.socket.write(loud(3))
    await misbehaving(server)
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(143)
    expect(told(server, /warning|error/)).toEqual([])
    expect(client.words.length).toBeGreaterThan(1)
  })
})

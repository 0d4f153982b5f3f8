import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords } from '../helpers/program.js'
import { type Client, ServerRun } from '../helpers/tcp.js'

const TEXTS = Array.from({ length: 40 }, (_, index) => `w${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const seconds = (count: number) => Buffer.alloc(count * 32_000)
const start = (...args: string[]) =>
  ServerRun.start([...SCRIPTED, ...args], folderWith({ 'words.json': spokenWords(TEXTS) }))

/** A client that is heard: the server sees a little later than the one before that its session is over. */
async function admitted(server: ServerRun, audio: Uint8Array): Promise<Client> {
  for (;;) {
    const client = await server.client()
    await client.finish(audio)
    if (!client.lines[0]?.startsWith('asr-stream')) return client
  }
}

describe('asr-stream listen', () => {
  it('hears raw audio, and sends lines of begin, end and text to the last word', async () => {
    const server = await start()
    const client = await server.client()
    client.socket.write(seconds(3))
    // Odd pieces shift nothing.
    for (let piece = 0; piece < 100; piece++) client.socket.write(Buffer.alloc(321))
    await client.finish(seconds(4))
    expect(client.words).toEqual(TEXTS.slice(0, 16))
    expect(client.lines.every((line) => /^\d+ \d+ \S/.test(line))).toBe(true)
    const times = client.lines.flatMap((line) => line.split(' ').slice(0, 2).map(Number))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it('takes no client for gone while its update computes, however long that takes', async () => {
    const server = await start('--idle-timeout', '2', '--option', 'computeSec=5')
    const client = await server.client()
    client.socket.write(seconds(1))
    await new Promise((resolve) => setTimeout(resolve, 3500))
    await client.finish(seconds(1))
    expect(client.words).toEqual(TEXTS.slice(0, 4))
  })

  it('hears a client that sends little, or a WAV file, or nothing', async () => {
    const server = await start()
    const [little, wav, nothing] = await Promise.all([server.client(), server.client(), server.client()])
    await Promise.all([little.finish(seconds(0.6)), wav.finish(silentWav(5)), nothing.finish(seconds(0))])
    expect([little.words, wav.words, nothing.lines]).toEqual([TEXTS.slice(0, 1), TEXTS.slice(0, 10), []])
  })

  it('sends text while the audio still comes', async () => {
    const server = await start('--min-chunk-size', '0.5')
    const client = await server.client()
    while (client.lines.length < 3) {
      client.socket.write(seconds(0.5))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(client.words.length).toBeGreaterThan(2)
    expect(TEXTS.join(' ')).toContain(client.words.join(' '))
  })

  it('hears several clients at once, each as if it were alone', async () => {
    const server = await start('--max-sessions', '8', '--option', 'computeSec=0.02')
    const clients = await Promise.all(Array.from({ length: 8 }, () => server.client()))
    await Promise.all(clients.map((client, index) => client.finish(seconds(2 * index + 2))))
    clients.forEach((client, index) => {
      expect(client.words).toEqual(TEXTS.slice(0, 4 * index + 4))
    })
  })

  it('refuses clients beyond its sessions in clear words, and takes new ones when there is room', async () => {
    const server = await start('--max-sessions', '2')
    const [one, two] = [await server.client(), await server.client()]
    one.socket.write(seconds(1))
    const refused = await server.client()
    await refused.finish(seconds(5))
    expect(refused.lines).toEqual(['asr-stream: all 2 sessions are taken; try again later'])
    await one.finish(seconds(1))
    expect(one.words).toEqual(TEXTS.slice(0, 4))
    expect((await admitted(server, seconds(2))).words).toEqual(TEXTS.slice(0, 4))
    await two.finish(seconds(3))
    expect(two.words).toEqual(TEXTS.slice(0, 6))
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops listening with %s, and sends what it has heard', async (signal, code) => {
    const server = await start()
    const clients = [await server.client(), await server.client()]
    for (const client of clients) {
      client.socket.write(seconds(1))
      while (client.lines.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        client.socket.write(seconds(1))
      }
    }
    server.child.kill(signal)
    await Promise.all(clients.map(({ closed }) => closed))
    for (const { words } of clients) {
      expect(words).toEqual(TEXTS.slice(0, words.length))
      expect(words.length).toBeGreaterThanOrEqual(4)
    }
    expect(await server.ended).toBe(code)
    expect(server.said).toHaveLength(1)
  })

  it('reads on after its last line, so that a client that still sends gets that line and no error', async () => {
    const server = await start('--max-sessions', '1')
    const client = await server.client()
    const errors: Error[] = []
    client.socket.on('error', (error) => errors.push(error))
    for (let count = 0; count < 200; count++) client.socket.write(seconds(1))
    await expect.poll(() => client.lines.length, { timeout: 30_000 }).toBeGreaterThan(0)
    server.child.kill('SIGTERM')
    await client.closed
    client.socket.end()
    await once(client.socket, 'close')
    expect(errors).toEqual([])
    expect(client.words).toEqual(TEXTS.slice(0, client.words.length))
    await server.ended
  })

  it.each([
    [['--port', '70000'], 2, '--port must be at most 65535, not 70000'],
    [['--max-sessions', '0'], 2, '--max-sessions must be at least 1, not 0'],
    [['--host', 'no.such.host.invalid'], 1, 'cannot listen on no.such.host.invalid:43007'],
    [['--backend', 'scripted'], 2, '--option script is missing'],
    [['--offline'], 2, '--offline is not for listen: clients are heard as they speak; leave it out'],
  ])('refuses in one line: %j', async (args, code, says) => {
    const cwd = folderWith({ 'words.json': [] })
    const own = args.includes('--backend') ? args : [...SCRIPTED, ...args]
    const run = await runProgram(['listen', ...own], { cwd })
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toMatch(/^asr-stream: error: .+\n$/)
    expect(run.stderr).toContain(says)
  })

  it('says that the port is taken, and what does not go with it', async () => {
    const server = await start()
    const cwd = folderWith({ 'words.json': [] })
    const second = await runProgram(['listen', '--port', String(server.port), ...SCRIPTED], { cwd })
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('another program listens there') })
    const mixed = await runProgram(['--offline', 'listen', ...SCRIPTED], { cwd })
    expect(mixed).toMatchObject({ code: 2, stderr: expect.stringContaining('--offline is not for listen') })
  })
})

describe('clients of asr-stream listen that do harm', () => {
  /** A well-behaved client, next to what the others do. */
  const served = async (server: ServerRun) => {
    const client = await admitted(server, seconds(10))
    expect(client.words).toEqual(TEXTS.slice(0, 20))
  }

  it('by resetting the connection in the middle', async () => {
    const server = await start()
    for (let count = 0; count < 12; count++) {
      const client = await server.client()
      client.socket.write(seconds(3))
      await new Promise((resolve) => setTimeout(resolve, 10 * count))
      client.socket.resetAndDestroy()
    }
    await served(server)
    expect(server.said).toHaveLength(1)
  })

  it('by sending nothing, which ends after a while with the text so far', async () => {
    const server = await start('--idle-timeout', '1', '--max-sessions', '2')
    const idle = await server.client()
    idle.socket.write(seconds(2))
    await served(server)
    await idle.closed
    expect(idle.words).toEqual(TEXTS.slice(0, 4))
  })

  it('by sending much at once', async () => {
    const server = await start('--max-sessions', '2', '--max-backlog', '5', '--option', 'computeSec=0.05')
    const flooding = await server.client()
    let sent = 0
    const flood = () => {
      while (!flooding.socket.destroyed && flooding.socket.write(seconds(1))) sent++
    }
    flooding.socket.on('drain', flood)
    flood()
    await served(server)
    await served(server)
    expect(sent).toBeGreaterThan(5)
    flooding.socket.destroy()
  })

  it('by reading nothing, which ends after a while', async () => {
    const word = `{ begin: 0, end: 1, text: 'word '.repeat(200000) }`
    const talking = `export default { name: 'talking', load: async () => ({ metadata: {}, processor: {
      init() {}, insertAudioChunk() {}, async finish() { return null },
      async processIter() { const word = ${word}; return { ...word, words: [word] } } } }) }`
    const cwd = folderWith({ 'talking.mjs': talking })
    const options = ['--plugin', './talking.mjs', '--backend', 'talking', '--max-sessions', '1', '--idle-timeout', '1']
    const server = await ServerRun.start(options, cwd)
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    socket.on('error', () => {})
    const gone = new Promise((resolve) => socket.once('close', resolve))
    const feeding = setInterval(() => socket.writable && socket.write(seconds(1)), 20)
    await gone
    clearInterval(feeding)
    const next = await admitted(server, seconds(1))
    expect(next.words.length).toBeGreaterThan(1000)
  })

  it('by sending much and resetting the connection, while what came is recognized', async () => {
    const transcribe = `async transcribe(audio, { signal }) {
      if (audio.length <= 16000) return []
      log.warn('computing ' + audio.length)
      await new Promise((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason)))
    }`
    const endless = `export default { name: 'endless', load: async (_, { log }) => ({ metadata: {}, asr: { ${transcribe},
      sep: ' ', tsWords: (all) => all, segmentsEndTs: () => [] } }) }`
    const options = ['--plugin', './endless.mjs', '--backend', 'endless', '--max-sessions', '1', '--log-level', 'INFO']
    const server = await ServerRun.start(options, folderWith({ 'endless.mjs': endless }))
    const told = (what: RegExp) => server.said.filter((line) => what.test(line))
    const flooding = await server.client()
    for (let count = 0; count < 300; count++) flooding.socket.write(seconds(1))
    // Its end is after so much audio that reading would not come to it.
    await expect.poll(() => told(/computing/), { timeout: 30_000 }).toHaveLength(1)
    flooding.socket.resetAndDestroy()
    await expect.poll(() => told(/client .* has gone/), { timeout: 30_000 }).toHaveLength(1)
    expect(told(/computing/)).toHaveLength(1)
    // However much may wait: an update of a client is short.
    expect(Number(/computing (\d+)/.exec(told(/computing/)[0]!)?.[1])).toBeLessThanOrEqual(12 * 16_000)
    const next = await server.client()
    next.socket.write(seconds(2))
    await expect.poll(() => told(/computing/), { timeout: 30_000 }).toHaveLength(2)
  })

  it('by sending a byte now and then', async () => {
    const server = await start('--idle-timeout', '1', '--max-sessions', '1')
    const slow = await server.client()
    const dripping = setInterval(() => slow.socket.writable && slow.socket.write(Buffer.alloc(1)), 50)
    await slow.closed
    clearInterval(dripping)
    slow.socket.destroy()
    await served(server)
  })

  it('by connecting two hundred times at once', async () => {
    const server = await start('--max-sessions', '3')
    const clients: Client[] = await Promise.all(Array.from({ length: 200 }, () => server.client()))
    await Promise.all(clients.map((client) => client.finish(seconds(2))))
    const heard = clients.filter(({ words }) => words.join() === TEXTS.slice(0, 4).join())
    const refused = clients.filter(({ lines }) => lines[0] === 'asr-stream: all 3 sessions are taken; try again later')
    expect(heard.length).toBeGreaterThanOrEqual(3)
    expect(heard.length + refused.length).toBe(200)
    await served(server)
    expect(server.said).toHaveLength(1)
  })

  it('by sending garbage', async () => {
    const server = await start()
    const garbage = Buffer.from(Array.from({ length: 99_999 }, (_, index) => (index * 7919) % 256))
    const broken = silentWav(1)
    broken.writeUInt16LE(99, 20)
    const [noise, wav] = [await server.client(), await server.client()]
    await Promise.all([noise.finish(garbage), wav.finish(broken)])
    await served(server)
    expect(server.said.slice(1)).toEqual([
      expect.stringMatching(/warning: client [^ ]+: a WAV of this kind cannot be read/),
    ])
  })
})

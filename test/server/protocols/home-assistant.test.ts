import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { pcmOf, type RunningServer, startServer } from '../../helpers/server.js'
import { freePort } from '../../helpers/stores.js'
import { waitUntil } from '../../helpers/waiting.js'
import { wordErrors } from '../../helpers/word-errors.js'

/** A Python that may have Home Assistant, whose packages are older than those of the other clients. */
const PYTHON = process.env.PYTHON_WITH_HOME_ASSISTANT ?? 'python3'
const PARTS = 'import homeassistant.components.wyoming.config_flow, homeassistant.components.assist_pipeline.pipeline'
const hasHomeAssistant = spawnSync(PYTHON, ['-c', PARTS]).status === 0
const AUDIO = 'format=wav; codec=pcm; sample_rate=16000; bit_rate=16; channel=1; language=en'
const PIECE_BYTES = 3200

/** What is asserted of answers of Home Assistant. */
type Answer = Readonly<Record<string, unknown>>

/** Home Assistant in a folder of its own, without the parts that look for devices, and a user who has a token. */
class HomeAssistant {
  readonly #url: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'asr-stream-test-'))
  readonly #child
  readonly #ended: Promise<unknown>
  #log = ''
  #token = ''

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`
    const http = `http:\n  server_host: 127.0.0.1\n  server_port: ${port}\n`
    writeFileSync(join(this.#folder, 'configuration.yaml'), `${http}api:\nconfig:\nstt:\nassist_pipeline:\n`)
    this.#child = spawn(PYTHON, ['-m', 'homeassistant', '--config', this.#folder, '--skip-pip'])
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on('data', (text) => (this.#log += text))
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve))
  }

  /** Waits until it answers, and makes the first user. */
  async start(): Promise<void> {
    const isUp = () => fetch(`${this.#url}/api/onboarding`).then(({ ok }) => ok)
    // The first start compiles all of it, which on a busy machine takes longer than anything else that tests wait for.
    while (!(await isUp().catch(() => false))) {
      if (this.#child.exitCode !== null) throw new Error(`Home Assistant does not start: ${this.#log}`)
      await sleep(100)
    }
    const client = `${this.#url}/`
    const user = { client_id: client, name: 'Ada', username: 'ada', password: 'secret', language: 'en' }
    const { auth_code: code } = await this.post('/api/onboarding/users', user)
    const form = new URLSearchParams({ grant_type: 'authorization_code', client_id: client, code: String(code) })
    const answer = await fetch(`${this.#url}/auth/token`, { method: 'POST', body: form })
    this.#token = ((await answer.json()) as { access_token: string }).access_token
  }

  async post(path: string, body: object): Promise<Answer> {
    return this.#answered(path, JSON.stringify(body), { 'content-type': 'application/json' })
  }

  /** Sends audio to an entity for speech-to-text, as it would come from a microphone. */
  async hear(entity: string, pcm: Uint8Array): Promise<Answer> {
    return this.#answered(`/api/stt/${entity}`, pcm, { 'x-speech-content': AUDIO })
  }

  /**
   * Runs the part of a voice assistant that hears: commands, then audio, over one WebSocket. Home Assistant would end it
   * at the first pause.
   */
  async assist(entity: string, pcm: Uint8Array): Promise<string> {
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/api/websocket`)
    const messages: { id?: number; type: string; result?: Answer; event?: { type: string; data: Answer } }[] = []
    socket.on('message', (data) => messages.push(JSON.parse(String(data))))
    const seen = async (test: (message: (typeof messages)[number]) => boolean) => {
      await waitUntil(() => messages.some(test), `Home Assistant does not say it: ${JSON.stringify(messages)}`)
      return messages.find(test)
    }
    const eventOf = async (type: string) => (await seen(({ event }) => event?.type === type))?.event?.data ?? {}
    try {
      await seen(({ type }) => type === 'auth_required')
      socket.send(JSON.stringify({ type: 'auth', access_token: this.#token }))
      await seen(({ type }) => type === 'auth_ok')
      const language = { language: 'en', conversation_language: 'en', stt_language: 'en' }
      const none = { tts_engine: null, tts_language: null, tts_voice: null, wake_word_entity: null, wake_word_id: null }
      const made = { name: 'own', conversation_engine: 'homeassistant', stt_engine: entity, ...language, ...none }
      socket.send(JSON.stringify({ id: 1, type: 'assist_pipeline/pipeline/create', ...made }))
      const pipeline = (await seen(({ id }) => id === 1))?.result?.id
      const stages = { start_stage: 'stt', end_stage: 'stt', input: { sample_rate: 16_000, no_vad: true } }
      socket.send(JSON.stringify({ id: 2, type: 'assist_pipeline/run', pipeline, ...stages }))
      const { stt_binary_handler_id: handler } = (await eventOf('run-start')).runner_data as Answer
      await eventOf('stt-start')
      const sent = (bytes: Uint8Array) => socket.send(Buffer.concat([Buffer.of(Number(handler)), bytes]))
      for (let from = 0; from < pcm.length; from += PIECE_BYTES) sent(pcm.subarray(from, from + PIECE_BYTES))
      sent(new Uint8Array())
      return String(((await eventOf('stt-end')).stt_output as Answer).text)
    } finally {
      socket.close()
    }
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#ended
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #answered(path: string, body: string | Uint8Array, headers: Record<string, string>): Promise<Answer> {
    const authorization = this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }
    const init = { method: 'POST', headers: { ...headers, ...authorization }, body: Buffer.from(body) }
    const answer = await fetch(`${this.#url}${path}`, init)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()} ${this.#log}`)
    return (await answer.json()) as Answer
  }
}

describe.skipIf(!hasHomeAssistant)('Home Assistant with the integration "Wyoming Protocol"', () => {
  let server: RunningServer
  let home: HomeAssistant
  beforeAll(async () => {
    server = await startServer('--wyoming-port', '0')
    home = new HomeAssistant(await freePort())
    await home.start()
  })
  afterAll(async () => {
    await home?.stop()
    await server?.stop()
  })

  it('is set up by the address, and hears what is said', async () => {
    const flow = '/api/config/config_entries/flow'
    const { flow_id: id } = await home.post(flow, { handler: 'wyoming' })
    const address = { host: '127.0.0.1', port: server.ports.wyoming }
    const made = await home.post(`${flow}/${id}`, address)
    expect(made).toMatchObject({ type: 'create_entry', title: 'asr-stream', result: { state: 'loaded' } })
    const { result, text } = await home.hear('stt.asr_stream', pcmOf('jfk'))
    expect(result).toBe('success')
    expect(wordErrors('jfk', String(text)), String(text)).toBeLessThan(3)
    const assisted = await home.assist('stt.asr_stream', pcmOf('jfk'))
    expect(wordErrors('jfk', assisted), assisted).toBeLessThan(3)
  })
})

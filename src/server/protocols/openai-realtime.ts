import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { RequestFault, toldFailure } from '../http/failures.js'
import type { ServerKit } from '../http/kit.js'
import { type ClientMessage, jsonObject, SocketClient } from '../http/socket-client.js'
import type { LiveSession } from '../session-pool/live-session.js'
import {
  detectsTurns,
  REALTIME_DEFAULTS,
  realtimeForm,
  realtimeSessionSchema,
  realtimeSettings,
  toldSession,
  updatedWishes,
} from './realtime-session.js'
import { checkedBy } from './stream-wishes.js'

/** Events of the client that do something here; others are answered by an error, as OpenAI does. */
export const realtimeEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.update'), session: realtimeSessionSchema }),
  z.object({ type: z.literal('transcription_session.update'), session: realtimeSessionSchema }),
  z.object({ type: z.literal('input_audio_buffer.append'), audio: z.string() }),
  z.object({ type: z.literal('input_audio_buffer.commit') }),
  z.object({ type: z.literal('input_audio_buffer.clear') }),
])

/** OpenAI's Realtime interface, for transcription: `/v1/realtime?intent=transcription`. */
export function openAiRealtime(app: FastifyInstance, { pool, log }: ServerKit): void {
  app.get('/v1/realtime', { websocket: true }, (socket, request) => {
    const client = new SocketClient(socket, log)
    const send = (event: Readonly<Record<string, unknown>>) => client.send({ event_id: newId('event'), ...event })
    const fail = (error: unknown) =>
      client.fail(error, (message, code) => ({
        type: 'error',
        event_id: newId('event'),
        error: { type: 'server_error', code, message, param: null, event_id: null },
      }))
    /** What is wrong with one event ends nothing. */
    const complain = (error: unknown) => {
      const { status, message, code, field } = toldFailure(error, log)
      if (status >= 500) return fail(error)
      const told = { type: 'invalid_request_error', code, message, param: field, event_id: null }
      send({ type: 'error', error: told })
    }
    let wishes = REALTIME_DEFAULTS
    let session: LiveSession
    try {
      const asked = { settings: realtimeSettings(wishes), form: realtimeForm(wishes) }
      session = pool.open({ name: 'realtime', address: request.ip, ...asked })
    } catch (error) {
      return fail(error)
    }
    const id = newId('sess')
    const items = new RealtimeItems(send)
    send({ type: 'session.created', session: toldSession(id, wishes) })
    const take = (message: ClientMessage) => {
      if ('bytes' in message) throw new RequestFault('audio comes in events, as base64', 'type')
      const event = checkedBy(realtimeEventSchema, jsonObject(message.text))
      switch (event.type) {
        case 'input_audio_buffer.append':
          return client.feed(session, Buffer.from(event.audio, 'base64'))
        case 'input_audio_buffer.commit':
          items.commit()
          return session.commit()
        case 'input_audio_buffer.clear':
          session.discard()
          items.clear()
          return send({ type: 'input_audio_buffer.cleared' })
        default:
          wishes = updatedWishes(wishes, event.session)
          session.configure(realtimeSettings(wishes), realtimeForm(wishes))
          return send({ type: `${event.type}d`, session: toldSession(id, wishes) })
      }
    }
    client.receive(take, complain)
    client.gone.addEventListener('abort', () => session.cancel(), { once: true })
    const tell = async () => {
      for await (const event of session.events()) {
        if (event.type === 'text-final') items.add(event.segment.text, session.separator, event.segment.begin)
        else if (event.type === 'utterance-end' && detectsTurns(wishes)) items.end(event.at)
        else if (event.type === 'turn-end') items.complete()
      }
      client.close()
    }
    tell().catch(fail)
  })
}

type SendEvent = (event: Readonly<Record<string, unknown>>) => void

/** The items of a conversation: one for each turn, whose text only grows. */
class RealtimeItems {
  readonly #send: SendEvent
  /** Committed by the client, and still being recognized; the last one is the one that is being said. */
  readonly #open = [newId('item')]
  #previous: string | null = null
  #text = ''

  constructor(send: SendEvent) {
    this.#send = send
  }

  get #current(): string {
    return this.#open[0] ?? ''
  }

  add(text: string, separator: string, beginSec: number): void {
    const delta = this.#text === '' ? text.trimStart() : separator + text
    if (this.#text === '' && this.#open.length === 1) {
      const audio_start_ms = Math.round(1000 * beginSec)
      this.#send({ type: 'input_audio_buffer.speech_started', audio_start_ms, item_id: this.#current })
    }
    this.#text += delta
    this.#send({ ...this.#about('delta'), delta })
  }

  /** The server has heard the end of a turn. */
  end(atSec: number): void {
    if (this.#text === '' || this.#open.length > 1) return
    const audio_end_ms = Math.round(1000 * atSec)
    this.#send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms, item_id: this.#current })
    this.commit()
    this.complete()
  }

  /** The client says that a turn is over. */
  commit(): void {
    const item_id = this.#open.at(-1) ?? ''
    this.#send({ type: 'input_audio_buffer.committed', item_id, previous_item_id: this.#previous })
    const content = [{ type: 'input_audio', transcript: null }]
    const item = { id: item_id, type: 'message', object: 'realtime.item', role: 'user', status: 'completed', content }
    this.#send({ type: 'conversation.item.added', previous_item_id: this.#previous, item })
    this.#previous = item_id
    this.#open.push(newId('item'))
  }

  /** All text of the oldest turn has come. */
  complete(): void {
    if (this.#open.length < 2) return
    const usage = { type: 'duration', seconds: 0 }
    this.#send({ ...this.#about('completed'), transcript: this.#text.trim(), usage })
    this.#open.shift()
    this.#text = ''
  }

  /** What is being said is forgotten. */
  clear(): void {
    if (this.#open.length === 1) this.#text = ''
  }

  #about(what: 'delta' | 'completed') {
    const type = `conversation.item.input_audio_transcription.${what}`
    return { type, item_id: this.#current, content_index: 0, logprobs: null }
  }
}

function newId(kind: string): string {
  return `${kind}_${randomUUID().replaceAll('-', '').slice(0, 21)}`
}

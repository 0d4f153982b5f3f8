import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { RequestFault, toldFailure } from '../http/failures.js'
import type { ServerKit } from '../http/kit.js'
import { type ClientMessage, SocketClient } from '../http/socket-client.js'
import type { LiveSession } from '../session-pool/live-session.js'
import { newId, RealtimeItems } from './realtime-items.js'
import {
  detectsTurns,
  REALTIME_DEFAULTS,
  realtimeForm,
  realtimeSessionSchema,
  realtimeSettings,
  toldSession,
  updatedWishes,
} from './realtime-session.js'
import { messageBy, shownText } from './text-messages.js'

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
    const client = new SocketClient(socket, request.raw.socket, log)
    const send = (event: Readonly<Record<string, unknown>>) => client.send({ event_id: newId('event'), ...event })
    const fail = (error: unknown) =>
      client.fail(error, (message, code) => ({
        type: 'error',
        event_id: newId('event'),
        error: { type: 'server_error', code, message, param: null, event_id: null },
      }))
    /** What is wrong with one event ends nothing. */
    const complain = (error: unknown) => {
      const { status, message, code, field } = toldFailure(error, log, client.failed)
      if (status >= 500) return fail(error)
      const told = { type: 'invalid_request_error', code, message, param: field, event_id: null }
      send({ type: 'error', error: told })
    }
    let wishes = REALTIME_DEFAULTS
    let session: LiveSession
    try {
      const asked = { settings: realtimeSettings(wishes), form: realtimeForm(wishes) }
      session = client.has(pool.open({ name: 'realtime', address: request.ip, ...asked }))
    } catch (error) {
      return fail(error)
    }
    const id = newId('sess')
    const items = new RealtimeItems(send)
    send({ type: 'session.created', session: toldSession(id, wishes) })
    const take = (message: ClientMessage) => {
      if ('bytes' in message) throw new RequestFault('audio comes in events, as base64', 'type')
      const event = messageBy(realtimeEventSchema, message.text)
      switch (event.type) {
        case 'input_audio_buffer.append':
          return void session.write(bytesOfBase64(event.audio))
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
    client.receive((message) => {
      take(message)
      client.heed(session)
    }, complain)
    client.gone.addEventListener('abort', () => session.cancel(), { once: true })
    const tell = async () => {
      for await (const event of session.events()) {
        if (event.type === 'text-final') items.add(event.segment.text, session.separator, event.segment.begin)
        else if (event.type === 'utterance-end' && detectsTurns(wishes)) items.end(event.at)
        else if (event.type === 'turn-end') items.complete(event.at)
      }
      session.throwIfCutOff()
      client.close()
    }
    tell().catch(fail)
  })
}

/** @throws RequestFault for what is no base64, of which Node decodes what it can */
function bytesOfBase64(audio: string): Buffer {
  const bytes = Buffer.from(audio, 'base64')
  const digits = audio.replace(/[=\s]/g, '').length
  if (/[^\w+/=\s-]/.test(audio) || bytes.length !== Math.floor((3 * digits) / 4) || digits % 4 === 1) {
    throw new RequestFault(`audio is no base64, and nothing of it is heard: ${shownText(audio)}`, 'audio')
  }
  return bytes
}

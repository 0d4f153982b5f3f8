import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { z } from 'zod'
import type { Word } from '../../core/types.js'
import { RequestFault } from '../http/failures.js'
import type { ServerKit } from '../http/kit.js'
import { type ClientMessage, SocketClient } from '../http/socket-client.js'
import type { LiveSession } from '../session-pool/live-session.js'
import type { SessionEvent } from '../session-pool/session-events.js'
import { joined, rounded } from './spoken-segments.js'
import { checkedBy } from './stream-wishes.js'
import { jsonMessage, shownText } from './text-messages.js'

const configSchema = z.object({
  config: z.object({ sample_rate: z.number().min(1000).max(384_000).optional() }),
})
const endSchema = z.object({ eof: z.union([z.number(), z.boolean()], { error: 'expected a number or a boolean' }) })
/** Messages of the client besides audio; more of `config` is taken and has no effect. */
export const voskMessageSchema = z.union([configSchema, endSchema])

const KNOWN = '{"config": {"sample_rate": 16000}} nor {"eof": 1}'
const EIGHT_KHZ = 8000

/**
 * The WebSocket of vosk-server: each piece of audio is answered, by the text so far or by an utterance that is final.
 * Its clients connect to the root; `page` answers who only asks for it.
 */
export function vosk(app: FastifyInstance, kit: ServerKit, page: RouteHandlerMethod): void {
  const wsHandler = (socket: ConstructorParameters<typeof SocketClient>[0], request: FastifyRequest) =>
    serveVosk(new SocketClient(socket, request.raw.socket, kit.log), request.ip, kit)
  app.route({ method: 'GET', url: '/', handler: page, wsHandler })
  const handler = async (_request: FastifyRequest, reply: FastifyReply) => reply.code(426).send('WebSocket is needed')
  app.route({ method: 'GET', url: '/vosk', handler, wsHandler })
}

function serveVosk(client: SocketClient, address: string, { pool }: ServerKit): void {
  const fail = (error: unknown) => client.fail(error, (message) => ({ error: message }))
  let session: LiveSession
  try {
    session = client.has(pool.open({ name: 'vosk', address, form: formOf(2 * EIGHT_KHZ), settings: { vac: true } }))
  } catch (error) {
    fail(error)
    return
  }
  const said = new VoskText(session.separator)
  const take = (message: ClientMessage) => {
    if ('bytes' in message) {
      client.feed(session, message.bytes)
      return client.send(said.answer())
    }
    const sent = jsonMessage(message.text)
    if ('eof' in sent) {
      checkedBy(endSchema, sent)
      return session.end()
    }
    if (!('config' in sent)) throw new RequestFault(`a message is neither ${KNOWN}: ${shownText(message.text)}`)
    const { sample_rate: rate } = checkedBy(configSchema, sent).config
    if (rate) session.configure({ vac: true }, formOf(Math.round(rate)))
    client.heed(session)
  }
  client.receive(take, fail)
  client.gone.addEventListener('abort', () => session.cancel(), { once: true })
  const listen = async () => {
    for await (const event of session.events()) said.take(event)
    client.send(said.rest())
    session.throwIfCutOff()
    client.close()
  }
  listen().catch(fail)
}

function formOf(rate: number) {
  return { encoding: 's16le', rate, channels: 1, isSurelyRaw: true } as const
}

/** The text of utterances, as vosk tells it. */
class VoskText {
  readonly #separator: string
  readonly #finished: (readonly Word[])[] = []
  #words: readonly Word[] = []
  #partial: readonly Word[] = []

  constructor(separator: string) {
    this.#separator = separator
  }

  take(event: SessionEvent): void {
    if (event.type === 'text-final') this.#words = [...this.#words, ...event.segment.words]
    else if (event.type === 'text-partial') this.#partial = event.segment?.words ?? []
    else if (event.type === 'utterance-end' && this.#words.length > 0) {
      this.#finished.push(this.#words)
      this.#words = []
      this.#partial = []
    }
  }

  /** The oldest utterance that has not been told, or what is being said. */
  answer(): object {
    const finished = this.#finished.shift()
    return finished ? this.#result(finished) : { partial: this.#textOf([...this.#words, ...this.#partial]) }
  }

  /** All that has not been told. */
  rest(): object {
    return this.#result([...this.#finished.splice(0).flat(), ...this.#words])
  }

  #result(words: readonly Word[]): object {
    const result = words.map(({ text, begin, end, probability = 1 }) => {
      return { conf: rounded(probability), start: rounded(begin), end: rounded(end), word: text.trim() }
    })
    return { ...(result.length > 0 && { result }), text: this.#textOf(words) }
  }

  #textOf(words: readonly Word[]): string {
    return joined(words, this.#separator).trim()
  }
}

import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { answerFailure } from '../http/app.js'
import { RequestFault, type ToldFailure, toldFailure } from '../http/failures.js'
import { goneSignal } from '../http/gone.js'
import type { ServerKit } from '../http/kit.js'
import { type ClientMessage, jsonObject, SocketClient } from '../http/socket-client.js'
import { withBody } from '../http/uploads.js'
import type { LiveSession } from '../session-pool/live-session.js'
import type { SessionEvent } from '../session-pool/session-events.js'
import { type AudioForm, USUAL_FORM } from '../session-pool/session-part.js'
import { type DeepgramFacts, deepgramFile, deepgramMetadata, deepgramResults } from './deepgram-results.js'
import { hear } from './recording.js'
import { spokenSegments } from './spoken-segments.js'
import { checkedBy } from './stream-wishes.js'

const ENCODINGS = { linear16: 's16le', linear32: 's32le', mulaw: 'mulaw', alaw: 'alaw' } as const
const flag = z.enum(['true', 'false']).optional()

/** Parameters that do something here; all others are taken and have no effect. */
export const deepgramQuerySchema = z.object({
  model: z.string().default('general'),
  language: z.string().optional(),
  encoding: z
    .enum(['linear16', 'linear32', 'mulaw', 'alaw'])
    .optional()
    .describe('absent: a file of any kind that is read'),
  sample_rate: z.coerce.number().int().min(1000).max(384_000).default(16_000),
  channels: z.coerce.number().int().min(1).max(8).default(1),
  interim_results: flag,
  endpointing: z.union([flag, z.coerce.number().min(10).max(10_000)]).optional(),
  utterance_end_ms: z.coerce.number().min(0).optional(),
  vad_events: flag,
  utterances: flag,
})
type Query = z.infer<typeof deepgramQuerySchema>

/** Deepgram's `/v1/listen`: live over WebSocket, recordings by POST. */
export function deepgram(app: FastifyInstance, kit: ServerKit): void {
  const { pool, models, log, version } = kit
  const factsOf = ({ model }: Query): DeepgramFacts => {
    return { requestId: randomUUID(), model, version, separator: models.current?.separator ?? '' }
  }
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    scope.setErrorHandler((error, _request, reply) => answerFailure(reply, toldFailure(error, log), asDeepgram))
    scope.post('/v1/listen', async (request, reply) => {
      const query = checkedBy(deepgramQuerySchema, single(request.query))
      if (request.headers['content-type']?.startsWith('application/json')) {
        throw new RequestFault('audio behind a URL is not fetched: send the audio itself', 'url')
      }
      return withBody(request, kit.uploads, async (bytes) => {
        const settings = languageOf(query)
        const recording = { name: 'the recording', bytes, address: request.ip, form: formOf(query), settings }
        const { pieces, durationSec } = await hear(pool, recording, goneSignal(request, reply))
        const facts = factsOf(query)
        const segments = spokenSegments(pieces, facts.separator)
        return deepgramFile(facts, bytes, durationSec, segments, query.utterances === 'true')
      })
    })
    scope.get('/v1/listen', { websocket: true }, (socket, request) => {
      const client = new SocketClient(socket, log)
      const fail = (error: unknown) => client.fail(error, (description) => ({ type: 'Error', description }))
      let session: LiveSession
      let query: Query
      try {
        query = checkedBy(deepgramQuerySchema, single(request.query))
        const { endpointing } = query
        const silence = typeof endpointing === 'number' ? { vadMinSilenceMs: endpointing } : {}
        const settings = { ...languageOf(query), vac: endpointing !== 'false', ...silence }
        session = pool.open({ name: 'deepgram', address: request.ip, form: formOf(query), settings })
      } catch (error) {
        return fail(error)
      }
      const take = (message: ClientMessage) => {
        // Older clients say with an empty message that nothing more comes.
        if ('bytes' in message) return message.bytes.length === 0 ? session.end() : client.feed(session, message.bytes)
        const type = jsonObject(message.text)?.type
        if (type === 'Finalize') session.commit()
        else if (type === 'CloseStream') session.end()
        else if (type === 'KeepAlive') session.alive()
        else throw new RequestFault('messages are KeepAlive, Finalize and CloseStream', 'type')
      }
      client.receive(take, fail)
      client.gone.addEventListener('abort', () => session.cancel(), { once: true })
      const told = new DeepgramTeller(client, factsOf(query), query)
      const tell = async () => {
        for await (const event of session.events()) told.tell(event)
        told.end(session.heardSec)
        client.close()
      }
      tell().catch(fail)
    })
  })
}

/** Makes Deepgram's messages of events. */
class DeepgramTeller {
  readonly #client: SocketClient
  readonly #facts: DeepgramFacts
  readonly #query: Query
  /** Up to where text is final. */
  #until = 0
  #takenSec = 0
  #isSpeaking = false

  constructor(client: SocketClient, facts: DeepgramFacts, query: Query) {
    this.#client = client
    this.#facts = facts
    this.#query = query
  }

  tell(event: SessionEvent): void {
    switch (event.type) {
      case 'progress':
        this.#takenSec = event.takenSec
        return
      case 'text-partial':
        if (this.#query.interim_results !== 'true' || event.segment === null) return
        this.#results(event.segment.words, Math.max(event.segment.end, this.#takenSec), { isFinal: false })
        return
      case 'text-final':
        if (!this.#isSpeaking && this.#query.vad_events === 'true') {
          this.#client.send({ type: 'SpeechStarted', channel: [0], timestamp: event.segment.begin })
        }
        this.#isSpeaking = true
        this.#results(event.segment.words, event.segment.end, { isFinal: true })
        return
      case 'utterance-end':
        if (!this.#isSpeaking) return
        this.#isSpeaking = false
        this.#results([], event.at, { isFinal: true, endsSpeech: true })
        if (this.#query.utterance_end_ms === undefined) return
        this.#client.send({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: event.at })
        return
      case 'turn-end':
        this.#results([], event.at, { isFinal: true, isAsked: true })
        return
      default:
    }
  }

  end(durationSec: number): void {
    this.#client.send(deepgramMetadata(this.#facts, durationSec))
  }

  #results(
    words: Parameters<typeof deepgramResults>[1],
    endSec: number,
    { isFinal, endsSpeech = false, isAsked = false }: { isFinal: boolean; endsSpeech?: boolean; isAsked?: boolean },
  ): void {
    const end = Math.max(endSec, this.#until)
    this.#client.send(deepgramResults(this.#facts, words, this.#until, end, { isFinal, endsSpeech, isAsked }))
    if (isFinal) this.#until = end
  }
}

function formOf({ encoding, sample_rate: rate, channels }: Query): AudioForm {
  if (encoding === undefined) return USUAL_FORM
  return { encoding: ENCODINGS[encoding], rate, channels, isSurelyRaw: true }
}

/** Deepgram's "multi" is detection. */
function languageOf({ language }: Query) {
  if (language === undefined) return {}
  return { lan: language === 'multi' ? 'auto' : language }
}

/** The last of values that are given more than once. */
function single(query: unknown): object {
  const entries = Object.entries(query as Readonly<Record<string, unknown>>)
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]))
}

function asDeepgram({ message, code }: ToldFailure): object {
  return { err_code: code, err_msg: message, request_id: randomUUID() }
}

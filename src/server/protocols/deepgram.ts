import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { answerFailure } from '../http/app.js'
import { clientOfReply, RequestFault, type ToldFailure, toldFailure } from '../http/failures.js'
import { goneSignal } from '../http/gone.js'
import { sha256InPieces } from '../http/in-pieces.js'
import type { ServerKit } from '../http/kit.js'
import { type ClientMessage, jsonObject, SocketClient } from '../http/socket-client.js'
import { withBody } from '../http/uploads.js'
import type { LiveSession } from '../session-pool/live-session.js'
import type { SessionEvent } from '../session-pool/session-events.js'
import { USUAL_FORM } from '../session-pool/session-part.js'
import { type DeepgramQuery, deepgramForm, deepgramLanguage, deepgramQuery } from './deepgram-query.js'
import { type DeepgramFacts, deepgramFile, deepgramMetadata, deepgramResults } from './deepgram-results.js'
import { hear } from './recording.js'
import { spokenSegments } from './spoken-segments.js'

/** Deepgram's `/v1/listen`: live over WebSocket, recordings by POST. */
export function deepgram(app: FastifyInstance, kit: ServerKit): void {
  const { pool, models, log, version } = kit
  const factsOf = ({ model }: DeepgramQuery): DeepgramFacts => {
    return { requestId: randomUUID(), model, version, separator: models.current?.separator ?? '' }
  }
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    scope.setErrorHandler((error, _request, reply) =>
      answerFailure(reply, toldFailure(error, log, clientOfReply(reply)), asDeepgram),
    )
    scope.post('/v1/listen', async (request, reply) => {
      const query = deepgramQuery(request.query)
      if (request.headers['content-type']?.startsWith('application/json')) {
        throw new RequestFault('audio behind a URL is not fetched: send the audio itself', 'url')
      }
      return withBody(request, kit.uploads, async (bytes) => {
        const settings = deepgramLanguage(query)
        const recording = { name: 'the recording', bytes, address: request.ip, form: deepgramForm(query), settings }
        const { pieces, durationSec } = await hear(pool, recording, goneSignal(request, reply))
        const facts = factsOf(query)
        const segments = spokenSegments(pieces, facts.separator)
        return deepgramFile(facts, await sha256InPieces(bytes), durationSec, segments, query.utterances === 'true')
      })
    })
    scope.get('/v1/listen', { websocket: true }, (socket, request) => {
      const client = new SocketClient(socket, request.raw.socket, log)
      const fail = (error: unknown) => client.fail(error, (description) => ({ type: 'Error', description }))
      let session: LiveSession
      let query: DeepgramQuery
      try {
        query = deepgramQuery(request.query)
        const { endpointing } = query
        const silence = typeof endpointing === 'number' ? { vadMinSilenceMs: endpointing } : {}
        const settings = { ...deepgramLanguage(query), vac: endpointing !== 'false', ...silence }
        const form = deepgramForm(query) ?? USUAL_FORM
        session = client.has(pool.open({ name: 'deepgram', address: request.ip, form, settings }))
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
        client.heed(session)
      }
      client.receive(take, fail)
      client.gone.addEventListener('abort', () => session.cancel(), { once: true })
      const told = new DeepgramTeller(client, factsOf(query), query)
      const tell = async () => {
        for await (const event of session.events()) told.tell(event)
        session.throwIfCutOff()
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
  readonly #query: DeepgramQuery
  /** Up to where text is final. */
  #until = 0
  #takenSec = 0
  #isSpeaking = false

  constructor(client: SocketClient, facts: DeepgramFacts, query: DeepgramQuery) {
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

function asDeepgram({ message, code }: ToldFailure): object {
  return { err_code: code, err_msg: message, request_id: randomUUID() }
}

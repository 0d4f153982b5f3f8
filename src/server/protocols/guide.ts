import type { FastifyInstance, FastifyReply } from 'fastify'
import { ASR_CONFIG_KEYS } from '../../config/config.js'
import { findKey } from '../../config/option-table.js'
import { ModelError, messageOf } from '../../core/errors.js'
import { answerFailure } from '../http/app.js'
import { clientOfReply, RequestFault, type ToldFailure, toldFailure } from '../http/failures.js'
import { EventStream, goneSignal } from '../http/gone.js'
import type { ServerKit } from '../http/kit.js'
import { jsonObject } from '../http/socket-client.js'
import { type UploadedForm, withForm } from '../http/uploads.js'
import { errorRates, MAX_COMPARED_CHARACTERS } from './error-rates.js'
import { GuideSessions } from './guide-sessions.js'
import { hear } from './recording.js'
import { joined, rounded } from './spoken-segments.js'

const CALLED_OTHERWISE = ['text/plain', 'application/x-www-form-urlencoded']

/** The interface of the Python program that this one follows, over HTTP. */
export function guide(app: FastifyInstance, kit: ServerKit): void {
  const { pool, models, log, uploads } = kit
  const sessions = new GuideSessions()
  app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) =>
      answerFailure(reply, toldFailure(error, log, clientOfReply(reply)), asStatus),
    )
    // JSON is JSON, whatever a client calls it; `curl -d` calls it a form.
    scope.removeContentTypeParser('text/plain')
    scope.addContentTypeParser(CALLED_OTHERWISE, { parseAs: 'string' }, (_request, text, done) => {
      const body = text === '' ? {} : jsonObject(String(text))
      done(body ? null : new RequestFault('the body is no JSON', null, 422), body)
    })
    scope.post('/load_model', async ({ body, headers }) => {
      pool.refuseWhenStopping()
      if (!body && (headers['content-length'] ?? '0') !== '0') throw new RequestFault('the body is no JSON', null, 415)
      const settings = checkedSettings(body ?? {}, kit.mayLoad)
      const isNew = await models.load(settings).catch((error: unknown) => {
        if (!(error instanceof ModelError)) throw error
        log.warn(`a model that a client asked for: ${messageOf(error)}`)
        throw new RequestFault('the model cannot be loaded; the log of the server says why', 'model', 422)
      })
      const { backend, model } = models.current?.config ?? { backend: 'none', model: 'none' }
      return { status: 'success', message: `${backend} ${model} is loaded${isNew ? '' : ' already'}` }
    })
    scope.post('/upload_and_transcribe', (request, reply) => {
      const id = sessions.idOf(request, reply)
      const signal = goneSignal(request, reply)
      return withForm(request, uploads, async (form) => {
        const recording = { ...fileOf(form), address: request.ip, settings: {} }
        await streamed(reply, kit, async (send) => {
          const separator = models.current?.separator ?? ''
          const { pieces, durationSec } = await hear(pool, recording, signal, async (piece) => {
            sessions.add(id, piece)
            await send({ type: 'final', begin: rounded(piece.begin), end: rounded(piece.end), text: piece.text })
          })
          await send({ type: 'end', text: joined(pieces, separator).trim(), duration: rounded(durationSec) })
        })
      })
    })
    scope.post('/evaluate_model', (request, reply) => {
      const signal = goneSignal(request, reply)
      return withForm(request, uploads, async (form) => {
        const reference = form.fields.get('reference')?.at(-1)?.trim() ?? ''
        if (reference === '') throw new RequestFault('the form has no reference, the text that is right', 'reference')
        if (reference.length > MAX_COMPARED_CHARACTERS) {
          throw new RequestFault(`the reference is longer than ${MAX_COMPARED_CHARACTERS} characters`, 'reference', 413)
        }
        const { pieces, durationSec } = await hear(pool, { ...fileOf(form), address: request.ip, settings: {} }, signal)
        const hypothesis = joined(pieces, models.current?.separator ?? '').trim()
        const { wer, cer, ...counts } = errorRates(reference, hypothesis.slice(0, 2 * MAX_COMPARED_CHARACTERS))
        return {
          status: 'success',
          wer: rounded(wer),
          cer: rounded(cer),
          ...counts,
          reference,
          hypothesis,
          duration: rounded(durationSec),
        }
      })
    })
    scope.post('/reset_handler', async (request, reply) => {
      sessions.reset(sessions.idOf(request, reply))
      return { status: 'success', message: 'the transcript is empty' }
    })
    scope.get('/transcript', async (request, reply) => {
      const pieces = sessions.transcript(sessions.idOf(request, reply))
      const segments = pieces.map(({ begin, end, text }) => ({ begin: rounded(begin), end: rounded(end), text }))
      return { transcript: joined(pieces, models.current?.separator ?? '').trim(), segments }
    })
  })
}

/** Settings that clients may give: what reads files or calls others is the operator's to set. */
function checkedSettings(body: unknown, mayLoad: ServerKit['mayLoad']): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new RequestFault('the body is no object of settings', null, 422)
  }
  const refuse = (key: string, why: string): never => {
    throw new RequestFault(`${key} ${why}`, key, 422)
  }
  for (const [written, value] of Object.entries(body)) {
    const key = findKey(written, ASR_CONFIG_KEYS)
    if (key === undefined) refuse(written, 'is no setting that clients may give')
    if (key === 'plugins' || key === 'modelCacheDir' || key === 'workers')
      refuse(written, 'is set where the server is started')
    if (key === 'model' && !/^(?!.*\.\.)[\w.-]+(\/[\w.-]+)?$/.test(String(value)))
      refuse(written, 'is no name of a model')
    if (key === 'modelDir' && value !== null && !(typeof value === 'string' && mayLoad(value))) {
      refuse(written, 'is not in a folder that the server allows (--allow-model-dir)')
    }
  }
  return body as Readonly<Record<string, unknown>>
}

function fileOf({ file }: UploadedForm) {
  if (!file) throw new RequestFault('the form has no file', 'file')
  return { name: 'the file', bytes: file.bytes }
}

/** Answers with events. What fails is the last of them, or the answer where nothing was sent. */
async function streamed(
  reply: FastifyReply,
  { log }: ServerKit,
  work: (send: (event: object) => Promise<void>) => Promise<void>,
): Promise<void> {
  let events: EventStream | null = null
  try {
    await work(async (event) => {
      events ??= new EventStream(reply)
      await events.send(event)
    })
  } catch (error) {
    if (!events) throw error
    await (events as EventStream).send({ type: 'error', ...asStatus(toldFailure(error, log, clientOfReply(reply))) })
  }
  ;(events as EventStream | null)?.end()
}

function asStatus({ message, field, code, details }: ToldFailure): object {
  return { status: 'error', message, code, ...(field !== null && { field }), ...details }
}

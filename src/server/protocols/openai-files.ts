import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Segment } from '../../core/types.js'
import { createFormat } from '../../output/formats/registry.js'
import { answerFailure } from '../http/app.js'
import { clientOfReply, RequestFault, type ToldFailure, toldFailure } from '../http/failures.js'
import { EventStream, goneSignal } from '../http/gone.js'
import type { ServerKit } from '../http/kit.js'
import { type UploadedForm, withForm } from '../http/uploads.js'
import { openAiVerbose } from './openai-verbose.js'
import { type Heard, hear, type Recording, spokenLanguage } from './recording.js'
import { joined, spokenSegments } from './spoken-segments.js'
import { checkedBy } from './stream-wishes.js'

type Task = 'transcribe' | 'translate'

/** Fields of the form that change what is answered; all others are taken and have no effect. */
export const openAiFormSchema = z.object({
  model: z.string().default('').describe('any name: the loaded model answers'),
  language: z.string().optional(),
  response_format: z.enum(['json', 'text', 'srt', 'vtt', 'verbose_json', 'diarized_json']).default('json'),
  stream: z.enum(['true', 'false']).default('false'),
  timestamp_granularities: z.array(z.enum(['word', 'segment'])).default(['segment']),
})

/** OpenAI's interface for recordings, and its list of models. */
export function openAiFiles(app: FastifyInstance, kit: ServerKit): void {
  app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => {
      const failure = toldFailure(error, kit.log, clientOfReply(reply))
      // OpenAI's clients know 400 for everything that is wrong with a request.
      return answerFailure(reply, { ...failure, status: failure.status === 422 ? 400 : failure.status }, asOpenAi)
    })
    for (const [path, task] of [
      ['transcriptions', 'transcribe'],
      ['translations', 'translate'],
    ] as const) {
      scope.post(`/v1/audio/${path}`, (request, reply) =>
        withForm(request, kit.uploads, (form) => answer(kit, form, task, request, reply)),
      )
    }
    scope.get('/v1/models', async () => ({ object: 'list', data: [modelOf(kit)] }))
    // Names have slashes in them.
    scope.get('/v1/models/*', async () => modelOf(kit))
  })
}

async function answer(
  kit: ServerKit,
  { file, fields }: UploadedForm,
  task: Task,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  if (!file) throw new RequestFault('the form has no file', 'file')
  const granularities = fields.get('timestamp_granularities')
  const one = (name: string) => fields.get(name)?.at(-1)
  const wishes = checkedBy(openAiFormSchema, {
    model: one('model'),
    language: one('language') || undefined,
    response_format: one('response_format'),
    stream: one('stream')?.toLowerCase(),
    timestamp_granularities: granularities,
  })
  const signal = goneSignal(request, reply)
  const { language, response_format: format } = wishes
  const settings = { task, ...(task === 'transcribe' && language !== undefined && { lan: language }) }
  const recording: Recording = { name: 'the file', bytes: file.bytes, address: request.ip, settings }
  const separator = kit.models.current?.separator ?? ''
  if (wishes.stream === 'true') return streamed(kit, recording, separator, reply, signal)
  const heard = await hear(kit.pool, recording, signal)
  const text = joined(heard.pieces, separator).trim()
  if (format === 'text') return reply.type('text/plain; charset=utf-8').send(`${text}\n`)
  if (format === 'srt' || format === 'vtt') {
    return reply.type('text/plain; charset=utf-8').send(subtitles(format, heard, separator))
  }
  const usage = { type: 'duration', seconds: Math.ceil(heard.durationSec) }
  if (format === 'json') return { text, usage }
  const spoken =
    task === 'translate' ? 'en' : spokenLanguage(language ?? heard.language ?? undefined, kit.models.current)
  const { timestamp_granularities: wanted } = wishes
  const segments = spokenSegments(heard.pieces, separator)
  return { ...openAiVerbose({ task, language: spoken, text, segments, heard, wanted }), usage }
}

/** The subtitles that the program writes of the same text. */
function subtitles(name: 'srt' | 'vtt', { pieces, language }: Heard, separator: string): string {
  const format = createFormat(name, { separator, language })
  const cues = pieces.map((segment) => format.take({ type: 'text-final', segment, emittedAt: segment.end }))
  return format.head + cues.join('') + format.rest()
}

/** Text as it becomes final. What fails after the start of the answer is an event as well. */
async function streamed(
  { pool, log }: ServerKit,
  recording: Recording,
  separator: string,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<void> {
  let events: EventStream | null = null
  let text = ''
  try {
    const heard = await hear(pool, recording, signal, async (piece: Segment) => {
      events ??= new EventStream(reply)
      const delta = text === '' ? piece.text.trimStart() : separator + piece.text
      text += delta
      await events.send({ type: 'transcript.text.delta', delta })
    })
    events ??= new EventStream(reply)
    const usage = { type: 'duration', seconds: Math.ceil(heard.durationSec) }
    await events.send({ type: 'transcript.text.done', text: text.trimEnd(), usage })
    await events.send('[DONE]')
  } catch (error) {
    if (!events) throw error
    await (events as EventStream).send(asOpenAi(toldFailure(error, log, clientOfReply(reply))))
  }
  events.end()
}

function modelOf({ models }: ServerKit): object {
  const id = models.current?.config.model ?? 'none'
  return { id, object: 'model', created: 0, owned_by: 'asr-stream' }
}

/** OpenAI's form of errors. */
export function asOpenAi({ status, message, code, field }: ToldFailure): object {
  return { error: { message, type: typeOf(status), param: field, code } }
}

function typeOf(status: number): string {
  if (status === 401 || status === 403) return 'authentication_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

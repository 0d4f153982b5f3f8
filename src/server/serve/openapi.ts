import { z } from 'zod'
import { configJsonSchema } from '../../config/doors/json-schema.js'
import { deepgramQuerySchema } from '../protocols/deepgram-query.js'
import { openAiFormSchema } from '../protocols/openai-files.js'
import { realtimeEventSchema } from '../protocols/openai-realtime.js'
import { ownMessageSchema } from '../protocols/own-stream.js'
import { voskMessageSchema } from '../protocols/vosk.js'

/** A JSON Schema, or another part of the description. */
type Part = Readonly<Record<string, unknown>>

/** The description of the server for programs (OpenAPI 3.1), made of the schemas that check what clients send. */
export function openApi(version: string): Part {
  const file = { type: 'string', format: 'binary' }
  const transcription = operation('Text of a recording, as OpenAI gives it', {
    ...form({ file, ...propertiesOf(openAiFormSchema) }, ['file']),
  })
  return {
    openapi: '3.1.0',
    info: { title: 'asr-stream', version, description: 'Streaming speech-to-text. docs/serving.md tells more.' },
    security: [{ token: [] }, {}],
    paths: {
      '/v1/audio/transcriptions': { post: transcription },
      '/v1/audio/translations': { post: { ...transcription, summary: 'English text of a recording' } },
      '/v1/models': { get: operation('The loaded model') },
      '/v1/listen': {
        post: {
          ...operation('Text of a recording, as Deepgram gives it', {
            requestBody: { required: true, content: { 'audio/*': { schema: file } } },
          }),
          parameters: parametersOf(deepgramQuerySchema),
        },
        get: { ...operation('Live, over WebSocket, as Deepgram does'), parameters: parametersOf(deepgramQuerySchema) },
      },
      '/v1/stream': { get: socket('Live, over WebSocket: audio in, events out', ownMessageSchema) },
      '/v1/realtime': { get: socket('OpenAI Realtime, for transcription, over WebSocket', realtimeEventSchema) },
      '/vosk': { get: socket('Live, over WebSocket, as vosk-server does', voskMessageSchema) },
      '/load_model': {
        post: operation('Loads a model', {
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Configuration' } } } },
        }),
      },
      '/upload_and_transcribe': {
        post: operation('Text of a recording, by server-sent events', form({ file }, ['file'])),
      },
      '/evaluate_model': {
        post: operation('Error rates', form({ file, reference: { type: 'string' } }, ['file', 'reference'])),
      },
      '/reset_handler': { post: operation('Empties the transcript of a session') },
      '/transcript': { get: operation('The transcript of a session') },
      '/healthz': { get: operation('Whether the server lives') },
      '/readyz': { get: operation('Whether there is room for one more session') },
      '/metrics': { get: operation('Figures for Prometheus') },
    },
    components: {
      schemas: { Configuration: configuration() },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  }
}

/** References within the schema of a configuration lead to its own place. */
function configuration(): Part {
  const { $schema, ...schema } = configJsonSchema()
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/Configuration/$defs/')
  return JSON.parse(text) as Part
}

function operation(summary: string, more: Part = {}): Part {
  const failed = { description: 'What is wrong: message, code, field' }
  return { summary, ...more, responses: { 200: { description: 'Done' }, '4XX': failed, 503: { description: 'Full' } } }
}

function form(properties: Part, required: readonly string[]): Part {
  return {
    requestBody: {
      required: true,
      content: { 'multipart/form-data': { schema: { type: 'object', properties, required } } },
    },
  }
}

/** OpenAPI knows no WebSocket: the messages of the client stand in an extension. */
function socket(summary: string, messages: z.ZodType): Part {
  return { ...operation(summary), 'x-client-messages': schemaOf(messages) }
}

function parametersOf(schema: z.ZodObject): readonly Part[] {
  return Object.entries(propertiesOf(schema)).map(([name, one]) => ({ name, in: 'query', schema: one }))
}

function propertiesOf(schema: z.ZodObject): Part {
  return (schemaOf(schema).properties ?? {}) as Part
}

function schemaOf(schema: z.ZodType): Part {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}

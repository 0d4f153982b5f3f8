import { z } from 'zod'
import type { AudioForm } from '../session-pool/session-part.js'
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
/** What a client asks for. */
export type DeepgramQuery = z.infer<typeof deepgramQuerySchema>

/**
 * Checks a query; of values that are given more than once the last one holds.
 * @throws RequestFault when a value is wrong
 */
export function deepgramQuery(query: unknown): DeepgramQuery {
  const entries = Object.entries(query as Readonly<Record<string, unknown>>)
  const single = entries.map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value])
  return checkedBy(deepgramQuerySchema, Object.fromEntries(single))
}

/** How the audio is written; undefined: a file of any kind. */
export function deepgramForm({ encoding, sample_rate: rate, channels }: DeepgramQuery): AudioForm | undefined {
  if (encoding === undefined) return undefined
  return { encoding: ENCODINGS[encoding], rate, channels, isSurelyRaw: true }
}

/** The language as a setting; Deepgram's "multi" is detection. */
export function deepgramLanguage({ language }: DeepgramQuery) {
  if (language === undefined) return {}
  return { lan: language === 'multi' ? 'auto' : language }
}

import { z } from 'zod'
import type { StreamSettings } from '../../transcriber/transcriber.js'
import { RequestFault } from '../http/failures.js'
import { type AudioForm, USUAL_FORM } from '../session-pool/session-part.js'

/** What a stream may have of its own, as clients write it; the names are those of configuration files. */
export const streamConfigSchema = z
  .object({
    language: z.string().min(1).max(40).describe('code or name of a language; "auto": it is detected'),
    task: z.enum(['transcribe', 'translate']),
    policy: z.enum(['local-agreement', 'alignatt']),
    min_chunk_size: z.number().min(0.1).max(30).describe('seconds of new audio before the text is updated'),
    vac: z.boolean().describe('whether speech is split into utterances'),
    vad_min_silence_ms: z.number().min(50).max(10_000),
    vad_threshold: z.number().min(0).max(1),
  })
  .partial()
  .strict()

/** How the audio of a stream is written. */
export const audioFormSchema = z
  .object({
    encoding: z.enum(['s16le', 's32le', 'f32le', 'u8', 'mulaw', 'alaw']),
    sample_rate: z.int().min(1000).max(384_000),
    channels: z.int().min(1).max(8),
  })
  .partial()

/** Settings as the program has them; what is absent stays absent. */
export function streamSettings(config: z.infer<typeof streamConfigSchema>): StreamSettings {
  const { language, task, policy, min_chunk_size, vac, vad_min_silence_ms, vad_threshold } = config
  return {
    ...(language !== undefined && { lan: language }),
    ...(task !== undefined && { task }),
    ...(policy !== undefined && { policy }),
    ...(min_chunk_size !== undefined && { minChunkSize: min_chunk_size }),
    ...(vac !== undefined && { vac }),
    ...(vad_min_silence_ms !== undefined && { vadMinSilenceMs: vad_min_silence_ms }),
    ...(vad_threshold !== undefined && { vadThreshold: vad_threshold }),
  }
}

/** The form of audio; what is absent is as usual. */
export function audioForm({ encoding, sample_rate, channels }: z.infer<typeof audioFormSchema>): AudioForm {
  return {
    encoding: encoding ?? USUAL_FORM.encoding,
    rate: sample_rate ?? USUAL_FORM.rate,
    channels: channels ?? USUAL_FORM.channels,
    isSurelyRaw: false,
  }
}

/**
 * A value that a schema has checked.
 * @throws RequestFault that names the field
 */
export function checkedBy<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = issue?.path.map(String).join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '')
  throw new RequestFault(`${field === '' ? 'the message' : field}: ${issue?.message ?? 'is wrong'}`, field || null)
}

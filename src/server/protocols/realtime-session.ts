import { z } from 'zod'
import type { StreamSettings } from '../../transcriber/transcriber.js'
import type { AudioForm } from '../session-pool/session-part.js'

const turnDetection = z
  .object({
    type: z.enum(['server_vad', 'semantic_vad', 'none']).optional(),
    threshold: z.number().min(0).max(1).optional(),
    silence_duration_ms: z.number().min(50).max(10_000).optional(),
  })
  .nullable()
const transcription = z.object({ model: z.string().optional(), language: z.string().optional() }).nullable()
const audioFormat = z.union([
  z.object({ type: z.enum(['audio/pcm', 'audio/pcmu', 'audio/pcma']), rate: z.int().min(8000).max(48_000).optional() }),
  z.enum(['pcm16', 'g711_ulaw', 'g711_alaw']).transform((name) => ({ type: BETA_FORMATS[name], rate: undefined })),
])

const BETA_FORMATS = { pcm16: 'audio/pcm', g711_ulaw: 'audio/pcmu', g711_alaw: 'audio/pcma' } as const

/** `session` of `session.update`, and of the older `transcription_session.update`, as far as it changes anything. */
export const realtimeSessionSchema = z.object({
  audio: z
    .object({
      input: z.object({ format: audioFormat, transcription, turn_detection: turnDetection }).partial().optional(),
    })
    .optional(),
  input_audio_format: audioFormat.optional(),
  input_audio_transcription: transcription.optional(),
  turn_detection: turnDetection.optional(),
})

/** What a client has asked for so far. */
export interface RealtimeWishes {
  readonly format: { readonly type: 'audio/pcm' | 'audio/pcmu' | 'audio/pcma'; readonly rate?: number | undefined }
  readonly transcription: z.infer<typeof transcription>
  readonly turnDetection: z.infer<typeof turnDetection>
}

/** OpenAI's own defaults. */
export const REALTIME_DEFAULTS: RealtimeWishes = {
  format: { type: 'audio/pcm', rate: 24_000 },
  transcription: null,
  turnDetection: { type: 'server_vad', threshold: 0.5, silence_duration_ms: 500 },
}

/** The wishes after an update; what it leaves out stays. */
export function updatedWishes(before: RealtimeWishes, update: z.infer<typeof realtimeSessionSchema>): RealtimeWishes {
  const input = update.audio?.input ?? {}
  const detection = [input.turn_detection, update.turn_detection].find((one) => one !== undefined)
  const heard = [input.transcription, update.input_audio_transcription].find((one) => one !== undefined)
  return {
    format: input.format ?? update.input_audio_format ?? before.format,
    transcription: heard === undefined ? before.transcription : heard,
    turnDetection: detection === undefined ? before.turnDetection : detection,
  }
}

/** Whether the server says when somebody has finished. */
export function detectsTurns({ turnDetection: detection }: RealtimeWishes): boolean {
  return detection !== null && detection.type !== 'none'
}

/** The settings of a stream for these wishes. */
export function realtimeSettings(wishes: RealtimeWishes): StreamSettings {
  const { threshold, silence_duration_ms: silence } = wishes.turnDetection ?? {}
  const language = wishes.transcription?.language
  return {
    vac: detectsTurns(wishes),
    ...(language && { lan: language }),
    ...(threshold !== undefined && { vadThreshold: threshold }),
    ...(silence !== undefined && { vadMinSilenceMs: silence }),
  }
}

/** The form of the audio for these wishes. */
export function realtimeForm({ format: { type, rate } }: RealtimeWishes): AudioForm {
  const isSurelyRaw = true
  if (type === 'audio/pcm') return { encoding: 's16le', rate: rate ?? 24_000, channels: 1, isSurelyRaw }
  return { encoding: type === 'audio/pcmu' ? 'mulaw' : 'alaw', rate: rate ?? 8000, channels: 1, isSurelyRaw }
}

/** The session as clients are told of it. */
export function toldSession(id: string, { format, transcription: heard, turnDetection: detection }: RealtimeWishes) {
  return {
    id,
    type: 'transcription',
    object: 'realtime.transcription_session',
    expires_at: 0,
    include: null,
    audio: { input: { format, transcription: heard, noise_reduction: null, turn_detection: detection } },
  }
}

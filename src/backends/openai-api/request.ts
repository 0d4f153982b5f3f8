import { BodyError, boundedText } from '../../core/bounded-body.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log } from '../../core/types.js'
import { connectionFailure, endlessAnswer, refusal, type Situation, timeoutFailure } from './failures.js'
import { endpoint, headersFor, type OpenAiApiOptions, type Service } from './options.js'
import { type Chance, withRequestRetries } from './retry.js'
import { encodeWav } from './wav.js'

/** An answer has room for so much, and for so much more with each second of audio: a second has a few hundred bytes of words. */
const MIN_ROOM_BYTES = 2 ** 18
const BYTES_A_SECOND = 2 ** 14
/** So much is read of an answer that says what is wrong. */
export const MAX_ERROR_BYTES = 2 ** 16

/** What is asked of the service. */
export interface Question {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  readonly task: 'transcriptions' | 'translations'
  readonly model: string
  /** Null: the service detects it. */
  readonly language: string | null
  /** May be empty. */
  readonly prompt: string
  readonly temperature: number
  readonly responseFormat: OpenAiApiOptions['responseFormat']
}

/** How it is asked. */
export interface AskOptions {
  readonly service: Service
  readonly timeoutSec: number
  readonly retries: number
  readonly log: Log
  readonly signal?: AbortSignal | undefined
  readonly chance?: Chance | undefined
  /** Called for each attempt that the service may have received, and may charge for. */
  readonly onSent: () => void
}

/**
 * Sends audio to the service, again where that may help.
 * @returns the body of the answer
 * @throws ServiceError when the service refuses, fails or is not reached; the signal's reason when aborted
 */
export async function ask(question: Question, options: AskOptions): Promise<string> {
  const { service, timeoutSec, signal, onSent } = options
  const url = endpoint(service, question.task)
  const situation: Situation = { url, service, timeoutSec, model: question.model }
  const file = new Blob([encodeWav(question.audio)], { type: 'audio/wav' })
  const maxBytes = MIN_ROOM_BYTES + Math.ceil((BYTES_A_SECOND * question.audio.length) / SAMPLE_RATE)
  const attempt = async () => {
    let reached = true
    try {
      const answer = await post(url, form(question, file), situation, maxBytes, signal)
      if (answer.response.ok) return answer.body
      throw refusal(answer, situation)
    } catch (error) {
      reached = (error as { reached?: boolean }).reached ?? true
      throw error
    } finally {
      if (reached) onSent()
    }
  }
  return withRequestRetries(attempt, options)
}

/** Source: OpenAI's API reference, audio: translations know neither a language nor times of words. */
function form({ task, language, prompt, ...rest }: Question, file: Blob): FormData {
  const fields = new FormData()
  fields.append('file', file, 'audio.wav')
  fields.append('model', rest.model)
  fields.append('response_format', rest.responseFormat)
  fields.append('temperature', String(rest.temperature))
  if (prompt !== '') fields.append('prompt', prompt)
  if (task === 'translations') return fields
  if (language !== null) fields.append('language', language)
  if (rest.responseFormat === 'json') return fields
  for (const granularity of ['word', 'segment']) fields.append('timestamp_granularities[]', granularity)
  return fields
}

async function post(url: URL, body: FormData, situation: Situation, maxBytes: number, signal: AbortSignal | undefined) {
  const stop = new AbortController()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    stop.abort()
  }, 1000 * situation.timeoutSec)
  const onAbort = () => stop.abort()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: headersFor(situation.service),
      // Another address would get the audio as well.
      redirect: 'manual',
      signal: stop.signal,
    })
    const text = response.ok
      ? await boundedText(response.body, { maxBytes })
      : await boundedText(response.body, { maxBytes: MAX_ERROR_BYTES }, 'cut')
    return { response, body: text }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof BodyError) throw endlessAnswer(situation, error)
    throw isLate ? timeoutFailure(situation, error) : connectionFailure(situation, error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

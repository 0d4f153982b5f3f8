import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { ModelMetadata } from '../../../src/backends/contract.js'
import { transformersLoader } from '../../../src/backends/transformers/loader.js'
import { parseConfig } from '../../../src/config/config.js'
import type { ASRBase, Word } from '../../../src/core/types.js'
import { rememberingLog } from '../../helpers/logs.js'

/** Models that tools/make_tiny_models.py wrote. */
export const TINY_MODELS = fileURLToPath(new URL('../../vectors/transformers/', import.meta.url))
const RATE = 16_000

/** Tones that the tiny wav2vec2 hears as letters, in Hz; it hears silence as a space. */
const LETTERS = 'HELOWRDAI'
const FIRST_TONE_HZ = 400
const TONE_STEP_HZ = 300
/** The tone of the blank, which stands between two equal letters. */
const BLANK_HZ = FIRST_TONE_HZ + LETTERS.length * TONE_STEP_HZ
const LETTER_SEC = 0.1

/** Tones one after the other, as [Hz, seconds]; 0 Hz is silence. */
export function tones(parts: readonly (readonly [number, number])[]): Float32Array {
  return Float32Array.from(
    parts.flatMap(([hertz, seconds]) =>
      Array.from(
        { length: Math.round(seconds * RATE) },
        (_, i) => (hertz > 0 ? 0.3 : 0) * Math.sin((2 * Math.PI * hertz * i) / RATE),
      ),
    ),
  )
}

/** A text as the tiny wav2vec2 hears it: a tenth of a second a letter, half a second of silence for a space. */
export function spelled(text: string): Float32Array {
  const letters = [...text].flatMap((letter, index): [number, number][] => {
    if (letter === ' ') return [[0, 0.5]]
    const tone: [number, number] = [FIRST_TONE_HZ + LETTERS.indexOf(letter) * TONE_STEP_HZ, LETTER_SEC]
    return letter === text[index - 1] ? [[BLANK_HZ, LETTER_SEC], tone] : [tone]
  })
  return tones(letters)
}

/** A loaded model, with what its loader warned of; closed when the test ends. */
export interface Loaded {
  readonly asr: ASRBase
  readonly metadata: ModelMetadata
  readonly log: ReturnType<typeof rememberingLog>
}

/** Loads a model as the program does. */
export async function load(options: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<Loaded> {
  const config = parseConfig({ backend: 'transformers', ...options }, transformersLoader.options)
  const log = rememberingLog()
  const { asr, metadata } = await transformersLoader.load(config as Parameters<typeof transformersLoader.load>[0], {
    log,
    progress: () => {},
    ...(signal ? { signal } : {}),
  })
  if (!asr) throw new Error('no recognizer')
  onTestFinished(() => asr.close?.())
  return { asr, metadata, log }
}

/** Loads one of the tiny models. */
export function loadTiny(name: 'wav2vec2' | 'moonshine' | 'whisper', options: Readonly<Record<string, unknown>> = {}) {
  return load({ modelDir: join(TINY_MODELS, name), ...options })
}

/** The words of audio, with times to a hundredth. */
export async function hear(asr: ASRBase, audio: Float32Array, positionSamples?: number): Promise<readonly Word[]> {
  const position = positionSamples === undefined ? {} : { positionSamples }
  const words = asr.tsWords(await asr.transcribe(audio, { prompt: 'what was said', ...position }))
  const rounded = (seconds: number) => Math.round(seconds * 100) / 100
  return words.map(({ begin, end, text }) => ({ begin: rounded(begin), end: rounded(end), text }))
}

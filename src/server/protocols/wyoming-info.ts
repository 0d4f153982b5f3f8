import type { ServerKit } from '../http/kit.js'
import { spokenLanguage } from './recording.js'

/** Home Assistant offers a program for the languages that it tells; a model that detects them knows at least these. */
const COMMON_LANGUAGES =
  'ar ca cs da de el en es fa fi fr he hi hu id it ja ko nl no pl pt ro ru sk sv th tr uk vi zh'.split(' ')
const PROJECT = { name: 'asr-stream', url: 'https://www.npmjs.com/package/asr-stream' }

/** What this server can do, as Wyoming's `info` tells it. */
export function wyomingInfo({ models, version }: ServerKit): object {
  const { model = 'none' } = models.current?.config ?? {}
  const known = spokenLanguage(undefined, models.current)
  const languages = known === 'auto' ? COMMON_LANGUAGES : [known]
  const about = { attribution: PROJECT, installed: true, version }
  const asr = {
    name: 'asr-stream',
    description: 'Streaming speech-to-text on an ordinary CPU',
    ...about,
    models: [{ name: model, description: model, ...about, languages }],
    supports_transcript_streaming: true,
  }
  return { asr: [asr], tts: [], handle: [], intent: [], wake: [], mic: [], snd: [] }
}

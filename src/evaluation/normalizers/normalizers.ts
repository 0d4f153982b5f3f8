import { basic, whisperBasic } from './basic.js'
import { whisperEnglish } from './english.js'
import type { NormalizerName } from './names.js'

/** Makes texts comparable: what it makes equal is no error. */
export type TextNormalizer = (text: string) => string

/** Every normalizer by its name. */
export const NORMALIZERS: Readonly<Record<NormalizerName, TextNormalizer>> = {
  basic,
  english: whisperEnglish,
  'whisper-basic': whisperBasic,
  none: (text) => text,
}

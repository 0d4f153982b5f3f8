import type { PrefixASR } from '../../src/core/types.js'

/** A recognizer for AlignAtt alone, of English, that answers as it is told. */
export function prefixRecognizer(transcribeFrom: PrefixASR['transcribeFrom']): PrefixASR {
  return {
    sep: '',
    originalLanguage: 'en',
    maxAudioSec: 30,
    transcribe: async () => null,
    tsWords: () => [],
    segmentsEndTs: () => [],
    setTranslateTask: () => {},
    transcribeFrom,
  }
}

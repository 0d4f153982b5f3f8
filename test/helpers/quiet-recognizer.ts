import type { ASRBase } from '../../src/core/types.js'

/** A recognizer that hears nothing, but for what a test gives it. */
export function quietRecognizer(parts: Partial<ASRBase> = {}): ASRBase {
  return {
    sep: ' ',
    originalLanguage: null,
    transcribe: async () => [],
    tsWords: () => [],
    segmentsEndTs: () => [],
    setTranslateTask: () => {},
    ...parts,
  }
}

/** Names of normalizers. */
export const NORMALIZER_NAMES = ['basic', 'english', 'whisper-basic', 'none'] as const
export type NormalizerName = (typeof NORMALIZER_NAMES)[number]

/** The normalizer that fits a language: published error rates of English are counted with Whisper's. */
export function normalizerFor(language: string): NormalizerName {
  return /^en\b/i.test(language) ? 'english' : 'basic'
}

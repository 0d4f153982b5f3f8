import { defineConfig } from 'vitest/config'

/**
 * The tests of what is pure: no process, no model, no network. They run once for each change of the source, so those that
 * take more than a second or two are left out; they could only notice more.
 */
export default defineConfig({
  test: {
    include: [
      'test/online/{committed-text,conformance,hallucination-guard,hypothesis-buffer,vac-conformance}.test.ts',
      'test/online/{alignatt-processor,online-asr-processor,speech-only-asr,vac}.test.ts',
      'test/output/{account,formats}.test.ts',
      'test/audio/{odd-wavs,pacers,recorders,resample}.test.ts',
      'test/backends/onnx-whisper/{alignment,log-mel,search,text,unheard}.test.ts',
    ],
    testTimeout: 60_000,
  },
})

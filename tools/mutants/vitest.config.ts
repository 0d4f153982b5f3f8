import { defineConfig } from 'vitest/config'
import { CHOSEN, ROOMS } from './rooms.mjs'

// As in a clone with nothing beside it.
process.env.CONFORMANCE_DIR = ''

/**
 * The tests of what is pure: no process, no model, no network. They run once for each change of the source, so those that
 * take more than some seconds are left out; they could only notice more.
 */
export default defineConfig({
  test: {
    include: CHOSEN.flatMap((room) => ROOMS[room]?.tests ?? []),
    exclude: [
      // Hear with the model.
      'test/backends/onnx-whisper/decoding/{repetition,simultaneous-decoding}.test.ts',
      'test/online/hallucination/voice-evidence.test.ts',
      // Start the program.
      'test/audio/sources/start-at.test.ts',
      // Take long.
      'test/online/{long-stream,properties,recognizer}.test.ts',
      'test/online/local-agreement/online-asr-processor.test.ts',
      'test/online/vad/speech-filter-asr.test.ts',
    ],
    globalSetup: ['test/helpers/temporary-files.ts'],
    setupFiles: ['tools/mutants/few-runs.ts'],
    testTimeout: 300_000,
  },
})

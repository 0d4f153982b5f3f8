/** What is changed, and the tests that may notice: by room. Rooms are run one after the other; none has to do with another. */
export const ROOMS = {
  online: {
    source: ['src/online/**/*.ts'],
    tests: ['test/online/**/*.test.ts'],
  },
  audio: {
    source: ['src/audio/**/*.ts'],
    tests: ['test/audio/**/*.test.ts'],
  },
  output: {
    source: ['src/output/**/*.ts'],
    tests: ['test/output/*.test.ts'],
  },
  /** What is pure of it. */
  engine: {
    source: ['attention', 'decoding', 'features', 'timing'].map((room) => `src/backends/onnx-whisper/${room}/*.ts`),
    tests: [
      'test/backends/onnx-whisper/{attention,decoding,features,timing}/*.test.ts',
      'test/backends/onnx-whisper/session/belief.test.ts',
    ],
  },
}

/** The rooms of this run: those that ASR_STREAM_ROOMS names, or all. */
export const CHOSEN = process.env.ASR_STREAM_ROOMS?.split(',') ?? Object.keys(ROOMS)

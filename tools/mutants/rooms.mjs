/**
 * What is changed, and the tests that may notice: by room. A room of `samples` has loops over audio, which are slow when it is
 * counted which test goes through which line: there all tests of the room run for each change.
 *
 * @type {Readonly<Record<string, { source: readonly string[], tests: readonly string[], samples?: true }>>}
 */
export const ROOMS = {
  online: {
    source: ['src/online/**/*.ts', '!src/online/level/*.ts'],
    tests: ['test/online/*.test.ts', 'test/online/{alignatt,hallucination,ledger,local-agreement,vad}/*.test.ts'],
  },
  level: {
    source: ['src/online/level/*.ts'],
    tests: ['test/online/level/*.test.ts'],
    samples: true,
  },
  /** Without those sources that tests open in processes of their own. */
  audio: {
    source: [
      'src/audio/pacing/*.ts',
      'src/audio/sources/{file-bytes,readable-bytes,recorders,stream-source,wav-file-source}.ts',
      'src/audio/decode/{audio-parts,byte-reader,decode-stream,frame-chains,raw-format,sniff-format,wav-*}.ts',
    ],
    tests: [
      'test/audio/{pacing,sources}/*.test.ts',
      'test/audio/decode/{odd-wavs,sniff-format,wav,wav-headers}.test.ts',
    ],
  },
  samples: {
    source: ['src/audio/level-meter.ts', 'src/audio/decode/{audio-decoder,mix-down,pcm,resample*,sample-range}.ts'],
    tests: ['test/audio/level-meter.test.ts', 'test/audio/decode/{mix-down,resample,wav,wav-headers}.test.ts'],
    samples: true,
  },
  /** Writers are tested with processes that read from them. */
  output: {
    source: ['src/output/formats/*.ts'],
    tests: ['test/output/formats.test.ts'],
  },
  /** What is pure of it. */
  engine: {
    source: ['attention/*', 'decoding/!(simultaneous-decoding)', 'timing/!(energy)'].map(
      (files) => `src/backends/onnx-whisper/${files}.ts`,
    ),
    tests: [
      'test/backends/onnx-whisper/{attention,decoding}/*.test.ts',
      'test/backends/onnx-whisper/timing/{continuation,skipped-speech,timing}.test.ts',
      'test/backends/onnx-whisper/session/belief.test.ts',
    ],
  },
  features: {
    source: ['src/backends/onnx-whisper/features/*.ts', 'src/backends/onnx-whisper/timing/energy.ts'],
    tests: ['test/backends/onnx-whisper/{features/*,timing/energy}.test.ts'],
    samples: true,
  },
}

/** The rooms of this run: those that ASR_STREAM_ROOMS names. */
export const CHOSEN = (process.env.ASR_STREAM_ROOMS ?? 'online').split(',')

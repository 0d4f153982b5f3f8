// Changes the source in every small way that Stryker knows, and counts how many changes a test notices: the mutation score.
// Stryker is not among the dependencies, as only this uses it. See docs/testing.md.
// usage: npx stryker run tools/mutants/stryker.config.mjs [--mutate src/online/local-agreement/hypothesis-buffer.ts]

/** What is pure of the engine. */
const ENGINE = [
  'alignment',
  'beam-search',
  'decoding',
  'draft',
  'fallback',
  'fft',
  'log-mel',
  'loudness',
  'mel-filters',
  'repetition',
  'segments',
  'token-choice',
  'token-scores',
  'unheard',
]

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tools/mutants/vitest.config.ts', related: false },
  mutate: [
    'src/online/**/*.ts',
    'src/audio/**/*.ts',
    'src/output/**/*.ts',
    ...ENGINE.map((name) => `src/backends/onnx-whisper/${name}.ts`),
  ],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { reportTests: false, allowColor: false },
  jsonReporter: { fileName: 'tools/mutants/report.json' },
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['dist', 'bench/results', 'test/fixtures-models', '.stryker-tmp'],
  // Stryker reads tsconfig.json with an interface that TypeScript 7 does not have; nothing here needs it.
  tsconfigFile: 'none.json',
}

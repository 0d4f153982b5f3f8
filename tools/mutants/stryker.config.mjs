// Changes the source in every small way that Stryker knows, and counts how many changes a test notices: the mutation score.
// Stryker is not among the dependencies, as only this uses it. See docs/testing.md.
// usage: ASR_STREAM_ROOMS=online ASR_STREAM_SAMPLE=10 npx stryker run tools/mutants/stryker.config.mjs [--mutate src/online/buffer-trimming.ts]

import { CHOSEN, ROOMS } from './rooms.mjs'

/** Whether it is counted which test goes through which line. */
const COUNTS = CHOSEN.every((room) => !ROOMS[room].samples)

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner', './tools/mutants/sample.mjs'],
  checkers: ['sample'],
  vitest: { configFile: 'tools/mutants/vitest.config.ts', related: false },
  mutate: CHOSEN.flatMap((room) => ROOMS[room].source),
  coverageAnalysis: COUNTS ? 'perTest' : 'off',
  ignoreStatic: COUNTS,
  concurrency: Number(process.env.ASR_STREAM_WORKERS ?? 1),
  timeoutMS: 20_000,
  timeoutFactor: 1,
  reporters: ['results', 'progress-append-only'],
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['dist', 'bench/results', 'test/fixtures-models', '.stryker-tmp'],
  // Stryker reads tsconfig.json with an interface that TypeScript 7 does not have; nothing here needs it.
  tsconfigFile: 'none.json',
}

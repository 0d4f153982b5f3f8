import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/temporary-files.ts', 'test/helpers/build.ts'],
    setupFiles: ['test/helpers/seeds.ts'],
    // One for each core of a small machine: most files wait for processes of their own.
    maxWorkers: 2,
    // Many tests run the program as a process of its own, with the model, on machines that are busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build.ts'],
    // Some tests run the program as a process of its own, on machines with two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

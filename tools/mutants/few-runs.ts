import fc from 'fast-check'

// The same values for each change, and few of them: what notices a change does so at once.
fc.configureGlobal({ seed: 1, numRuns: 30 })

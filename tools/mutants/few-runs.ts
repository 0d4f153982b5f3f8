import fc from 'fast-check'

// The same values for each change, and not for long: what notices a change does so soon.
fc.configureGlobal({ seed: 1, interruptAfterTimeLimit: 500 })

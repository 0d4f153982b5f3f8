import { expect, it } from 'vitest'
import { idleServeOptions } from '../../src/commands/serve-options.js'

it('how raw audio is written matters to asr-stream serve only where clients do not say it', () => {
  const why = 'has an effect only with --tcp-port: clients of the other protocols say how their audio is written'
  expect(idleServeOptions({ rawRate: 8000, rawEncoding: 'mulaw' })).toEqual([
    `--raw-rate ${why}`,
    `--raw-encoding ${why}`,
  ])
  expect(idleServeOptions({ rawRate: 8000, tcpPort: 0 })).toEqual([])
  expect(idleServeOptions({})).toEqual([])
})

import { expect, it } from 'vitest'
import { silentLog } from '../../src/core/silent-log.js'
import { fewWarnings } from '../../src/server/session-pool/few-warnings.js'

it('warnings about clients are few in a minute, and the rest is told at info', () => {
  let now = 0
  const told: string[] = []
  const keep = (level: string) => (message: string) => void told.push(`${level} ${message}`)
  const log = fewWarnings(
    { ...silentLog, warn: keep('warn'), info: keep('info') },
    { now: () => now, sleep: async () => {} },
  )
  for (let count = 0; count < 40; count++) log.warn(`${count}`)
  expect(told.filter((line) => line.startsWith('warn'))).toHaveLength(31)
  expect(told.filter((line) => line.startsWith('info'))).toHaveLength(10)
  expect(told[30]).toBe('warn more warnings about clients are at info level for a minute')
  now = 61
  log.warn('again')
  expect(told.at(-1)).toBe('warn again')
})

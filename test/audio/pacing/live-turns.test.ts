import { describe, expect, it } from 'vitest'
import { live } from '../../../src/audio/pacing/live-pacer.js'
import { PatientClock } from '../../helpers/fake-clock.js'
import { rememberingLog } from '../../helpers/logs.js'
import { PushedSource, settled } from '../../helpers/memory-source.js'

const RATE = 16_000

describe('an update that has to wait for its turn', () => {
  it('takes all that has come when it has it, and tells how long it waited', async () => {
    const [source, clock] = [new PushedSource(), new PatientClock()]
    const times = { minChunkSec: 1, startAtSec: 0, maxBacklogSec: 5 }
    const pacer = live({ source, clock, log: rememberingLog(), ...times, whenFull: 'wait' })
    let go = (): void => {}
    pacer.setTurn?.(() => new Promise((resolve) => (go = resolve)))
    let hasCome = false
    const next = pacer
      .updates()
      [Symbol.asyncIterator]()
      .next()
      .finally(() => (hasCome = true))
    source.push(RATE)
    await settled()
    await settled()
    expect(hasCome).toBe(false)
    source.push(RATE)
    clock.advance(1.5)
    await settled()
    go()
    const { value } = await next
    expect(value?.audio.length).toBe(2 * RATE)
    expect(value?.turnSec).toBeCloseTo(1.5)
    await pacer.close()
  })

  it('lets others go first that have become more urgent while it waited', async () => {
    const [source, clock] = [new PushedSource(), new PatientClock()]
    const asked: string[] = []
    const pacer = live({
      ...{ source, clock, log: rememberingLog(), minChunkSec: 1, startAtSec: 0, maxBacklogSec: 5, whenFull: 'wait' },
      turn: async () => void asked.push('of its server'),
    })
    pacer.setTurn?.(async () => void asked.push('of its model'))
    const next = pacer.updates()[Symbol.asyncIterator]().next()
    source.push(RATE)
    expect((await next).value?.audio.length).toBe(RATE)
    expect(asked).toEqual(['of its server', 'of its model', 'of its server'])
    await pacer.close()
  })
})

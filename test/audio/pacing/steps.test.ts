import { describe, expect, it } from 'vitest'
import { live } from '../../../src/audio/pacing/live-pacer.js'
import { realTime } from '../../../src/audio/pacing/pacers.js'
import { FakeClock, PatientClock } from '../../helpers/fake-clock.js'
import { rememberingLog } from '../../helpers/logs.js'
import { memorySource, PushedSource, settled } from '../../helpers/memory-source.js'

const RATE = 16_000

describe('a step that changes', () => {
  it('is waited for as far as the backlog has room, and what waits is told', async () => {
    const [source, clock, log] = [new PushedSource(), new PatientClock(), rememberingLog()]
    const pacer = live({ source, clock, log, minChunkSec: 1, startAtSec: 0, maxBacklogSec: 3, whenFull: 'skip' })
    const updates = pacer.updates()[Symbol.asyncIterator]()
    let came = 0
    const next = async () => {
      const { value } = await updates.next()
      came++
      return value
    }
    pacer.setStep?.(10)
    const first = next()
    source.push(RATE)
    await settled()
    expect(came).toBe(0)
    source.push(RATE / 2)
    const paced = await first
    expect(paced.audio.length).toBe(1.5 * RATE)
    source.push(RATE / 4)
    await settled()
    expect(paced.waitingSec?.()).toBe(0.25)
    // Never less than what was configured.
    pacer.setStep?.(0.1)
    const second = next()
    source.push(RATE / 2)
    await settled()
    expect(came).toBe(1)
    source.push(null)
    expect((await second).audio.length).toBe(0.75 * RATE)
  })

  it('is waited for in real time', async () => {
    const source = memorySource(new Float32Array(10 * RATE))
    const pacer = realTime({ source, clock: new FakeClock(), minChunkSec: 1, startAtSec: 0 })
    const steps: number[] = []
    for await (const { audio } of pacer.updates()) {
      steps.push(audio.length / RATE)
      pacer.setStep?.(steps.length < 3 ? 1 : 2)
    }
    expect(steps).toEqual([1, 1, 1, 2, 2, 2, 1])
  })
})

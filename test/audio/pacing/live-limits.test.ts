import { describe, expect, it } from 'vitest'
import { live } from '../../../src/audio/pacing/live-pacer.js'
import type { AudioSource } from '../../../src/core/types.js'
import { PatientClock } from '../../helpers/fake-clock.js'
import { rememberingLog } from '../../helpers/logs.js'
import { PushedSource, settled } from '../../helpers/memory-source.js'

const RATE = 16_000

function listeningTo<Source extends AudioSource>(source: Source, maxBacklogSec: number, stop?: AbortSignal) {
  const clock = new PatientClock()
  const times = { minChunkSec: 1, startAtSec: 0, maxBacklogSec, clock }
  const pacer = live({ source, ...times, whenFull: 'wait', log: rememberingLog(), ...(stop ? { stop } : {}) })
  const updates = pacer.updates()[Symbol.asyncIterator]()
  /** Seconds of audio of each update that has come. */
  const lengths: number[] = []
  /** Waits for an update; whether there was none any more. */
  const listen = () =>
    updates.next().then(({ done, value }) => {
      if (!done) lengths.push(value.audio.length / RATE)
      return done === true
    })
  return { source, clock, lengths, listen }
}

async function advanced(clock: PatientClock, seconds: number): Promise<void> {
  clock.advance(seconds)
  await settled()
  await settled()
}

describe('a pause of live input', () => {
  it('is told of no later than some seconds after a burst, however much the burst brought', async () => {
    const { source, clock, lengths, listen } = listeningTo(new PushedSource(), 60)
    source.push(40 * RATE)
    await listen()
    void listen()
    await advanced(clock, 11)
    expect(lengths).toEqual([40])
    await advanced(clock, 1)
    expect(lengths).toEqual([40, 0])
  })

  it('is none right after the input was held up: it could not bring anything', async () => {
    const { source, clock, lengths, listen } = listeningTo(new PushedSource(), 2)
    source.push(RATE)
    await listen()
    source.push(2 * RATE)
    await settled()
    // The update computes for a minute.
    clock.advance(60)
    await listen()
    void listen()
    await advanced(clock, 1)
    expect(lengths).toEqual([1, 2])
    source.push(RATE)
    await advanced(clock, 0)
    expect(lengths).toEqual([1, 2, 1])
  })
})

describe('listening that is to stop', () => {
  it('ends with what waits, also where the source gives more and more', async () => {
    const source = {
      name: 'a source that does not hear of it',
      async *read() {
        for (let second = 0; second < 1000; second++) yield new Float32Array(RATE)
      },
    }
    const stop = new AbortController()
    const { lengths, listen } = listeningTo(source, 3, stop.signal)
    await listen()
    await settled()
    stop.abort()
    while (!(await listen()));
    expect(lengths.length).toBeGreaterThan(1)
    expect(lengths.reduce((sum, seconds) => sum + seconds)).toBeLessThan(10)
  })
})

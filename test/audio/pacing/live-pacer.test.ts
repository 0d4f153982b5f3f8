import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LivePacerOptions, live } from '../../../src/audio/pacing/live-pacer.js'
import { InputError } from '../../../src/core/errors.js'
import type { PacedAudio } from '../../../src/core/types.js'
import { PatientClock } from '../../helpers/fake-clock.js'
import { rememberingLog } from '../../helpers/logs.js'
import { memorySource, PushedSource, settled } from '../../helpers/memory-source.js'

const RATE = 16_000

function listening(options: Partial<LivePacerOptions> = {}) {
  const source = new PushedSource()
  const clock = new PatientClock()
  const log = rememberingLog()
  const pacer = live({
    source,
    clock,
    log,
    minChunkSec: 1,
    startAtSec: 0,
    maxBacklogSec: 5,
    whenFull: 'wait',
    ...options,
  })
  const updates = pacer.updates()[Symbol.asyncIterator]()
  return { source, clock, log, pacer, updates }
}

/** What has come by now; null when the pacer still waits. */
async function soon(next: Promise<IteratorResult<PacedAudio>>): Promise<IteratorResult<PacedAudio> | null> {
  return Promise.race([
    next,
    settled()
      .then(settled)
      .then(() => null),
  ])
}

describe('the live pacer', () => {
  it('leaves no listener, which would keep the audio of streams that have ended', async () => {
    const stop = new AbortController().signal
    const signals: AbortSignal[] = []
    const source = {
      name: 'memory',
      async *read(signal?: AbortSignal) {
        if (signal) signals.push(signal)
        yield new Float32Array(RATE)
      },
    }
    const times = { minChunkSec: 1, startAtSec: 0, maxBacklogSec: 5, clock: new PatientClock() }
    const pacer = live({ source, ...times, whenFull: 'wait', log: rememberingLog(), stop })
    for await (const _ of pacer.updates());
    expect(signals.length).toBe(1)
    expect([...signals, stop].flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([])
  })

  it('hands every sample over once, in order, and closes the source', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 0, max: 50_000 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        async (piece, samples, minChunkSec) => {
          const audio = Float32Array.from({ length: samples }, (_, index) => index)
          const source = memorySource(audio, piece)
          const pacer = live({
            ...{ source, minChunkSec, startAtSec: 0, clock: new PatientClock(), maxBacklogSec: 1, whenFull: 'wait' },
            log: rememberingLog(),
          })
          const heard: number[] = []
          for await (const update of pacer.updates()) heard.push(...update.audio)
          expect(heard).toEqual([...audio])
          expect(source.closed).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('waits until there is audio for an update', async () => {
    const { source, updates } = listening()
    const next = updates.next()
    source.push(9000)
    expect(await soon(next)).toBeNull()
    source.push(9000)
    expect((await next).value.audio).toHaveLength(18_000)
  })

  it('takes all that has arrived while an update computed', async () => {
    const { source, updates } = listening()
    source.push(RATE)
    await updates.next()
    for (let piece = 0; piece < 30; piece++) source.push(RATE / 10)
    await settled()
    expect((await updates.next()).value.audio).toHaveLength(3 * RATE)
  })

  it('hears what is there when the input stalls', async () => {
    const { source, clock, updates } = listening()
    const next = updates.next()
    source.push(5000)
    clock.advance(100)
    expect(await soon(next)).toBeNull()
    clock.advance(2)
    expect((await next).value.audio).toHaveLength(5000)
    source.push(null)
    await settled()
    expect((await updates.next()).done).toBe(true)
  })

  it('tells once that time passes when the input pauses, and shifts nothing', async () => {
    const { source, clock, updates } = listening({ startAtSec: 10 })
    source.push(RATE)
    expect((await updates.next()).value).not.toHaveProperty('resumeAtSec')
    const pause = updates.next()
    clock.advance(2)
    expect(await soon(pause)).toBeNull()
    clock.advance(0.5)
    expect((await pause).value).toMatchObject({ audio: new Float32Array(0), resumeAtSec: 11 })
    const next = updates.next()
    clock.advance(100)
    expect(await soon(next)).toBeNull()
    source.push(RATE)
    const { value } = await next
    expect(value).not.toHaveProperty('resumeAtSec')
    expect(value.audio).toHaveLength(RATE)
    const again = updates.next()
    clock.advance(2.5)
    expect((await again).value).toMatchObject({ resumeAtSec: 12 })
    source.push(null)
    expect((await updates.next()).done).toBe(true)
  })

  it('takes no burst for a pause: audio that came at once would still be spoken', async () => {
    const { source, clock, updates } = listening({ maxBacklogSec: 60 })
    source.push(6 * RATE)
    await updates.next()
    const next = updates.next()
    clock.advance(7)
    expect(await soon(next)).toBeNull()
    source.push(6 * RATE)
    expect((await next).value.audio).toHaveLength(6 * RATE)
  })

  it('tells of no pause where nobody wants to know, as the reference', async () => {
    const { source, clock, updates } = listening({ endsAtPauses: false })
    source.push(RATE)
    await updates.next()
    const next = updates.next()
    clock.advance(100)
    expect(await soon(next)).toBeNull()
    source.push(null)
    expect((await next).done).toBe(true)
  })

  it('counts time from the start of the first audio', async () => {
    const { source, clock, pacer, updates } = listening({ startAtSec: 10 })
    clock.advance(50)
    const next = updates.next()
    source.push(RATE)
    const { value } = await next
    expect(value.now()).toBeCloseTo(11, 9)
    clock.advance(0.5)
    expect([value.now(), pacer.endTime()]).toEqual([11.5, 11.5])
  })

  it('listens before there are updates', async () => {
    const { source, pacer, updates } = listening()
    pacer.start()
    source.push(RATE)
    await settled()
    source.push(RATE)
    await settled()
    expect((await updates.next()).value.audio).toHaveLength(2 * RATE)
  })

  it('gives what has arrived before it says why no more comes', async () => {
    const { source, updates } = listening()
    source.push(7000)
    source.push(new InputError('the device has gone'))
    expect((await updates.next()).value.audio).toHaveLength(7000)
    await expect(updates.next()).rejects.toThrow('the device has gone')
  })

  it('gives what has arrived when it is to stop listening, and ends', async () => {
    const stop = new AbortController()
    const { source, updates } = listening({ stop: stop.signal })
    const next = updates.next()
    source.push(7000)
    await settled()
    stop.abort()
    expect((await next).value.audio).toHaveLength(7000)
    expect((await updates.next()).done).toBe(true)
    expect(source.closed).toBe(true)
  })

  it('ends when it is aborted, also while it waits for room', async () => {
    const { source, pacer } = listening()
    const abort = new AbortController()
    const updates = pacer.updates(abort.signal)[Symbol.asyncIterator]()
    source.push(9 * RATE)
    await updates.next()
    source.push(9 * RATE)
    await settled()
    abort.abort()
    expect((await updates.next()).done).toBe(true)
    expect(source.closed).toBe(true)
  })

  it('closes the source when there were no updates', async () => {
    const { source, pacer } = listening()
    pacer.start()
    await settled()
    await pacer.close()
    expect(source.closed).toBe(true)
  })
})

describe('a full backlog', () => {
  it('lets a file or pipe wait, and loses nothing', async () => {
    const { source, log, updates } = listening({ maxBacklogSec: 2 })
    for (let second = 0; second < 10; second++) source.push(RATE)
    source.push(null)
    const lengths: number[] = []
    const first = await updates.next()
    for (let next = first; !next.done; next = await updates.next()) {
      lengths.push(next.value.audio.length / RATE)
      for (let turn = 0; turn < 20; turn++) await settled()
    }
    expect(lengths.reduce((sum, length) => sum + length)).toBe(10)
    expect(Math.max(...lengths)).toBe(2)
    expect(log.warnings).toEqual([])
  })

  it('leaves out of a device what waits, says so once, and how much it was in the end', async () => {
    const { source, log, updates } = listening({ maxBacklogSec: 3, whenFull: 'skip', startAtSec: 100 })
    source.push(RATE)
    const first = await updates.next()
    expect(first.value.resumeAtSec).toBeUndefined()
    for (const seconds of [4, 3]) {
      for (let second = 0; second < seconds; second++) source.push(RATE)
      await settled()
      await settled()
    }
    const second = await updates.next()
    expect([second.value.audio.length / RATE, second.value.resumeAtSec]).toEqual([1, 107])
    expect(log.warnings).toEqual([expect.stringContaining('6.0 s of audio before 107.0 s were left out')])
    source.push(4 * RATE)
    await settled()
    expect((await updates.next()).value.resumeAtSec).toBe(111)
    source.push(null)
    expect((await updates.next()).done).toBe(true)
    expect(log.warnings.slice(1)).toEqual(['9.0 s of audio were left out in all, in 2 places'])
  })

  it('keeps times right, whatever is left out', async () => {
    const pieces = fc.array(fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.boolean()), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(pieces, async (given) => {
        const { source, updates } = listening({ maxBacklogSec: 2, whenFull: 'skip' })
        let [position, heard, skipped] = [0, 0, 0]
        const hear = async () => {
          const { done, value } = await updates.next()
          if (done) return false
          if (value.resumeAtSec !== undefined) skipped = Math.round(value.resumeAtSec * RATE) - heard
          // Each sample is its own position in the stream.
          expect(value.audio[0]).toBe(heard + skipped)
          heard += value.audio.length
          return true
        }
        for (const [samples, hearsNow] of given) {
          source.push(Float32Array.from({ length: samples }, (_, index) => position + index))
          position += samples
          await settled()
          if (hearsNow && samples >= RATE) await hear()
        }
        source.push(null)
        while (await hear());
        expect(heard + skipped).toBe(position)
      }),
      { numRuns: 30 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computationUnaware, offline, realTime } from '../../../src/audio/pacing/pacers.js'
import { formatLine } from '../../../src/output/formats/lines.js'
import { FakeClock } from '../../helpers/fake-clock.js'
import { memorySource } from '../../helpers/memory-source.js'
import { loadConformance } from '../../helpers/shared-files.js'

type Returned = readonly [number | null, number | null, string]

interface RunCase {
  readonly name: string
  readonly args: readonly string[]
  readonly audioSamples: number
  readonly computeSeconds: readonly number[]
  readonly chunkSamples: readonly number[]
  readonly results: readonly Returned[]
  readonly finishResult: Returned
  readonly lines: readonly string[]
}

const segmentOf = ([begin, end, text]: Returned) => (begin === null || end === null ? null : { begin, end, text })
const argument = (args: readonly string[], name: string, standard: number) =>
  args.includes(name) ? Number(args[args.indexOf(name) + 1]) : standard

describe('run modes as the reference', () => {
  it.each(loadConformance<RunCase>('run_modes'))('$name', async (recorded) => {
    const clock = new FakeClock(1000)
    const isOffline = recorded.args.includes('--offline')
    const startAtSec = argument(recorded.args, '--start_at', 0)
    const audio = new Float32Array(recorded.audioSamples).subarray(isOffline ? 0 : Math.trunc(startAtSec * 16_000))
    const options = {
      source: memorySource(audio),
      minChunkSec: argument(recorded.args, '--min-chunk-size', 1),
      startAtSec,
      clock,
    }
    const mode = isOffline ? offline : recorded.args.includes('--comp_unaware') ? computationUnaware : realTime
    const pacer = mode(options)
    const chunks: number[] = []
    const lines: (string | null)[] = []
    let before = 0
    for await (const { audio, now, isPart } of pacer.updates()) {
      // Parts of one update: the reference has them at once.
      before += audio.length
      if (isPart) continue
      clock.advance(recorded.computeSeconds[chunks.length % recorded.computeSeconds.length]!)
      lines.push(formatLine(now(), segmentOf(recorded.results[chunks.length]!)))
      chunks.push(before)
      before = 0
    }
    lines.push(formatLine(pacer.endTime(), segmentOf(recorded.finishResult)))
    expect(chunks).toEqual(recorded.chunkSamples)
    expect(lines.filter((line) => line !== null)).toEqual(recorded.lines)
  })
})

describe('pacers', () => {
  const options = (samples: number) => ({
    source: memorySource(new Float32Array(samples), 777),
    minChunkSec: 1,
    startAtSec: 0,
    clock: new FakeClock(),
  })

  it.each([realTime, computationUnaware, offline])('$name hands every sample over once', async (mode) => {
    const all = options(100_003)
    let heard = 0
    for await (const { audio } of mode(all).updates()) heard += audio.length
    expect(heard).toBe(100_003)
    expect(all.source.closed).toBe(true)
  })

  it.each([realTime, computationUnaware, offline])('$name closes the source when it is left early', async (mode) => {
    const all = options(100_003)
    for await (const _ of mode(all).updates()) break
    expect(all.source.closed).toBe(true)
  })

  it('ends while it waits when it is aborted', async () => {
    const abort = new AbortController()
    const waiting = {
      ...options(160_000),
      clock: { now: () => 0, sleep: (_: number, signal?: AbortSignal) => stopped(signal) },
    }
    const updates = realTime(waiting).updates(abort.signal)[Symbol.asyncIterator]()
    const next = updates.next()
    abort.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
  })
})

function stopped(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
}

describe('a recording of any length', () => {
  const SAMPLES = { ofWholeSecond: 16_000, roundedBelow: 519_040, many: 700_001 }
  const lengths = fc.oneof(fc.constantFrom(...Object.values(SAMPLES)), fc.integer({ min: 1, max: 800_000 }))

  it('comes to its end, each sample taken once', async () => {
    // 519 040 samples are 32.44 s, which times 16 000 is a little less.
    expect(Math.trunc((SAMPLES.roundedBelow / 16_000) * 16_000)).toBeLessThan(SAMPLES.roundedBelow)
    const steps = fc.double({ min: 0.1, max: 7, noNaN: true })
    await fc.assert(
      fc.asyncProperty(lengths, fc.oneof(fc.constant(1), steps), async (samples, minChunkSec) => {
        const source = memorySource(new Float32Array(samples))
        let [taken, updates] = [0, 0]
        const pacer = computationUnaware({ source, minChunkSec, startAtSec: 0, clock: new FakeClock(0) })
        for await (const { audio } of pacer.updates()) {
          taken += audio.length
          expect(++updates).toBeLessThan(3 + samples / 16_000 / minChunkSec)
        }
        expect(taken).toBe(samples)
        expect(pacer.endTime()).toBe(samples / 16_000)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BackendError, UsageError } from '../../src/core/errors.js'
import { eventsOf, finalWords, SECONDS, scripted, TEXTS, talkFolder } from '../helpers/scripted-talk.js'

const RATE = 16_000

describe('audio that is pushed', () => {
  it('is recognized to its end, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 * RATE }), { minLength: 1, maxLength: 30 }),
        async (cuts) => {
          const cwd = talkFolder()
          await using transcriber = await scripted(cwd)
          const stream = transcriber.push()
          const events = eventsOf(stream)
          const buffer = new Float32Array(4 * RATE)
          for (let [at, turn] = [0, 0]; at < SECONDS * RATE; turn++) {
            const length = Math.min(cuts[turn % cuts.length]!, SECONDS * RATE - at)
            buffer.fill(0, 0, length)
            if (!stream.write(buffer.subarray(0, length))) await stream.drained()
            // Whoever hands audio over may use its memory again.
            buffer.fill(1)
            at += length
          }
          stream.end()
          stream.end()
          expect(finalWords(await events)).toEqual(TEXTS)
          expect(() => stream.write(new Float32Array(1))).toThrow(UsageError)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('that is too much is left out where that is wanted, and told', async () => {
    const cwd = talkFolder()
    await using transcriber = await scripted(cwd, { maxBacklog: 3 }, { computeSec: 0.2 })
    const stream = transcriber.push({ whenFull: 'skip' })
    stream.write(new Float32Array(SECONDS * RATE))
    stream.end()
    const events = await eventsOf(stream)
    const gaps = events.filter((event) => event.type === 'gap')
    expect(gaps.map(({ cause }) => cause)).toContain('backlog')
    const end = events.at(-1)
    const skipped =
      end?.type === 'end' ? end.ledger.sums.find(({ disposition }) => disposition === 'skipped') : undefined
    expect(skipped?.samples).toBe(Math.round(gaps.reduce((sum, { begin, end }) => sum + end - begin, 0) * RATE))
  })

  it.each([
    ['its signal', (signal: AbortSignal) => ({ signal })],
    ['the signal to stop listening', (stop: AbortSignal) => ({ stop })],
  ])('is left out when the stream has been ended by %s, before or after audio came', async (_, optionsOf) => {
    await using transcriber = await scripted(talkFolder())
    for (const isAtOnce of [true, false]) {
      const ending = new AbortController()
      const stream = transcriber.push(optionsOf(ending.signal))
      const second = new Float32Array(RATE)
      if (isAtOnce) ending.abort()
      else stream.write(second)
      const events = eventsOf(stream)
      setTimeout(() => ending.abort(), 50)
      expect((await events).at(-1)?.type).toBe('end')
      for (let seconds = 0; seconds < 3; seconds++) expect(stream.write(second)).toBe(false)
      await stream.drained()
      stream.end()
      expect(() => stream.write(second)).toThrow(/after end\(\)/)
    }
  })

  it('is left out when recognition has failed', async () => {
    await using transcriber = await scripted(talkFolder(), {}, { failAtSec: 1 })
    const stream = transcriber.push()
    stream.write(new Float32Array(5 * RATE))
    await expect(eventsOf(stream)).rejects.toThrow(BackendError)
    expect(stream.write(new Float32Array(RATE))).toBe(false)
  })

  it('gives its events once', async () => {
    await using transcriber = await scripted(talkFolder())
    const stream = transcriber.push()
    stream.end()
    await eventsOf(stream)
    expect(() => stream[Symbol.asyncIterator]()).toThrow(/read twice/)
  })

  it('may end without any, and waits for nobody when the stream is stopped', async () => {
    await using transcriber = await scripted(talkFolder())
    const empty = transcriber.push()
    empty.end()
    expect((await eventsOf(empty)).at(-1)).toMatchObject({ type: 'end', reason: 'complete' })
    const stop = new AbortController()
    const idle = transcriber.push({ stop: stop.signal })
    const events = eventsOf(idle)
    idle.write(new Float32Array(2 * RATE))
    setTimeout(() => stop.abort(), 50)
    expect(finalWords(await events)).toEqual(TEXTS.slice(0, 4))
  })
})

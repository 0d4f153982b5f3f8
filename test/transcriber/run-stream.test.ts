import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { TranscriptEvent } from '../../src/core/events.js'
import { SAMPLE_RATE } from '../../src/core/sample-rate.js'
import type { ASRProcessor, PacedAudio, Pacer, Segment } from '../../src/core/types.js'
import { EventRelay } from '../../src/transcriber/event-relay.js'
import { runStream } from '../../src/transcriber/run-stream.js'
import { FakeClock } from '../helpers/fake-clock.js'

const second = (resumeAtSec?: number, seconds = 1): PacedAudio => ({
  audio: new Float32Array(seconds * SAMPLE_RATE),
  now: () => 0,
  ...(resumeAtSec === undefined ? {} : { resumeAtSec }),
})

const pacerOf = (portions: readonly PacedAudio[]): Pacer => ({
  async *updates() {
    yield* portions
  },
  endTime: () => 100,
})

/** Says a word in every second, in the update after the one that brought it. */
function speaking(ends: (update: number) => number | null = () => null): ASRProcessor {
  let [position, updates] = [0, 0]
  let open: Segment | null = null
  const word = (begin: number): Segment => {
    const text = `w${begin}`
    return { begin, end: begin + 1, text, words: [{ begin, end: begin + 1, text }] }
  }
  const take = () => {
    const said = open
    open = null
    return said
  }
  return {
    init(offset = 0) {
      position = offset
      open = null
    },
    insertAudioChunk(audio) {
      position += audio.length / SAMPLE_RATE
    },
    async processIter() {
      updates++
      const said = take()
      open = word(position - 1)
      return said
    },
    finish: async () => take(),
    unconfirmed: () => open,
    utteranceEnd: () => ends(updates),
  }
}

async function eventsOf(pacer: Pacer, processor: ASRProcessor): Promise<readonly TranscriptEvent[]> {
  const events: TranscriptEvent[] = []
  for await (const event of runStream(pacer, processor, { clock: new FakeClock() })) events.push(event)
  return events
}

/** What matters of events, in a line each. */
const told = (events: readonly TranscriptEvent[]) =>
  events.flatMap((event) => {
    switch (event.type) {
      case 'text-final':
        return `final ${event.segment.text}`
      case 'text-partial':
        return `partial ${event.segment?.text ?? 'none'}`
      case 'utterance-end':
        return `utterance ends at ${event.at}`
      case 'gap':
        return `gap from ${event.begin} to ${event.end}`
      default:
        return []
    }
  })

describe('the one loop', () => {
  it('tells final text before what is open after it', async () => {
    expect(told(await eventsOf(pacerOf([second(), second()]), speaking()))).toEqual([
      'partial w0',
      'final w0',
      'partial w1',
      'final w1',
      'partial none',
    ])
  })

  it('ends an utterance where the input pauses, once, and only where something was said', async () => {
    const pause: PacedAudio = { audio: new Float32Array(0), now: () => 0, resumeAtSec: 1 }
    expect(told(await eventsOf(pacerOf([second(), pause, pause]), speaking()))).toEqual([
      'partial w0',
      'final w0',
      'partial none',
      'utterance ends at 1',
    ])
    const silent: ASRProcessor = { ...speaking(), processIter: async () => null, finish: async () => null }
    expect(told(await eventsOf(pacerOf([second(), pause]), silent))).toEqual([])
  })

  it('tells of audio that was left out, from where to where, after the text before it', async () => {
    expect(told(await eventsOf(pacerOf([second(), second(5.5)]), speaking()))).toEqual([
      'partial w0',
      'final w0',
      'partial none',
      'utterance ends at 1',
      'gap from 1 to 5.5',
      'partial w5.5',
      'final w5.5',
      'partial none',
    ])
  })

  it('hands on where voice activity control ends an utterance', async () => {
    const events = told(
      await eventsOf(
        pacerOf([second(), second()]),
        speaking((update) => (update === 2 ? 1.75 : null)),
      ),
    )
    expect(events).toContain('utterance ends at 1.75')
    expect(events.indexOf('utterance ends at 1.75')).toBeGreaterThan(events.indexOf('final w0'))
  })

  it('counts what a processor computes before it first waits', async () => {
    const clock = new FakeClock()
    const processor: ASRProcessor = {
      ...speaking(),
      processIter: async () => {
        clock.advance(2)
        return null
      },
    }
    const computed: number[] = []
    for await (const event of runStream(pacerOf([second(), second()]), processor, { clock })) {
      if (event.type === 'progress') computed.push(event.computingSec)
    }
    expect(computed.at(-1)).toBe(4)
  })

  it('waits for an update that is under way before it closes, when the reader stops', async () => {
    const calls: string[] = []
    const relay = new EventRelay<{ recognizedSec: number; unconfirmed: null }>()
    const processor: ASRProcessor = {
      init() {},
      insertAudioChunk() {},
      async processIter(signal) {
        relay.push({ recognizedSec: 0.5, unconfirmed: null })
        await sleep(20)
        calls.push(signal?.aborted ? 'update, aborted' : 'update')
        return null
      },
      finish: async () => null,
      close: async () => void calls.push('close'),
    }
    for await (const event of runStream(pacerOf([second()]), processor, { clock: new FakeClock(), relay })) {
      if (event.type === 'progress' && event.recognizedSec === 0.5) break
    }
    expect(calls).toEqual(['update, aborted', 'close'])
  })
})

describe('a relay of events', () => {
  it('gives what comes while something is awaited, in order, and then its result or its error', async () => {
    const relay = new EventRelay<number>()
    relay.push(0)
    const work = (async () => {
      relay.push(1)
      await sleep(1)
      relay.push(2)
      return 'done'
    })()
    const seen: number[] = []
    const events = relay.during(work)
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) {
        expect(next.value).toBe('done')
        break
      }
      seen.push(next.value)
    }
    expect(seen).toEqual([0, 1, 2])
    await expect(relay.during(Promise.reject(new Error('failed'))).next()).rejects.toThrow('failed')
  })
})

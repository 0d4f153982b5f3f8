import { describe, expect, it } from 'vitest'
import { computationUnaware, realTime } from '../../src/audio/pacing/pacers.js'
import { type ASRSettings, parseConfig } from '../../src/config/config.js'
import type { EffortEvent, TranscriptEvent } from '../../src/core/events.js'
import { SAMPLE_RATE } from '../../src/core/sample-rate.js'
import type { ASRProcessor, Effort, Segment } from '../../src/core/types.js'
import { boundedLag } from '../../src/transcriber/bounded-lag.js'
import { runStream } from '../../src/transcriber/run-stream.js'
import { FakeClock } from '../helpers/fake-clock.js'
import { rememberingLog } from '../helpers/logs.js'
import { memorySource } from '../helpers/memory-source.js'
import { scripted, talkFolder } from '../helpers/scripted-talk.js'

const SECONDS = 180
/** An update of the default effort takes so long on a machine without load. */
const FULL_SEC = 0.3

interface Talk {
  readonly settings: ASRSettings
  /** How many times slower the machine is, second by second. */
  readonly load: (second: number) => number
  /** Whether the processor can be told what to compute. */
  readonly hasSeam?: boolean
  /** Whether another stream shares the model. */
  readonly isShared?: boolean
  readonly pace?: typeof realTime
}

/** Runs a stream on a machine that is busy, by a clock that computing moves. */
async function run({ settings, load, hasSeam = true, isShared = false, pace = realTime }: Talk) {
  const clock = new FakeClock()
  const log = rememberingLog()
  const config = parseConfig({ ...settings })
  const source = memorySource(new Float32Array(SECONDS * SAMPLE_RATE))
  const pacer = pace({ source, clock, minChunkSec: config.minChunkSize, startAtSec: 0 })
  const steps: number[] = []
  const processor = talking(steps, clock, load)
  const { setEffort: _, ...without } = processor
  const used = hasSeam ? processor : without
  const events: TranscriptEvent[] = []
  const bound = boundedLag(config, { pacer, processor: used, log, isAlone: () => !isShared })
  for await (const event of runStream(pacer, used, { clock, log, boundedLag: bound })) events.push(event)
  const efforts = events.filter((event): event is EffortEvent => event.type === 'effort')
  const texts = events.flatMap((event) => (event.type === 'text-final' ? event.segment.text : []))
  return { events, efforts, texts, steps, log }
}

/** Says which seconds each update brought. Half of the computing is for the window, half for what is new; less with fewer beams. */
function talking(steps: number[], clock: FakeClock, load: (second: number) => number): ASRProcessor {
  let [said, heard, windowSec, beamSize] = [0, 0, 15, 5]
  const take = (): Segment | null => {
    if (said === heard) return null
    const word = { begin: said / SAMPLE_RATE, end: heard / SAMPLE_RATE, text: `${said}-${heard}` }
    said = heard
    return { ...word, words: [word] }
  }
  return {
    init() {},
    insertAudioChunk: (audio) => {
      heard += audio.length
    },
    async processIter() {
      const newSec = (heard - said) / SAMPLE_RATE
      steps.push(newSec)
      const full = load(clock.now()) * FULL_SEC * (0.5 * (windowSec / 15) + 0.5 * newSec)
      clock.advance((full * (1 + 3 * (beamSize - 1))) / 13)
      return take()
    },
    finish: async () => take(),
    setEffort: (effort: Effort) => {
      windowSec = effort.windowSec
      beamSize = effort.beamSize ?? beamSize
    },
  }
}

const busyFrom =
  (begin: number, end: number, factor: number) =>
  (second: number): number =>
    second >= begin && second < end ? factor : 1

/** Whether texts say every sample once, to the end. */
function expectWhole(texts: readonly string[]): void {
  let at = 0
  for (const text of texts) {
    const [begin, end] = text.split('-').map(Number)
    expect(begin).toBe(at)
    at = end!
  }
  expect(at).toBe(SECONDS * SAMPLE_RATE)
}

describe('a bound for the lag', () => {
  it('lets less be computed while the machine is busy, and all again after that, and loses nothing', async () => {
    const { efforts, texts, log } = await run({ settings: { maxLag: 1 }, load: busyFrom(20, 80, 4) })
    expect(efforts.map(({ change, stepSec, windowSec, isFull }) => [change, stepSec, windowSec, isFull])).toEqual([
      ['less', 1, 8, false],
      ['more', 1, 15, true],
    ])
    expectWhole(texts)
    expect(log.warnings).toEqual([])
    expect(log.infos).toEqual([
      expect.stringMatching(
        /^recognition is \d+\.\d s late, more than 1 s: updates now come after 1 s and have about 8 s of audio$/,
      ),
      'recognition has time to spare: updates now come after 1 s and have about 15 s of audio, as configured',
    ])
  })

  it('gives up beams while the machine is busy, and says so', async () => {
    const settings = { maxLag: 1, beamSize: 5 }
    const { efforts, texts, log } = await run({ settings, load: busyFrom(20, 40, 12) })
    expect(efforts.map(({ change, beamSize, isFull }) => [change, beamSize, isFull])).toEqual([
      ['less', 1, false],
      ['more', 2, false],
      ['more', 5, true],
    ])
    expectWhole(texts)
    expect(log.infos[0]).toMatch(/ late, more than 1 s: .* about 15 s of audio, beam size 1$/)
    expect(log.infos.at(-1)).toMatch(/, beam size 5, as configured$/)
  })

  it('says once that less cannot be computed, and goes on', async () => {
    const { efforts, texts, log } = await run({ settings: { maxLag: 0.5 }, load: busyFrom(20, SECONDS, 6) })
    expect(efforts.map(({ change }) => change)).toEqual(['less', 'least'])
    expectWhole(texts)
    expect(log.warnings).toEqual([
      expect.stringMatching(/ late, more than 0\.5 s, and less cannot be computed; .*a smaller model, more --threads/),
    ])
  })

  it('gives streams that share a model their updates less often, also where the processor cannot change', async () => {
    const { efforts, steps, texts } = await run({
      settings: { maxLag: 0.5 },
      load: busyFrom(20, SECONDS, 3),
      hasSeam: false,
      isShared: true,
    })
    expect(efforts.at(-1)).toMatchObject({ stepSec: 2, windowSec: 8 })
    expect(Math.min(...steps.slice(60, -1))).toBeGreaterThanOrEqual(2)
    expectWhole(texts)
  })

  it('changes nothing, bit by bit, while nothing is late', async () => {
    const load = busyFrom(20, 80, 4)
    const off = await run({ settings: {}, load })
    const wide = await run({ settings: { maxLag: 5 }, load })
    expect(wide.events).toEqual(off.events)
    expect(off.log.infos).toEqual([])
  })

  it('has no effect where the clock stops while an update is computed', async () => {
    const { efforts } = await run({ settings: { maxLag: 0.1 }, load: () => 10, pace: computationUnaware })
    expect(efforts).toEqual([])
  })

  it('is none with compat and offline', () => {
    const log = rememberingLog()
    const processor = talking([], new FakeClock(), () => 1)
    const pacer = { async *updates() {}, endTime: () => 0 }
    for (const settings of [{}, { maxLag: 1, compat: 'whisper_online' }, { maxLag: 1, offline: true }]) {
      expect(boundedLag(parseConfig(settings), { pacer, processor, log })).toBeNull()
    }
  })
})

describe('streams of one transcriber', () => {
  it('begin with all that is configured each, and lengthen their steps only while there are several', async () => {
    // The backend heeds no beams: there are none to give up.
    const settings = { maxLag: 0.1, minChunkSize: 0.5, beamSize: 5 }
    await using transcriber = await scripted(talkFolder(), settings, { computeSec: 0.3 })
    /** Speaks until the least is computed; gives the steps on the way. */
    const steps = async (): Promise<readonly number[]> => {
      const stream = transcriber.push()
      const speaking = setInterval(() => stream.write(new Float32Array(SAMPLE_RATE / 10)), 100)
      const taken: number[] = []
      for await (const event of stream) {
        if (event.type !== 'effort') continue
        taken.push(event.stepSec)
        if (event.change === 'least' || event.stepSec > settings.minChunkSize) break
      }
      clearInterval(speaking)
      return taken
    }
    expect(await steps()).toEqual([0.5, 0.5])
    expect(await steps()).toEqual([0.5, 0.5])
    const [first, second] = await Promise.all([steps(), steps()])
    expect(Math.max(...first, ...second)).toBe(1)
  })
})

import type { ASRProcessor } from '../core/types.js'
import type { Bench } from './bench.js'
import { play, textOf } from './playing.js'
import { type BackendRule, demand, isTyped, MOMENTS, outcomeOf, shown, succeed } from './rule.js'
import { part, secondsOf } from './sounds.js'

const of = 'processor'

/** How a processor behaves: when it is stopped, begun again, closed. */
export const processorConductRules: readonly BackendRule[] = [
  {
    id: 'again',
    of,
    title: 'after finish and init it hears a stream as if it were the first',
    check: (bench) =>
      checkAsNew(bench, 'after another stream', async (processor) => {
        await play(processor, part(bench.main, 0, secondsOf(bench.main.audio) / 2))
      }),
  },
  {
    id: 'again-unfinished',
    of,
    title: 'init forgets a stream that did not come to its end',
    check: (bench) =>
      checkAsNew(bench, 'after a stream without an end', async (processor) => {
        const middle = secondsOf(bench.main.audio) / 2
        processor.init()
        processor.insertAudioChunk(part(bench.main, 0, middle).audio)
        await processor.processIter()
        // Heard by no update.
        processor.insertAudioChunk(part(bench.main, middle, 2 * middle).audio)
      }),
  },
  {
    id: 'finish-aborted',
    of,
    title: 'finish with a signal that is aborted already gives what is known',
    async check(bench) {
      const processor = await bench.processor()
      await begin(processor, bench)
      const outcome = await outcomeOf(() => processor.finish(AbortSignal.abort()), bench.abortWithinSec)
      const late = `finish with an aborted signal has not ended after ${bench.abortWithinSec} s`
      demand(outcome.kind !== 'late', late, 'it computes nothing')
      const fails = outcome.kind === 'error' ? shown(outcome.error) : ''
      demand(
        outcome.kind === 'value',
        `finish with an aborted signal rejects with ${fails}`,
        'it gives null or a segment',
      )
    },
  },
  {
    id: 'abort-before',
    of,
    title: 'processIter with a signal that is aborted already rejects with its reason, or ends',
    async check(bench) {
      const processor = await bench.processor()
      const reason = new Error('nobody wants this any more')
      await begin(processor, bench)
      await checkAborted(() => processor.processIter(AbortSignal.abort(reason)), reason, 'before it began', bench)
    },
  },
  {
    id: 'abort-running',
    of,
    title: 'processIter that is aborted while it runs rejects with the reason of the signal, or ends, soon',
    async check(bench) {
      const processor = await bench.processor()
      const reason = new Error('nobody wants this any more')
      for (const moment of MOMENTS) {
        await checkAborted(await abortedAfter(moment, processor, reason, bench), reason, 'while it ran', bench)
      }
    },
  },
  {
    id: 'after-abort',
    of,
    title: 'after an abort and init it hears a stream as if it were the first',
    check: (bench) =>
      checkAsNew(bench, 'after an abort', async (processor) => {
        await begin(processor, bench)
        await outcomeOf(() => processor.processIter(AbortSignal.abort()), bench.abortWithinSec)
        for (const moment of MOMENTS) {
          const ended = await abortedAfter(moment, processor, new Error('not wanted'), bench)
          await outcomeOf(ended, bench.abortWithinSec)
        }
        await outcomeOf(() => processor.finish(AbortSignal.abort()), bench.abortWithinSec)
      }),
  },
  {
    id: 'audio-untouched',
    of,
    title: 'the audio that is handed over stays as it is',
    async check(bench) {
      const processor = await bench.processor()
      const { what, audio } = bench.main
      const handed = audio.slice()
      processor.init()
      processor.insertAudioChunk(handed)
      const hear = async () => [await processor.processIter(), await processor.finish()]
      await succeed(hear, `a stream of ${what}`, bench.withinSec)
      const isKept = handed.length === audio.length
      demand(
        isKept,
        `the memory of ${what} is gone after recognition`,
        'send a copy to the worker, not the audio itself',
      )
      const changed = handed.findIndex((sample, index) => sample !== audio[index])
      demand(changed < 0, `sample ${changed} of ${what} was changed by recognition`, 'work on a copy')
    },
  },
  {
    id: 'after-close',
    of,
    title: 'closed, it rejects with a typed error, or answers',
    check: (bench) =>
      bench.fresh(async ({ processor }) => {
        if (!processor?.close) return
        await succeed(() => processor.close?.(), 'close()', bench.withinSec)
        const outcome = await outcomeOf(() => play(processor, bench.main), bench.withinSec)
        demand(outcome.kind !== 'late', 'a stream after close() does not end', 'it rejects')
        if (outcome.kind !== 'error') return
        const expected = 'a failure is an error of asr-stream, as BackendError'
        demand(isTyped(outcome.error), `a stream after close() throws ${shown(outcome.error)}`, expected)
      }),
  },
]

/** Begins a stream and hands over all audio. */
async function begin(processor: ASRProcessor, { main, withinSec }: Bench): Promise<void> {
  await succeed(() => processor.init(), 'init()', withinSec)
  await succeed(() => processor.insertAudioChunk(main.audio.slice()), 'insertAudioChunk()', withinSec)
}

/** @returns what waits for the update that was aborted */
async function abortedAfter(
  moment: () => Promise<void>,
  processor: ASRProcessor,
  reason: Error,
  bench: Bench,
): Promise<() => Promise<unknown>> {
  const abort = new AbortController()
  await begin(processor, bench)
  const running = (async () => processor.processIter(abort.signal))()
  // What fails before it is asked about must not end the process.
  running.catch(() => {})
  await moment()
  abort.abort(reason)
  return () => running
}

async function checkAborted(call: () => Promise<unknown>, reason: Error, when: string, bench: Bench): Promise<void> {
  const outcome = await outcomeOf(call, bench.abortWithinSec)
  const late = `an update that was aborted ${when} has not ended after ${bench.abortWithinSec} s`
  demand(outcome.kind !== 'late', late, 'look at signal.aborted while computing')
  if (outcome.kind === 'value') return
  demand(
    outcome.error === reason,
    `an update that was aborted ${when} rejects with ${shown(outcome.error)}`,
    'it rejects with signal.reason itself, as signal.throwIfAborted() does',
  )
}

/** The first stream of a backend of its own, and the same one after something happened, have the same text. */
function checkAsNew(bench: Bench, when: string, happen: (processor: ASRProcessor) => Promise<void>): Promise<void> {
  return bench.fresh(async ({ processor, metadata }) => {
    if (!processor) return
    const text = async () => textOf(await play(processor, bench.main), metadata?.separator ?? ' ')
    const first = await succeed(text, `a stream of ${bench.main.what}`, bench.withinSec)
    await succeed(() => happen(processor), 'another stream', bench.withinSec)
    const again = await succeed(text, `a stream of ${bench.main.what} ${when}`, bench.withinSec)
    const what = `${bench.main.what} gives ${JSON.stringify(first)} first and ${JSON.stringify(again)} ${when}`
    demand(first === again, what, 'init forgets everything')
  })
}

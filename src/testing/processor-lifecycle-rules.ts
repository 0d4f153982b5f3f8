import type { ASRProcessor } from '../core/types.js'
import type { Harness } from './harness.js'
import { type BackendRule, demand, isTyped, MOMENTS, outcomeOf, shown, succeed } from './rule.js'
import { part, secondsOf } from './sounds.js'
import { driveStream, textOf } from './stream-driver.js'

const of = 'processor'

/** How a processor behaves: when it is stopped, begun again, closed. */
export const processorLifecycleRules: readonly BackendRule[] = [
  {
    id: 'again',
    of,
    title: 'after finish and init it transcribes a stream as if it were the first',
    check: (harness) =>
      checkAsNew(harness, 'after another stream', async (processor) => {
        await driveStream(processor, part(harness.main, 0, secondsOf(harness.main.audio) / 2))
      }),
  },
  {
    id: 'again-unfinished',
    of,
    title: 'init forgets a stream that did not come to its end',
    check: (harness) =>
      checkAsNew(harness, 'after a stream without an end', async (processor) => {
        const middle = secondsOf(harness.main.audio) / 2
        processor.init()
        processor.insertAudioChunk(part(harness.main, 0, middle).audio.slice())
        await processor.processIter()
        // Seen by no update.
        processor.insertAudioChunk(part(harness.main, middle, 2 * middle).audio.slice())
      }),
  },
  {
    id: 'finish-aborted',
    of,
    title: 'finish with a signal that is aborted already gives what is known',
    async check(harness) {
      const processor = await harness.processor()
      await begin(processor, harness)
      const outcome = await outcomeOf(() => processor.finish(AbortSignal.abort()), harness.abortWithinSec)
      const late = `finish with an aborted signal has not ended after ${harness.abortWithinSec} s`
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
    async check(harness) {
      const processor = await harness.processor()
      const reason = new Error('nobody wants this any more')
      await begin(processor, harness)
      await checkAborted(() => processor.processIter(AbortSignal.abort(reason)), reason, 'before it began', harness)
    },
  },
  {
    id: 'abort-running',
    of,
    title: 'processIter that is aborted while it runs rejects with the reason of the signal, or ends, soon',
    async check(harness) {
      const processor = await harness.processor()
      const reason = new Error('nobody wants this any more')
      for (const moment of MOMENTS) {
        await checkAborted(await abortedAfter(moment, processor, reason, harness), reason, 'while it ran', harness)
      }
    },
  },
  {
    id: 'after-abort',
    of,
    title: 'after an abort and init it transcribes a stream as if it were the first',
    check: (harness) =>
      checkAsNew(harness, 'after an abort', async (processor) => {
        await begin(processor, harness)
        await outcomeOf(() => processor.processIter(AbortSignal.abort()), harness.abortWithinSec)
        for (const moment of MOMENTS) {
          const ended = await abortedAfter(moment, processor, new Error('not wanted'), harness)
          await outcomeOf(ended, harness.abortWithinSec)
        }
        await outcomeOf(() => processor.finish(AbortSignal.abort()), harness.abortWithinSec)
      }),
  },
  {
    id: 'after-close',
    of,
    title: 'closed, it rejects with a typed error, or answers',
    check: (harness) =>
      harness.fresh(async ({ processor }) => {
        if (!processor?.close) return
        await succeed(() => processor.close?.(), 'close()', harness.withinSec)
        const outcome = await outcomeOf(() => driveStream(processor, harness.main), harness.withinSec)
        demand(outcome.kind !== 'late', 'a stream after close() does not end', 'it rejects')
        if (outcome.kind !== 'error') return
        const expected = 'a failure is an error of asr-stream, as BackendError'
        demand(isTyped(outcome.error), `a stream after close() throws ${shown(outcome.error)}`, expected)
      }),
  },
]

/** Begins a stream and hands over all audio. */
async function begin(processor: ASRProcessor, { main, withinSec }: Harness): Promise<void> {
  await succeed(() => processor.init(), 'init()', withinSec)
  await succeed(() => processor.insertAudioChunk(main.audio.slice()), 'insertAudioChunk()', withinSec)
}

/** @returns what waits for the update that was aborted */
async function abortedAfter(
  moment: () => Promise<void>,
  processor: ASRProcessor,
  reason: Error,
  harness: Harness,
): Promise<() => Promise<unknown>> {
  const abort = new AbortController()
  await begin(processor, harness)
  const running = (async () => processor.processIter(abort.signal))()
  // What fails before it is asked about must not end the process.
  running.catch(() => {})
  await moment()
  abort.abort(reason)
  return () => running
}

async function checkAborted(
  call: () => Promise<unknown>,
  reason: Error,
  when: string,
  harness: Harness,
): Promise<void> {
  const outcome = await outcomeOf(call, harness.abortWithinSec)
  const late = `an update that was aborted ${when} has not ended after ${harness.abortWithinSec} s`
  demand(outcome.kind !== 'late', late, 'look at signal.aborted while computing')
  if (outcome.kind === 'value') return
  demand(
    outcome.error === reason,
    `an update that was aborted ${when} rejects with ${shown(outcome.error)}`,
    'it rejects with signal.reason itself, as signal.throwIfAborted() does',
  )
}

/** The first stream of a backend of its own, and the same one after something happened, have the same text. */
function checkAsNew(harness: Harness, when: string, happen: (processor: ASRProcessor) => Promise<void>): Promise<void> {
  return harness.fresh(async ({ processor, metadata }) => {
    if (!processor) return
    const text = async () => textOf(await driveStream(processor, harness.main), metadata?.separator ?? ' ')
    const first = await succeed(text, `a stream of ${harness.main.what}`, harness.withinSec)
    await succeed(() => happen(processor), 'another stream', harness.withinSec)
    const again = await succeed(text, `a stream of ${harness.main.what} ${when}`, harness.withinSec)
    const what = `${harness.main.what} gives ${JSON.stringify(first)} first and ${JSON.stringify(again)} ${when}`
    demand(first === again, what, 'init forgets everything')
  })
}

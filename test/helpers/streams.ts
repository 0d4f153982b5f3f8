import type { LoadedModel } from '../../src/backends/contract.js'
import type { ASRConfig } from '../../src/config/config.js'
import type { GapEvent, TranscriptEvent } from '../../src/core/events.js'
import type { ASRProcessor, Log, Pacer, Segment } from '../../src/core/types.js'
import { buildProcessor, checkFit, type StreamDependencies } from '../../src/transcriber/build-processor.js'
import { runStream } from '../../src/transcriber/run-stream.js'
import { prepareRecognizer } from '../../src/transcriber/warm-up.js'
import { FakeClock } from './fake-clock.js'

/** Committed text and the time at which it came. */
export interface TimedSegment {
  readonly now: number
  readonly segment: Segment
}

/** Who is told of events other than text that is final. */
export interface StreamListeners {
  readonly signal?: AbortSignal
  readonly onGap?: (gap: GapEvent) => void
  readonly onEvent?: (event: TranscriptEvent) => void
  readonly log?: Log
}

/** A processor that is ready for a stream, as a transcriber opens it. */
export async function createProcessor(
  config: ASRConfig,
  loaded: LoadedModel,
  log: Log,
  dependencies: StreamDependencies = {},
): Promise<ASRProcessor> {
  checkFit(config, loaded)
  if (loaded.asr) await prepareRecognizer(config, loaded.asr)
  return buildProcessor(config, loaded, log, dependencies)
}

/** Runs a stream and gives its final text. */
export async function* transcribeStream(
  pacer: Pacer,
  processor: ASRProcessor,
  { signal, onGap, onEvent, log }: StreamListeners = {},
): AsyncGenerator<TimedSegment, void, undefined> {
  for await (const event of runStream(pacer, processor, { signal, log, clock: new FakeClock() })) {
    onEvent?.(event)
    if (event.type === 'gap') onGap?.(event)
    if (event.type === 'text-final') yield { now: event.emittedAt, segment: event.segment }
  }
}

import type { EndEvent, TranscriptEvent } from '../core/events.js'
import { ChannelLane, type LaneOptions } from './channel-lane.js'

type Events = AsyncGenerator<TranscriptEvent, void, undefined>

/** The stream of one channel. */
export interface ChannelStream {
  /** What the channel is called. */
  readonly name: string
  readonly events: Events
}

/** How streams are joined. */
export interface MergeOptions extends LaneOptions {
  /** Called in the end, before the streams are told to end. */
  readonly leave: () => void
}

/**
 * Joins the streams of channels to one, in order of the times at which what they tell begins. An event waits until no other
 * channel is likely to have an earlier one; what is found later than that comes late. The ends of all channels come last,
 * those that are not complete after the others.
 *
 * @throws the first error of a stream, after the text of all
 */
export async function* mergeChannels(streams: readonly ChannelStream[], options: MergeOptions): Events {
  const lanes = streams.map(({ name, events }) => new ChannelLane(name, events, options))
  const ends: EndEvent[] = []
  try {
    while (lanes.some(({ isOver }) => !isOver)) {
      await Promise.race(lanes.filter(({ isOver }) => !isOver).map((lane) => lane.advance()))
      for (let lane = earliest(lanes); lane !== null; lane = earliest(lanes)) {
        const event = lane.shift()
        if (event?.type === 'end') ends.push(event)
        else if (event) yield event
      }
    }
    yield* ends.sort((one, other) => Number(one.reason !== 'complete') - Number(other.reason !== 'complete'))
    const failed = lanes.find(({ failure }) => failure !== null)
    if (failed?.failure) throw failed.failure.error
  } finally {
    options.leave()
    await Promise.allSettled(streams.map(({ events }) => events.return()))
  }
}

/** The channel whose next event is before all that others have or may still have; null: none can be told yet. */
function earliest(lanes: readonly ChannelLane[]): ChannelLane | null {
  const firstSec = Math.min(...lanes.map(({ nextSec }) => nextSec))
  // Of channels at the same time, one that has something does not wait for the others.
  return lanes.find((lane) => lane.hasEvents && lane.nextSec === firstSec) ?? null
}

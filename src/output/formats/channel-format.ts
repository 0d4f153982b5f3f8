import type { TranscriptEvent } from '../../core/events.js'
import type { TranscriptFormat } from './format.js'
import { InOrder, type OfTurn } from './in-order.js'

/** What one channel has to write. */
export interface ChannelText<Unit> {
  /** What an event completes. */
  take(event: TranscriptEvent): readonly { readonly beginMs: number; readonly unit: Unit }[]
  /** What is still open, at the end. */
  rest(): readonly { readonly beginMs: number; readonly unit: Unit }[]
  /** Where text begins that is not complete yet; null: there is none. */
  readonly openMs: number | null
}

/**
 * A text in which several channels take turns, in order of time. What one says is not broken by what another says meanwhile.
 *
 * @param head what the text begins with
 * @param open starts the text of a channel
 * @param write what is written of a unit, one after the other
 */
export function channelFormat<Unit>(
  head: string,
  open: (channel: string) => ChannelText<Unit>,
  write: (turn: OfTurn<Unit>) => string,
): TranscriptFormat {
  const channels = new Map<string, ChannelText<Unit>>()
  const order = new InOrder<Unit>()
  let reachedMs = 0
  const rest = () => {
    for (const [name, channel] of channels) order.add(name, channel.rest(), null)
    return order.take(Number.POSITIVE_INFINITY).map(write).join('')
  }
  return {
    head,
    take(event) {
      // The ends of all channels come after everything else.
      if (event.type === 'end') return rest()
      const { channel: name = '' } = event
      const channel = channels.get(name) ?? open(name)
      channels.set(name, channel)
      const units = channel.take(event)
      order.add(name, units, channel.openMs)
      // Final text comes in order of its times.
      if (event.type === 'text-final') reachedMs = Math.max(reachedMs, event.segment.begin * 1000)
      return order.take(reachedMs).map(write).join('')
    },
    rest,
  }
}

import type { ASRProcessor, Segment, Word } from '../core/types.js'
import { layerOn } from './processor-layer.js'
import { segmentOf } from './segment.js'

/** A number that may go on: "10" before "%", "$1,234" before ".56"; a full stop or comma after it ends it. */
const NUMBER = /^\p{Sc}?\d(?:[\d.,:/]*\d)?$/u
/** A sign before its number. */
const SIGN = /^[\p{Sc}#§№~+±]$/u
/** An abbreviation or initial, which a name or number follows. */
const ABBREVIATION = /^(?:Mr|Mrs|Ms|Dr|Prof|St|Mt|Gen|Col|Capt|Lt|Sgt|Rev|Sen|Gov|Jr|Nr|No|Nos|vs|p|pp|fig|\p{Lu})\.$/iu

/** How many of the last words may be the start of a value that goes on: a number and its unit, a title and its name. */
export function openWords(words: readonly Word[]): number {
  let count = 0
  for (let at = words.length - 1; at >= 0; at--) {
    const text = words[at]!.text.trim()
    if (!SIGN.test(text) && !NUMBER.test(text) && !ABBREVIATION.test(text)) break
    count++
  }
  return count
}

/**
 * Puts a layer around a processor that holds a value together, so that it is not split over lines: last words that may
 * go on wait for the next update, and no longer than that.
 *
 * @param separator joins texts, as `ASRBase.sep`
 */
export function holdingValues(processor: ASRProcessor, separator: string): ASRProcessor {
  let held: readonly Word[] = []
  const withHeld = (segment: Segment | null): Segment | null =>
    held.length === 0 ? segment : segmentOf([...held, ...(segment?.words ?? [])], separator)
  return {
    ...layerOn(processor),
    init(offset = 0) {
      held = []
      processor.init(offset)
    },
    ...(processor.giveUp && {
      giveUp(reason: string) {
        const givenUp = processor.giveUp!(reason)
        if (givenUp.inParts) return givenUp
        const segment = withHeld(givenUp.segment)
        held = []
        return { ...givenUp, segment }
      },
    }),
    async processIter(signal) {
      const segment = await processor.processIter(signal)
      const fresh = segment?.words ?? []
      const open = openWords(fresh)
      const whole = withHeld(segment)
      // What goes on with a value that waited is not parted from it.
      const goesOn = held.length > 0 && open === fresh.length
      held = []
      if (!whole || open === 0 || goesOn) return whole
      held = whole.words.slice(-open)
      return segmentOf(whole.words.slice(0, -open), separator)
    },
    async finish(signal) {
      const whole = withHeld(await processor.finish(signal))
      held = []
      return whole
    },
    unconfirmed: () => withHeld(processor.unconfirmed?.() ?? null),
  }
}

import type { TranscriptEvent } from '../core/events.js'
import { spoken } from '../core/spoken.js'
import type { Log, Word } from '../core/types.js'

/** The same word of two channels begins so near to each other, in seconds. */
const MAX_APART_SEC = 0.5
/** So many words are no chance, if they are this share of the words of a channel. */
const MIN_SHARED_WORDS = 8
const MIN_SHARE = 1 / 3
/** Text of channels comes in order but for this, in seconds. */
const REMEMBERED_SEC = 30

/** The words of a channel. */
interface ChannelWords {
  readonly name: string
  /** Those that were said last. */
  recent: readonly Word[]
  count: number
  shared: number
}

/**
 * Tells once of channels that hear each other: all that the one says comes under the name of the other as well, at the same
 * times.
 */
export class SharedWords {
  readonly #log: Pick<Log, 'warn'> | undefined
  readonly #channels = new Map<string, ChannelWords>()
  #isTold = false

  constructor(log: Pick<Log, 'warn'> | undefined) {
    this.#log = log
  }

  /** Takes an event of any channel. */
  take(event: TranscriptEvent): void {
    if (this.#isTold || event.type !== 'text-final' || event.channel === undefined) return
    const name = event.channel
    const own = this.#channels.get(name) ?? { name, recent: [], count: 0, shared: 0 }
    this.#channels.set(name, own)
    const words = event.segment.words.filter(({ text }) => spoken(text) !== '')
    own.count += words.length
    for (const other of this.#channels.values()) if (other !== own) this.#compare(own, words, other)
    own.recent = [...own.recent, ...words].filter(({ end }) => end > event.segment.end - REMEMBERED_SEC)
  }

  #compare(own: ChannelWords, words: readonly Word[], other: ChannelWords): void {
    const shared = words.filter((word) => other.recent.some((said) => isSame(word, said))).length
    own.shared += shared
    other.shared += shared
    const isChance = own.shared < MIN_SHARED_WORDS || own.shared < MIN_SHARE * Math.min(own.count, other.count)
    if (this.#isTold || isChance) return
    this.#isTold = true
    const names = [own.name, other.name].sort().join(' and ')
    const what = `${names} have the same words at the same times`
    this.#log?.warn(`${what}: one hears the other, and what is said once comes under both names; ${HINT}`)
  }
}

const HINT = 'record each speaker by himself, or leave out --channels'

function isSame(word: Word, other: Word): boolean {
  return Math.abs(word.begin - other.begin) <= MAX_APART_SEC && spoken(word.text) === spoken(other.text)
}

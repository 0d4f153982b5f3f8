import type { TranscriptEvent } from '../../core/events.js'
import { type ChannelText, channelFormat } from './channel-format.js'
import type { StreamFacts, TranscriptFormat } from './format.js'
import { plainText } from './plain-text.js'

/** The text of several channels: a line for each sentence, in paragraphs that begin with the name of who speaks. */
export function channelText(facts: StreamFacts): TranscriptFormat {
  let speaker: string | null = null
  return channelFormat<string>(
    '',
    () => new Sentences(facts),
    ({ channel, unit }) => {
      if (channel === speaker) return unit
      const before = speaker === null ? '' : '\n'
      speaker = channel
      return `${before}${channel}: ${unit}`
    },
  )
}

/** So many seconds without a word end a line, for which others wait. */
const SILENCE_SEC = 5

interface Line {
  readonly beginMs: number
  /** With the line break. */
  readonly unit: string
}

/** The lines of one channel. */
class Sentences implements ChannelText<string> {
  readonly #format: TranscriptFormat
  #text = ''
  #endSec = 0
  openMs: number | null = null

  constructor(facts: StreamFacts) {
    this.#format = plainText(facts)
  }

  take(event: TranscriptEvent): readonly Line[] {
    if (event.type === 'progress' && event.recognizedSec - this.#endSec > SILENCE_SEC) return this.rest()
    if (event.type !== 'text-final') return this.#lines(this.#format.take(event), null)
    const { segment } = event
    this.#endSec = segment.end
    const words = segment.words.length > 0 ? segment.words : [segment]
    return words.flatMap((word) => {
      const own = { ...event, segment: { ...word, words: [word] } }
      return this.#lines(this.#format.take(own), word.begin * 1000)
    })
  }

  rest(): readonly Line[] {
    return this.#lines(this.#format.rest(), null)
  }

  /** Adds to the text. @returns the lines that are complete */
  #lines(added: string, beginMs: number | null): readonly Line[] {
    const lines: Line[] = []
    for (const part of added.split(/(?<=\n)/)) {
      if (part === '') continue
      if (part !== '\n') this.openMs ??= beginMs
      this.#text += part
      if (!part.endsWith('\n')) continue
      lines.push({ beginMs: this.openMs ?? 0, unit: this.#text })
      this.#text = ''
      this.openMs = null
    }
    return lines
  }
}

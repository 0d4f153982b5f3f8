import type { TranscriptEvent } from '../../core/events.js'
import { terminalText } from '../../core/terminal-text.js'
import type { Word } from '../../core/types.js'
import { endsSentence } from '../text/sentence-ends.js'
import type { StreamFacts, TranscriptFormat } from './format.js'

/** A pause of so many seconds ends a line where no sentence does. */
const PAUSE_SEC = 2

/** The text and nothing else, word by word as it becomes final: a line for each sentence. */
export function plainText({ separator, language: usual }: StreamFacts): TranscriptFormat {
  let isAtBegin = true
  let lastEnd: number | null = null
  const endLine = () => {
    const ending = isAtBegin ? '' : '\n'
    isAtBegin = true
    return ending
  }
  const word = ({ begin, end, text }: Word, language: string | null) => {
    const before = lastEnd !== null && begin - lastEnd > PAUSE_SEC ? endLine() : ''
    const shown = terminalText(text)
    const own = isAtBegin ? shown.trimStart() : separator + shown
    if (own.trim() === '') return before
    isAtBegin = false
    lastEnd = end
    return before + own.trimEnd() + (endsSentence(shown, language) ? endLine() : '')
  }
  return {
    head: '',
    take(event: TranscriptEvent) {
      if (event.type === 'gap' || event.type === 'end') return endLine()
      if (event.type !== 'text-final') return ''
      const { segment, language = null } = event
      const words = segment.words.length > 0 ? segment.words : [segment]
      return words.map((one) => word(one, language ?? usual)).join('')
    },
    rest: endLine,
  }
}

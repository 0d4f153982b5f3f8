import { InputError } from '../../core/errors.js'
import { type Spoken, type SpokenUtterance, type SpokenWord, utterancesOf } from '../material/spoken.js'

/**
 * Recordings of an STM or CTM file, by their names.
 *
 * STM: `recording channel speaker begin end <labels> text`. CTM: `recording channel begin duration word confidence`. Lines
 * with ;; are comments.
 *
 * @throws InputError where a line is not of that form
 */
export function nistText(name: string, text: string): ReadonlyMap<string, Spoken> {
  const isStm = /\.stm$/i.test(name)
  const found = new Map<string, { utterances: SpokenUtterance[]; words: SpokenWord[] }>()
  text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .forEach((line, index) => {
      if (line.trim() === '' || line.startsWith(';;')) return
      const parsed = isStm ? stmLine(line.trim()) : ctmLine(line.trim())
      if (parsed === null || !(parsed.end >= parsed.start)) {
        throw new InputError(`${name}, line ${index + 1} is not ${isStm ? 'STM' : 'CTM'}: ${line.slice(0, 60)}`, {
          hint: isStm
            ? 'its form is: recording channel speaker begin end text'
            : 'its form is: recording channel begin duration word',
        })
      }
      const own = found.get(parsed.recording) ?? { utterances: [], words: [] }
      found.set(parsed.recording, own)
      if (parsed.text === '' || /^ignore_time_segment_in_scoring$/i.test(parsed.text)) return
      if (isStm) own.utterances.push({ text: parsed.text, start: parsed.start, end: parsed.end })
      else own.words.push({ word: parsed.text, start: parsed.start, end: parsed.end })
    })
  return new Map(
    [...found].map(([recording, { utterances, words }]) => {
      utterances.sort((a, b) => a.start - b.start)
      words.sort((a, b) => a.start - b.start)
      const said = isStm ? utterances.map((one) => one.text) : words.map(({ word }) => word)
      const spoken = { language: null, text: said.join(' '), words }
      return [recording, { ...spoken, utterances: isStm ? utterances : utterancesOf(words) }]
    }),
  )
}

interface TimedLine {
  readonly recording: string
  readonly start: number
  readonly end: number
  readonly text: string
}

function stmLine(line: string): TimedLine | null {
  const match = /^(\S+)\s+\S+\s+\S+\s+([\d.]+)\s+([\d.]+)(?:\s+<[^>]*>)?\s*(.*)$/.exec(line)
  if (match === null) return null
  const [, recording = '', start, end, text = ''] = match
  return { recording, start: Number(start), end: Number(end), text: text.trim() }
}

function ctmLine(line: string): TimedLine | null {
  const match = /^(\S+)\s+\S+\s+([\d.]+)\s+([\d.]+)\s+(\S+)/.exec(line)
  if (match === null) return null
  const [, recording = '', start, duration, text = ''] = match
  return { recording, start: Number(start), end: Number(start) + Number(duration), text }
}

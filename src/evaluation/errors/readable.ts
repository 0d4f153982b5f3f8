import type { AlignmentStep } from './alignment.js'

const MARKS = { match: ' ', substitution: 'S', deletion: 'D', insertion: 'I' } as const

/**
 * An alignment as three lines that stand one above the other: what was said, what was recognized, and S, D or I under
 * each error. Long ones are broken into several groups of lines.
 *
 * @param columns a group of lines is not longer, unless a word is
 */
export function readableAlignment(
  said: readonly string[],
  recognized: readonly string[],
  steps: readonly AlignmentStep[],
  columns = 100,
): string {
  const groups: string[] = []
  let lines = ['said:', 'heard:', '']
  const close = () => {
    const width = Math.max(...lines.map(widthOf))
    if (width > 'heard:'.length) groups.push(lines.join('\n').replace(/ +$/gm, '').trimEnd())
    lines = ['said:', 'heard:', '']
  }
  lines = lines.map((line) => padded(line, 'heard:'.length))
  for (const step of steps) {
    const cells = cellsOf(step, said, recognized)
    const width = Math.max(...cells.map(widthOf))
    if (widthOf(lines[0] ?? '') + 1 + width > columns) {
      close()
      lines = lines.map((line) => padded(line, 'heard:'.length))
    }
    lines = lines.map((line, index) => `${line} ${padded(cells[index] ?? '', width)}`)
  }
  close()
  return groups.join('\n\n')
}

function cellsOf(
  { kind, said: i, recognized: j }: AlignmentStep,
  said: readonly string[],
  recognized: readonly string[],
): readonly string[] {
  const [one, other] = [kind === 'insertion' ? '' : (said[i] ?? ''), kind === 'deletion' ? '' : (recognized[j] ?? '')]
  const stars = (length: number) => '*'.repeat(Math.max(1, length))
  return [one === '' ? stars(widthOf(other)) : one, other === '' ? stars(widthOf(one)) : other, MARKS[kind]]
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Columns of a terminal: characters of East Asia take two, marks none. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text) {
    if (/\p{Mn}/u.test(character)) continue
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
      character,
    )
      ? 2
      : 1
  }
  return width
}

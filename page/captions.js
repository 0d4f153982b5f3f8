// Files that are made of words.
const MAX_CUE_SEC = 7
const MAX_CUE_CHARACTERS = 84
const MAX_PAUSE_SEC = 1

/** Words as cues: a sentence, or as much of it as fits. */
export function cuesOf(words) {
  const cues = []
  let open = []
  const close = () => {
    if (open.length > 0) {
      const text = open
        .map((word) => word.text)
        .join('')
        .trim()
      cues.push({ begin: open[0].begin, end: Math.max(open.at(-1).end, open[0].begin + 0.1), text })
    }
    open = []
  }
  for (const word of words) {
    const last = open.at(-1)
    const length = open.reduce((sum, { text }) => sum + text.length, word.text.length)
    const isLong = last && (word.end - open[0].begin > MAX_CUE_SEC || length > MAX_CUE_CHARACTERS)
    if (isLong || (last && word.begin - last.end > MAX_PAUSE_SEC)) close()
    open.push(word)
    if (/[.!?…。！？]["'”’)]*$/.test(word.text.trim())) close()
  }
  close()
  return cues
}

/** The content of a file. */
export function fileOf(format, words) {
  const text = words
    .map((word) => word.text)
    .join('')
    .trim()
  if (format === 'txt') return `${text}\n`
  if (format === 'json') return `${JSON.stringify({ text, words }, null, 2)}\n`
  const isSrt = format === 'srt'
  const cues = cuesOf(words).map(({ begin, end, text: line }, at) => {
    const times = `${clock(begin, isSrt)} --> ${clock(end, isSrt)}`
    return `${isSrt ? `${at + 1}\n` : ''}${times}\n${line.replaceAll('-->', '→')}\n`
  })
  return `${isSrt ? '' : 'WEBVTT\n\n'}${cues.join('\n')}`
}

/** Wrong, missing and extra words for each word of the reference; null without a reference. */
export function wordErrorRate(reference, heard) {
  const [right, other] = [plain(reference), plain(heard)]
  if (right.length === 0) return null
  let row = other.map((_, at) => at + 1)
  row.unshift(0)
  right.forEach((word, line) => {
    const next = [line + 1]
    other.forEach((said, at) => {
      next.push(Math.min(row[at] + Number(word !== said), row[at + 1] + 1, next[at] + 1))
    })
    row = next
  })
  return row.at(-1) / right.length
}

function plain(text) {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]/g, '')
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(Boolean)
}

function clock(seconds, isSrt) {
  const ms = Math.round(seconds * 1000)
  const two = (value) => String(Math.floor(value)).padStart(2, '0')
  const rest = String(ms % 1000).padStart(3, '0')
  return `${two(ms / 3600000)}:${two((ms / 60000) % 60)}:${two((ms / 1000) % 60)}${isSrt ? ',' : '.'}${rest}`
}

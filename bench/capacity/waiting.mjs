// A backend whose updates take a known time, whatever else the machine does: it waits. As the thread of Whisper does, it
// serves one update after the other, for all sessions.
import { setTimeout as sleep } from 'node:timers/promises'

const RATE = 16_000
/** A word each half second, and a sentence each five: the buffer is cut there. */
const [WORD_SEC, SPOKEN_SEC, SENTENCE] = [0.5, 0.4, 10]

/** An update takes so much, and so much for each second that it hears. */
const BASE_SEC = Number(process.env.WAITING_BASE_SEC ?? 0.1)
const PER_SEC = Number(process.env.WAITING_PER_SEC ?? 0.02)

let freeMs = 0

const asr = {
  sep: ' ',
  async transcribe(audio, { positionSamples = 0, signal }) {
    const costMs = 1000 * (BASE_SEC + (PER_SEC * audio.length) / RATE)
    // Counted from when the one before should have ended: that timers come late adds up to nothing.
    freeMs = Math.max(performance.now(), freeMs) + costMs
    await sleep(Math.max(0, freeMs - performance.now()), undefined, { signal }).catch(() => signal?.throwIfAborted())
    const [begin, end] = [positionSamples / RATE, (positionSamples + audio.length) / RATE]
    const words = []
    for (let at = Math.ceil(begin / WORD_SEC - 1e-6); at * WORD_SEC + SPOKEN_SEC <= end; at++) {
      const text = `w${at}${at % SENTENCE === SENTENCE - 1 ? '.' : ''}`
      words.push({ begin: at * WORD_SEC - begin, end: at * WORD_SEC + SPOKEN_SEC - begin, text })
    }
    return { words }
  },
  tsWords: ({ words }) => words,
  segmentsEndTs: ({ words }) => words.filter(({ text }) => text.endsWith('.')).map(({ end }) => end),
  session: async () => asr,
}

export default {
  name: 'waiting',
  description: 'waits for a known time, and says numbers',
  load: async () => ({
    asr,
    metadata: { separator: ' ', modelType: 'waiting', modelSize: 'waiting', language: null },
  }),
}

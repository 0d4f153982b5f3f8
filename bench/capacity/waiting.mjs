// A backend whose updates take a known time, whatever else the machine does: it waits. As the workers of Whisper do, each of
// its workers serves one update after the other, for all sessions that are on it, and lets them take audio at their turn.
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedCores } from '../../dist/backends/onnx-whisper/worker/cores.js'
import { leastBusy } from '../../dist/backends/onnx-whisper/worker/placement.js'
import { UpdateGate } from '../../dist/backends/onnx-whisper/worker/update-gate.js'

const RATE = 16_000
/** A word each half second, and a sentence each five: the buffer is cut there. */
const [WORD_SEC, SPOKEN_SEC, SENTENCE] = [0.5, 0.4, 10]

/** An update takes so much, and so much for each second that it hears. */
const BASE_SEC = Number(process.env.WAITING_BASE_SEC ?? 0.1)
const PER_SEC = Number(process.env.WAITING_PER_SEC ?? 0.02)

const nowSec = () => performance.now() / 1000

class WaitingWorker {
  sessions = new Set()
  isStarted = false
  gate = new UpdateGate(nowSec)
  #freeMs = 0

  async wait(costMs, signal) {
    // Counted from when the one before should have ended: that timers come late adds up to nothing.
    this.#freeMs = Math.max(performance.now(), this.#freeMs) + costMs
    await sleep(Math.max(0, this.#freeMs - performance.now()), undefined, { signal }).catch(() =>
      signal?.throwIfAborted(),
    )
  }
}

function recognizer(workers, client) {
  const placed = { client, calls: 0, lastSec: 0 }
  let worker = null
  let admission = null
  const settle = () => {
    if (worker !== null) return
    worker = leastBusy(workers, client, nowSec())
    worker.isStarted = true
    placed.lastSec = nowSec()
    worker.sessions.add(placed)
  }
  return {
    sep: ' ',
    async turn(signal) {
      admission?.leave()
      settle()
      admission = await worker.gate.enter({ client, isPatient: false }, signal)
    },
    async transcribe(audio, { positionSamples = 0, signal }) {
      settle()
      const admitted = admission
      placed.calls++
      admitted?.begin()
      try {
        await worker.wait(1000 * (BASE_SEC + (PER_SEC * audio.length) / RATE), signal)
      } finally {
        placed.calls--
        placed.lastSec = nowSec()
        admitted?.leave()
      }
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
    session: async (request = {}) => recognizer(workers, request.client ?? ''),
    async close() {
      admission?.leave()
      worker?.sessions.delete(placed)
    },
  }
}

export default {
  name: 'waiting',
  description: 'waits for a known time, and says numbers',
  load: async (config) => {
    const workers = Array.from({ length: sharedCores(config).workers }, () => new WaitingWorker())
    return {
      asr: recognizer(workers, ''),
      metadata: { separator: ' ', modelType: 'waiting', modelSize: 'waiting', language: null },
    }
  },
}

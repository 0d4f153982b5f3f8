import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PluginLoader } from '../../src/backends/plugin.js'
import type { Word } from '../../src/core/types.js'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import { LiveWatch } from '../../src/transcriber/live-watch.js'
import { rememberingLog } from '../helpers/logs.js'
import { eventsOf } from '../helpers/scripted-talk.js'

const RATE = 16_000
const metadata = { separator: ' ', modelType: 'test', modelSize: 'none', language: 'en' }

/** A promise that others keep. */
function signalled(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}

/** Says a word for each second, and does not answer any more when there are more than four. */
function hanging(onCall: (audioSec: number) => void): PluginLoader {
  const asr = {
    sep: ' ',
    transcribe(audio: Float32Array): Promise<readonly Word[]> {
      const audioSec = audio.length / RATE
      onCall(audioSec)
      if (audioSec > 4) return new Promise(() => {})
      const seconds = Array.from({ length: Math.floor(audioSec) }, (_, second) => second)
      return Promise.resolve(seconds.map((second) => ({ begin: second, end: second + 0.9, text: `w${second}` })))
    },
    tsWords: (words: readonly Word[]) => words,
    segmentsEndTs: () => [],
  }
  return { name: 'hanging', description: 'hangs', load: async () => ({ asr: asr as never, metadata }) }
}

describe('a live stream whose backend does not answer', () => {
  it('ends when it is told to, with the text so far, and says how much is not in it', async () => {
    const [heard, hangs, ended, log] = [signalled(), signalled(), new AbortController(), rememberingLog()]
    const plugin = hanging((audioSec) => {
      if (audioSec === 4) heard.resolve()
      if (audioSec > 4) hangs.resolve()
    })
    await using transcriber = await createTranscriber({ backend: 'hanging', plugins: [plugin], lan: 'en', log })
    async function* spoken() {
      yield new Float32Array(4 * RATE)
      await heard.promise
      yield new Float32Array(6 * RATE)
      await hangs.promise
      ended.abort()
      await new Promise(() => {})
    }
    const events = await eventsOf(transcriber.stream(spoken(), { signal: ended.signal, pace: 'live' }))
    const text = events.flatMap((event) => (event.type === 'text-final' ? [event.segment.text] : [])).join(' ')
    expect(text).toBe('w0 w1 w2 w3')
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'aborted' })
    expect(log.warnings).toEqual([
      'the last 6.0 s of audio are not in the text: the backend "hanging" has not recognized them',
    ])
  })
})

describe('an update of live audio that takes very long', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  const watching = () => {
    const log = rememberingLog()
    return { log, watch: new LiveWatch({ backend: 'mine', log, ended: new AbortController().signal }) }
  }

  it('is told once, with the name of the backend', () => {
    const { log, watch } = watching()
    for (let update = 0; update < 2; update++) {
      const watched = watch.during(() => 1)
      vi.advanceTimersByTime(29_000)
      expect(log.warnings).toHaveLength(update)
      vi.advanceTimersByTime(2000)
      watched.end()
    }
    expect(log.warnings).toEqual([
      expect.stringContaining('the backend "mine" has not answered for 30 s, with 1.0 s of new audio'),
    ])
  })

  it('may have ten times its audio, and is not late while it tells something', () => {
    const { log, watch } = watching()
    const watched = watch.during(() => 5)
    vi.advanceTimersByTime(49_000)
    watched.goesOn()
    vi.advanceTimersByTime(49_000)
    expect(log.warnings).toEqual([])
    vi.advanceTimersByTime(2000)
    expect(log.warnings).toEqual([expect.stringContaining('has not answered for 50 s')])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mean, type OutputLine, type Score, wordErrorRate } from '../../bench/measures.js'
import { computationUnaware, offline } from '../../src/audio/pacing/pacers.js'
import { systemClock } from '../../src/audio/pacing/system-clock.js'
import { WavFileSource } from '../../src/audio/sources/wav-file-source.js'
import { loadVoiceModel } from '../../src/backends/onnx/load-vad.js'
import { getLoader, loadBackend } from '../../src/backends/registry.js'
import { parseConfig } from '../../src/config/config.js'
import type { VoiceModel } from '../../src/core/types.js'
import { silentLog } from '../../src/terminal/log.js'
import { chunkSec } from '../../src/transcriber/pacing.js'
import { shareBackend, transcribeStream } from '../../src/transcriber/pipeline.js'
import { fixturePath } from '../helpers/speech.js'
import { errorsOf, scoreOf } from '../helpers/word-errors.js'

const ALL = ['austen_870', 'austen_880', 'austen_890', 'austen_920', 'austen_930', 'jfk', 'two_cities'] as const
const SOME = ['austen_870', 'austen_920', 'jfk'] as const
/** The model over minutes of speech, on a busy machine. */
const MOST_MS = 300_000

let voices: VoiceModel
beforeAll(async () => {
  voices = await loadVoiceModel()
})
afterAll(() => voices.close())

/** Hears recordings one after the other, as `--comp-unaware` does, with the embedded model. */
async function scores(given: Readonly<Record<string, unknown>>, names: readonly string[]): Promise<readonly Score[]> {
  const loader = await getLoader('onnx-whisper')
  const config = parseConfig({ backend: 'onnx-whisper', ...given }, loader.options)
  const load = () => loadBackend(loader, config, { log: silentLog, progress() {} })
  const shared = await shareBackend(config, load, silentLog, { voices })
  const mode = config.offline ? offline : computationUnaware
  const all: Score[] = []
  for (const name of names) {
    const source = await WavFileSource.open(fixturePath(name), { log: silentLog })
    const processor = await shared.open()
    const pacer = mode({ source, minChunkSec: chunkSec(config), startAtSec: 0, clock: systemClock })
    const lines: OutputLine[] = []
    for await (const { now, segment } of transcribeStream(pacer, processor)) {
      lines.push({ emitted: now, text: segment.text })
    }
    await processor.close?.()
    all.push(scoreOf(name, lines))
  }
  await shared.close()
  return all
}

// What was measured, and a few words more: kernels of other processors choose otherwise where two words are nearly as likely.
describe('the words of the recordings are right, by their order', () => {
  it.each([
    ['local agreement', { minChunkSize: 1 }, ALL, { words: 12, lagSec: 1.9 }],
    ['AlignAtt', { policy: 'alignatt', minChunkSize: 0.5 }, ALL, { words: 13, lagSec: 0.85 }],
    ['local agreement with voice activity control', { minChunkSize: 1, vac: true }, SOME, { words: 5, lagSec: 1.9 }],
    [
      'AlignAtt with voice activity control',
      { policy: 'alignatt', minChunkSize: 0.5, vac: true },
      SOME,
      { words: 10, lagSec: 1 },
    ],
    ['offline', { offline: true }, ALL, { words: 9, lagSec: 0 }],
    [
      'offline with beams and temperatures',
      { offline: true, beamSize: 5, temperature: '0,0.2,0.4' },
      SOME,
      { words: 4, lagSec: 0 },
    ],
  ])(
    '%s',
    async (_, given, names, most) => {
      const found = await scores(given, names)
      const wrong = found.map(errorsOf)
      const told = names.map((name, i) => `${name}: ${wrong[i]}`).join(', ')
      expect(
        wrong.reduce((sum, errors) => sum + errors, 0),
        told,
      ).toBeLessThanOrEqual(most.words)
      expect(wordErrorRate(found)).toBeLessThan(0.15)
      // None is lost, though its few words would not show in the sum.
      for (const [i, score] of found.entries()) expect(wrong[i], told).toBeLessThan(score.referenceWords / 2)
      if (most.lagSec > 0) expect(mean(found.flatMap(({ lags }) => lags))).toBeLessThan(most.lagSec)
    },
    MOST_MS,
  )
})

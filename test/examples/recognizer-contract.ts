import { expect, it } from 'vitest'
import type { LoadedModel, ModelLoader } from '../../src/backends/contract.js'
import { loadPlugins } from '../../src/backends/plugin.js'
import { availabilityOf, createRegistry, loadBackend } from '../../src/backends/registry.js'
import { parseConfig } from '../../src/config/config.js'
import type { ASRBase, Log, Word } from '../../src/core/types.js'
import { checkBackend } from '../../src/testing/index.js'
import { silentWav } from '../helpers/program.js'

const RATE = 16_000
/** Room for the rounding of times. */
const TOLERANCE_SEC = 0.001

/** A plugin of examples/plugins, as users get it. */
export async function examplePlugin(path: string): Promise<PluginUnderTest> {
  const registry = createRegistry()
  const file = new URL(`../../examples/plugins/${path}`, import.meta.url).href
  await loadPlugins([file], registry)
  const name = registry.listLoaders().at(-1)?.name ?? ''
  const loader = await registry.getLoader(name)
  const configured = (settings: object) => parseConfig({ backend: name, ...settings }, loader.options)
  return {
    loader,
    availability: async (settings) => availabilityOf(loader, settings && configured(settings)),
    load: async (settings = {}, log = new LineLog()) =>
      loadBackend(loader, configured(settings), { log, progress: () => {} }),
  }
}

/** A plugin's loader, and how the program calls it. */
export interface PluginUnderTest {
  readonly loader: ModelLoader
  availability(settings?: object): ReturnType<typeof availabilityOf>
  load(settings?: object, log?: Log): Promise<LoadedModel>
}

/** A log that keeps its lines. */
export class LineLog implements Log {
  readonly lines: string[] = []
  error = (line: string) => void this.lines.push(line)
  warn = this.error
  info = this.error
  debug = this.error
}

/** Sound in every second: a square wave. */
export function sound(seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * RATE) }, (_, at) => (at % 80 < 40 ? 0.5 : -0.5))
}

/** The same as a WAV file. */
export function toneWav(seconds: number): Buffer {
  const wav = silentWav(seconds)
  for (const [index, sample] of sound(seconds).entries()) wav.writeInt16LE(sample * 32_767, 44 + 2 * index)
  return wav
}

/** The words of some audio, which are as they should be. */
export async function wordsOf(asr: ASRBase, audio: Float32Array, prompt = ''): Promise<readonly Word[]> {
  const result = await asr.transcribe(audio, { prompt })
  const words = asr.tsWords(result)
  const seconds = audio.length / RATE
  let last = 0
  for (const { begin, end, text } of words) {
    expect(typeof text).toBe('string')
    expect(begin).toBeGreaterThanOrEqual(last)
    expect(end).toBeGreaterThanOrEqual(begin)
    expect(end).toBeLessThanOrEqual(seconds + TOLERANCE_SEC)
    last = begin
  }
  for (const end of asr.segmentsEndTs(result)) expect(end).toBeLessThanOrEqual(seconds + TOLERANCE_SEC)
  return words
}

/** Tests that a recognizer keeps the rules of the contract kit; `open` loads one that the test closes. */
export function behavesAsRecognizer(open: () => Promise<ASRBase>): void {
  it('keeps every rule of the contract kit', { timeout: 0 }, async () => {
    const metadata = { separator: '', modelType: 'whisper', modelSize: 'any', language: null }
    const verdicts = await checkBackend(async () => ({ asr: await open(), metadata }))
    expect(verdicts.length).toBeGreaterThan(20)
    expect(verdicts.filter(({ verdict }) => verdict !== 'kept').map(({ rule, message }) => [rule.id, message])).toEqual(
      [],
    )
  })

  it('says something of sound, and nothing of silence', async () => {
    const asr = await open()
    expect((await wordsOf(asr, sound(2.5))).length).toBeGreaterThan(0)
    expect(await wordsOf(asr, new Float32Array(5 * RATE))).toEqual([])
    await asr.close?.()
  })
}

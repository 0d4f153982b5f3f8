import { expect, it } from 'vitest'
import { loadPlugins } from '../../src/backends/plugin.js'
import { availabilityOf, createRegistry, loadBackend } from '../../src/backends/registry.js'
import { parseConfig } from '../../src/config.js'
import type { ASRBase, LoadedModel, Log, ModelLoader, Word } from '../../src/types.js'
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

/** Tests of what every recogniser has to do; `open` loads one that the test closes. */
export function behavesAsRecogniser(open: () => Promise<ASRBase>): void {
  it.each([0, 1, 160, 8000])('hears %i samples', async (samples) => {
    const asr = await open()
    await wordsOf(asr, sound(samples / RATE))
    await wordsOf(asr, new Float32Array(samples))
    await asr.close?.()
  })

  it('gives words whose times are in order and inside the audio, whatever came before', async () => {
    const asr = await open()
    for (const prompt of ['', ' ', 'some words. ', '"quotes"\n\u{1F600}\u0000 и слова', 'long '.repeat(2000)]) {
      expect((await wordsOf(asr, sound(2.5), prompt)).length).toBeGreaterThan(0)
    }
    await asr.close?.()
  })

  it('finds no words in silence', async () => {
    const asr = await open()
    expect(await wordsOf(asr, new Float32Array(5 * RATE))).toEqual([])
    await asr.close?.()
  })

  it('rejects with the reason of its signal, and works afterwards', async () => {
    const asr = await open()
    const before = await wordsOf(asr, sound(2))
    const reason = new Error('not wanted any more')
    await expect(asr.transcribe(sound(2), { prompt: '', signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const abort = new AbortController()
    const running = asr.transcribe(sound(2), { prompt: '', signal: abort.signal })
    abort.abort(reason)
    await expect(running).rejects.toBe(reason)
    expect(await wordsOf(asr, sound(2))).toEqual(before)
    await asr.close?.()
  })

  it('answers calls at the same time, and sessions, each for itself', async () => {
    const asr = await open()
    const other = (await asr.session?.()) ?? asr
    const alone = [await wordsOf(asr, sound(1)), await wordsOf(other, sound(3))]
    expect(await Promise.all([wordsOf(asr, sound(1)), wordsOf(other, sound(3))])).toEqual(alone)
    if (other !== asr) await other.close?.()
    expect(await wordsOf(asr, sound(1))).toEqual(alone[0])
    await asr.close?.()
  })

  it('may be closed twice, and recognises nothing then', async () => {
    const asr = await open()
    await asr.close?.()
    await asr.close?.()
    await expect(asr.transcribe(sound(1), { prompt: '' })).rejects.toMatchObject({ code: 'ASR_BACKEND' })
  })
}

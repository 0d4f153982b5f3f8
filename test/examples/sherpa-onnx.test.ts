import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ASR_DEFAULTS } from '../../src/config/option-table.js'
import { silentLog } from '../../src/core/silent-log.js'
import type { ASRProcessor, Segment } from '../../src/core/types.js'
import { folderWith, runProgram, temporaryFolder } from '../helpers/program.js'
import { examplePlugin, sound, toneWav } from './recognizer-contract.js'

const PLUGIN = fileURLToPath(new URL('../../examples/plugins/sherpa-onnx/sherpa-onnx.ts', import.meta.url))
/** Hears "HELLO YOU HELLO YOU ..." in whatever is loud; made by tools/make_tiny_transducer.py. */
const MODEL = fileURLToPath(new URL('tiny-transducer', import.meta.url))
const RATE = 16_000
const CONTEXT = { log: silentLog, progress: () => {} }

/** Does as the package does with that model, and tells what it was made with. */
const STAND_IN = `
const FRAME = 640
const TOKENS = [' HEL', 'LO', ' YOU']
class OnlineRecognizer {
  constructor(config) { this.config = config; OnlineRecognizer.config = config }
  createStream() {
    const stream = { samples: [], frames: 0, start: 0, tokens: [], times: [], blanks: 0, said: 0 }
    stream.acceptWaveform = ({ samples, sampleRate }) => {
      if (sampleRate !== 16000 || !(samples instanceof Float32Array)) throw new Error('no audio')
      stream.samples.push(...samples)
    }
    stream.inputFinished = () => {}
    return stream
  }
  isReady({ samples, frames }) { return (frames + 1) * FRAME <= samples.length }
  decode(stream) {
    const frame = stream.samples.slice(stream.frames * FRAME, ++stream.frames * FRAME)
    stream.blanks++
    if (!frame.some((sample) => Math.abs(sample) > 0.1)) return
    stream.blanks = 0
    stream.tokens.push(TOKENS[stream.said++ % 3])
    stream.times.push((stream.frames - 1 - stream.start) * 0.04)
  }
  isEndpoint({ tokens, blanks }) {
    const { rule1MinTrailingSilence, rule2MinTrailingSilence } = this.config
    return blanks * 0.04 > (tokens.length > 0 ? rule2MinTrailingSilence : rule1MinTrailingSilence)
  }
  reset(stream) { Object.assign(stream, { start: stream.frames, tokens: [], times: [], blanks: 0 }) }
  getResult({ tokens, times, start }) {
    return { tokens, timestamps: times, ys_probs: tokens.map(() => Math.log(0.5)), start_time: start * 0.04 }
  }
}
module.exports = { OnlineRecognizer }
`

const isInstalled = (() => {
  try {
    return createRequire(PLUGIN).resolve('sherpa-onnx-node') !== ''
  } catch {
    return false
  }
})()

afterEach(() => void vi.restoreAllMocks())

describe.each([
  ['a stand-in for the package', true],
  [`the package${isInstalled ? '' : ' (left out: it is not installed here)'}`, isInstalled],
])('sherpa-onnx over %s', (what, isHere) => {
  const isStandIn = what.startsWith('a stand-in')
  beforeEach(() => {
    if (isStandIn) vi.spyOn(process, 'cwd').mockReturnValue(folderWithStandIn())
  })

  const load = async (settings: object = {}): Promise<ASRProcessor> => {
    const { processor } = await (await examplePlugin('sherpa-onnx/sherpa-onnx.ts')).load({
      modelDir: MODEL,
      ...settings,
    })
    if (!processor) throw new Error('it gives no processor')
    processor.init()
    return processor
  }

  it.skipIf(!isHere)('gives words when the next one begins, and the last one in the end', async () => {
    const processor = await load()
    processor.insertAudioChunk(sound(0.5))
    const first = await processor.processIter()
    checkSegment(first, 0, 0.5)
    const open = processor.unconfirmed?.() ?? null
    checkSegment(open, 0, 0.5)
    expect(open?.words).toHaveLength(1)
    processor.insertAudioChunk(new Float32Array(RATE / 2))
    const rest = await processor.finish()
    checkSegment(rest, first?.end ?? 0, 1)
    const text = `${first?.text ?? ''}${rest?.text ?? ''}`
    expect(text.startsWith(' HELLO YOU HELLO YOU')).toBe(true)
    expect(' HELLO YOU'.repeat(20).startsWith(text)).toBe(true)
    expect(processor.unconfirmed?.()).toBeNull()
    await processor.close?.()
  })

  it.skipIf(!isHere)('gives the last word when speech ends, at its place in the stream', async () => {
    const processor = await load({ endSilenceSec: 0.6 })
    processor.init(100)
    const segments: Segment[] = []
    for (const audio of [sound(0.3), new Float32Array(2 * RATE), sound(0.3), new Float32Array(2 * RATE)]) {
      processor.insertAudioChunk(audio)
      const segment = await processor.processIter()
      if (segment) segments.push(segment)
      expect(processor.unconfirmed?.() === null).toBe(audio.length === 2 * RATE)
    }
    const words = segments.flatMap((segment) => segment.words)
    const second = words.filter(({ begin }) => begin > 101)
    expect(words.length).toBeGreaterThan(second.length)
    for (const { begin, end } of second) {
      expect(begin).toBeGreaterThan(102.1)
      expect(end).toBeLessThan(102.8)
    }
    for (const [index, segment] of segments.entries()) checkSegment(segment, segments[index - 1]?.end ?? 100, 104.6)
    expect(await processor.finish()).toBeNull()
    await processor.close?.()
  })

  it.skipIf(!isHere)('finds nothing in silence, and in next to nothing', async () => {
    const processor = await load()
    for (const samples of [0, 1, 160, 5 * RATE]) {
      processor.init()
      processor.insertAudioChunk(new Float32Array(samples))
      expect(await processor.processIter()).toBeNull()
      expect(await processor.finish()).toBeNull()
      processor.init()
      processor.insertAudioChunk(sound(samples / RATE).subarray(0, 160))
      checkSegment(await processor.finish(), 0, 0.01)
    }
    await processor.close?.()
  })

  it.skipIf(!isHere)('gives what is known when it is aborted, and begins anew', async () => {
    const processor = await load()
    processor.insertAudioChunk(sound(0.5))
    const known = await processor.processIter()
    processor.insertAudioChunk(sound(5))
    const abort = AbortSignal.abort(new Error('enough'))
    expect(await processor.processIter(abort)).toBeNull()
    const rest = await processor.finish(abort)
    checkSegment(rest, known?.end ?? 0, 0.6)
    processor.init(7)
    processor.insertAudioChunk(sound(0.5))
    checkSegment(await processor.finish(), 7, 7.5)
    await processor.close?.()
    await processor.close?.()
    await expect(processor.processIter()).rejects.toMatchObject({ code: 'ASR_BACKEND' })
  })

  it.skipIf(!isHere)('streams for the program', async () => {
    const cwd = isStandIn ? process.cwd() : temporaryFolder()
    writeFileSync(join(cwd, 'tone.wav'), toneWav(1))
    const backend = ['--plugin', PLUGIN, '--backend', 'sherpa-onnx', '--model-dir', MODEL]
    const run = await runProgram([...backend, '--min-chunk-size', '0.5', '--comp-unaware', 'tone.wav'], { cwd })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/^500\.0000 \d+ \d+ {2}HELLO YOU HELLO/)
    expect(run.stdout.trim().split('\n').length).toBeGreaterThan(1)
  })
})

describe('sherpa-onnx', () => {
  it('finds the files of the model, those of 8 bits first, and hands the settings over', async () => {
    const cwd = folderWithStandIn()
    vi.spyOn(process, 'cwd').mockReturnValue(cwd)
    const names = ['encoder-e.int8.onnx', 'encoder-e.onnx', 'decoder-e.onnx', 'joiner-e.int8.onnx', 'joiner-e.onnx']
    const folder = folderWith(
      Object.fromEntries([...names, 'tokens.txt', 'encoder-e.txt.bak'].map((name) => [name, '\x08'])),
    )
    const plugin = await examplePlugin('sherpa-onnx/sherpa-onnx.ts')
    const config = async (settings: object) => {
      const loaded = await plugin.load({ modelDir: folder, ...settings })
      expect(loaded.metadata).toMatchObject({ separator: '', modelType: 'transducer' })
      const { OnlineRecognizer } = createRequire(join(cwd, 'any.js'))('sherpa-onnx-node')
      return OnlineRecognizer.config
    }
    const path = (name: string) => join(folder, name)
    expect(await config({ threads: 3 })).toMatchObject({
      featConfig: { sampleRate: 16_000, featureDim: 80 },
      modelConfig: {
        transducer: {
          encoder: path('encoder-e.int8.onnx'),
          decoder: path('decoder-e.onnx'),
          joiner: path('joiner-e.int8.onnx'),
        },
        tokens: path('tokens.txt'),
        numThreads: 3,
      },
      decodingMethod: 'greedy_search',
      enableEndpoint: true,
      rule2MinTrailingSilence: 1.2,
    })
    const { transducer } = (await config({ int8: false })).modelConfig
    expect(transducer).toMatchObject({ encoder: path('encoder-e.onnx'), joiner: path('joiner-e.onnx') })
  })

  it('says what is wrong with a model', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folderWithStandIn())
    const plugin = await examplePlugin('sherpa-onnx/sherpa-onnx.ts')
    // Not through loadBackend: here plugins have errors of another copy of the source than it.
    const load = (settings: object) =>
      plugin.loader.load({ ...ASR_DEFAULTS, modelDir: null, int8: true, ...settings } as never, CONTEXT)
    await expect(load({})).rejects.toMatchObject({ code: 'ASR_USAGE', message: 'sherpa-onnx needs a model' })
    await expect(load({ modelDir: MODEL, task: 'translate' })).rejects.toMatchObject({ code: 'ASR_USAGE' })
    const folder = temporaryFolder()
    const missing = { code: 'ASR_MODEL', hint: expect.stringContaining('https://') }
    await expect(load({ modelDir: join(folder, 'none') })).rejects.toMatchObject(missing)
    cpSync(MODEL, folder, { recursive: true })
    writeFileSync(join(folder, 'encoder-tiny.onnx'), 'version https://git-lfs.github.com/spec/v1')
    await expect(load({ modelDir: folder })).rejects.toMatchObject({
      code: 'ASR_MODEL',
      message: `${join(folder, 'encoder-tiny.onnx')} is no ONNX file`,
    })
    rmSync(join(folder, 'joiner-tiny.onnx'))
    await expect(load({ modelDir: folder })).rejects.toMatchObject({
      ...missing,
      message: `the folder ${folder} has no joiner*.onnx: it holds no streaming transducer`,
    })
  })

  it.skipIf(isInstalled)('says how to install the package', async () => {
    const plugin = await examplePlugin('sherpa-onnx/sherpa-onnx.ts')
    expect(await plugin.availability()).toEqual({
      available: false,
      reason: 'the package sherpa-onnx-node is not installed',
      install: 'npm install sherpa-onnx-node',
    })
  })
})

function folderWithStandIn(): string {
  const folder = temporaryFolder()
  const installed = join(folder, 'node_modules', 'sherpa-onnx-node')
  mkdirSync(installed, { recursive: true })
  writeFileSync(join(installed, 'package.json'), '{"name":"sherpa-onnx-node","main":"main.js"}')
  writeFileSync(join(installed, 'main.js'), STAND_IN)
  return folder
}

/** What is given lies within some seconds, in order. */
function checkSegment(segment: Segment | null, fromSec: number, toSec: number): void {
  if (!segment) return
  expect(segment.text).toBe(segment.words.map(({ text }) => text).join(''))
  let last = fromSec
  for (const { begin, end, probability } of segment.words) {
    expect(begin).toBeGreaterThanOrEqual(last)
    expect(end).toBeGreaterThanOrEqual(begin)
    expect(end).toBeLessThanOrEqual(toSec + 0.001)
    expect(probability).toBeGreaterThan(0)
    expect(probability).toBeLessThanOrEqual(1)
    last = end
  }
  expect([segment.begin, segment.end]).toEqual([segment.words[0]?.begin, segment.words.at(-1)?.end])
}

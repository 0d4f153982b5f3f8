// Whether windows of several streams would be cheaper together. The graphs that come with the program take one window at
// a time; what a batch shares is the reading of the weights, and that is measured by rows: as many positions of the
// encoder in one window as in two, as many tokens in one call of the decoder as in two and four. And whether one thread a
// run is cheaper than two. All in turns; medians of milliseconds.
// usage: tsx bench/serve/together.ts [ROUNDS]
import { availableParallelism, loadavg } from 'node:os'
import { LogMel } from '../../src/backends/onnx-whisper/features/log-mel.js'
import { loadModel } from '../../src/backends/onnx-whisper/model/load-model.js'
import type { WhisperModel } from '../../src/backends/onnx-whisper/model/model.js'
import { findModelFolder, inspectModelFolder } from '../../src/backends/onnx-whisper/model/model-files.js'
import { speech } from './speaker.js'

/** Frames of the shortest window, 15 s, and of the longest. */
const [SHORT_FRAMES, LONG_FRAMES] = [1500, 3000]
const PROMPT_TOKENS = 20

const rounds = Number(process.argv[2] ?? 20)
const folder = await inspectModelFolder(await findModelFolder(null, null, null), 'q8')
const cores = Math.min(2, availableParallelism())
const works = new Map<string, () => Promise<void>>()
for (const threads of [1, cores]) add(threads, (await loadModel(folder, threads)).model)

function add(threads: number, model: WhisperModel): void {
  const samples = Float32Array.from(new Int16Array(speech().buffer.slice(44)), (value) => value / 32_768)
  const mel = new LogMel(model.config.dims.mels)
  const [short, long] = [SHORT_FRAMES, LONG_FRAMES].map((frames) => mel.window(samples.slice(0, frames * 160), frames))
  const [audio, longAudio, cache] = [model.createAudio(), model.createAudio(), model.createCache()]
  const tokens = (count: number) => Array.from({ length: count }, (_, at) => 400 + at)
  const name = (what: string) => `${what}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  works.set(name('encoder, a window of 15 s'), () => model.encode(short as NonNullable<typeof short>, audio))
  works.set(name('encoder, a window of 30 s'), () => model.encode(long as NonNullable<typeof long>, longAudio))
  for (const count of [1, 2, 4]) {
    works.set(name(`decoder, ${count} at once`), async () => {
      if (audio.positions === 0) return
      cache.truncate(0)
      await model.decode(tokens(PROMPT_TOKENS), PROMPT_TOKENS - 1, cache, audio)
      const began = performance.now()
      await model.decode(tokens(count), 0, cache, audio)
      inner = performance.now() - began
    })
  }
}

let inner: number | null = null
const times = new Map<string, number[]>()
for (let round = 0; round < rounds; round++) {
  for (const [name, work] of works) {
    inner = null
    const began = performance.now()
    await work()
    times.set(name, [...(times.get(name) ?? []), inner ?? performance.now() - began])
  }
}
const median = (values: readonly number[]) => [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0
console.log('| work | median | least |\n|---|---:|---:|')
for (const [name, all] of times) {
  console.log(`| ${name} | ${median(all).toFixed(1)} ms | ${Math.min(...all).toFixed(1)} ms |`)
}
console.log(`load of the machine: ${loadavg()[0]?.toFixed(1)}`)

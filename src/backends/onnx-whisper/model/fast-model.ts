import { join } from 'node:path'
import { giveBack, leasedFloats } from '../../../core/leased-memory.js'
import { type InferenceSession, Tensor } from '../../onnx/onnx-runtime.js'
import { disposeAll, floats, integers, openSession, tokenTensor } from '../../onnx/ort.js'
import type { WindowFeatures } from '../features/log-mel.js'
import { EncodedWindow } from './encoded-window.js'
import { freeFloats } from './freed-memory.js'
import type { DecoderCache, DecoderOutput, Stretch, WhisperModel, WhisperModelConfig } from './model.js'

/** Loads the graphs of a folder that the exporter wrote (`docs/model-export.md`). */
export async function loadFastModel(
  folder: string,
  config: WhisperModelConfig,
  threads: number,
): Promise<WhisperModel> {
  const encoder = await openSession(join(folder, 'encoder.onnx'), threads)
  const decoder = await openSession(join(folder, 'decoder.onnx'), threads)
  return new FastModel(config, encoder, decoder)
}

/** Frames before and after a stretch that its convolutions look at: two, in whole positions. */
const EDGE_FRAMES = 4

class FastModel implements WhisperModel {
  readonly dynamicWindow = true
  readonly checksDrafts = true
  readonly encodesParts = true
  readonly cutsWindows: boolean
  readonly attends = true
  readonly config: WhisperModelConfig
  readonly #encoder: InferenceSession
  /** Names of what the encoder reads and writes. */
  readonly #states: readonly string[]
  readonly #decoder: InferenceSession
  /** What the decoder says of tokens, but for whole rows of logits, which are large. */
  readonly #wanted: readonly string[]
  /** What the last call gave, freed by the next one. */
  #last: readonly Float32Array[] = []

  constructor(config: WhisperModelConfig, encoder: InferenceSession, decoder: InferenceSession) {
    this.config = config
    this.#encoder = encoder
    // Encoders of the first exporters have a window begin where the 30 s do.
    this.cutsWindows = encoder.inputNames.includes('position')
    this.#states = encoder.outputNames.filter((name) => /^(cross_)?(key|value)\./.test(name))
    this.#decoder = decoder
    this.#wanted = decoder.outputNames.filter((name) => name !== 'text_logits' && !name.startsWith('new_'))
  }

  createAudio(): EncodedWindow {
    return new EncodedWindow(this.config, this.#states)
  }

  async encode(features: WindowFeatures, audio: EncodedWindow, stretch?: Stretch): Promise<void> {
    const { frames } = features
    const { from, to, place = 0 }: Stretch = stretch ?? { from: 0, to: frames / 2 }
    const first = Math.max(0, 2 * from - EDGE_FRAMES)
    const end = Math.min(frames, 2 * to + EDGE_FRAMES)
    const own = {
      input_features: new Tensor('float32', features.columns(first, end), [1, this.config.dims.mels, end - first]),
      skip: integer(from - first / 2),
      first: integer(from),
      count: integer(to - from),
      ...(this.cutsWindows ? { position: integer(place + from) } : {}),
    }
    const whole = Object.entries(audio.resized(frames / 2, stretch))
    const read = whole.filter(([name]) => this.#encoder.inputNames.includes(`past_${name}`))
    const past = Object.fromEntries(read.map(([name, tensor]) => [`past_${name}`, tensor]))
    // What the graph reads it writes into the same memory; ONNX Runtime gives a copy of it as well.
    const fetches = { ...Object.fromEntries(this.#states.map((name) => [name, null])), ...Object.fromEntries(read) }
    const outputs = await this.#encoder.run({ ...own, ...past }, fetches)
    for (const name of this.#states) if (!(`past_${name}` in past)) audio.put(name, floats(outputs, name), from)
    freeFloats(this.#states.map((name) => floats(outputs, name)))
    disposeAll(Object.values(own))
  }

  createCache(): DecoderCache {
    return new RowCache(this.config)
  }

  async decode(
    tokens: readonly number[],
    scoresStart: number,
    cache: RowCache,
    audio: EncodedWindow,
    wantsText = false,
  ): Promise<DecoderOutput> {
    const own = {
      input_ids: tokenTensor(tokens),
      logits_start: integer(scoresStart),
      ...cache.past(),
    }
    const rows = cache.room(tokens.length)
    const others = wantsText ? [...this.#wanted, 'text_logits'] : this.#wanted
    const fetches = { ...rows, ...Object.fromEntries(others.map((name) => [name, null])) }
    const outputs = await this.#decoder.run({ ...own, ...audio.cross() }, fetches)
    cache.length += tokens.length
    const scores = {
      rows: tokens.length - scoresStart,
      best: integers(outputs, 'best'),
      bestLogits: floats(outputs, 'best_logits'),
      textLogSums: floats(outputs, 'text_log_sum'),
      tail: floats(outputs, 'tail_logits'),
      ...(wantsText ? { text: floats(outputs, 'text_logits') } : {}),
    }
    const alignment = floats(outputs, 'alignment')
    freeFloats([...this.#last, ...Object.keys(rows).map((name) => floats(outputs, name))])
    this.#last = scores.text ? [alignment, scores.text] : [alignment]
    disposeAll([...Object.values(own), ...Object.values(rows)])
    return { scores, alignment }
  }

  async close(): Promise<void> {
    await this.#encoder.release()
    await this.#decoder.release()
  }
}

function integer(value: number): Tensor {
  return new Tensor('int64', BigInt64Array.of(BigInt(value)), [1])
}

/**
 * Self-attention keys and values, a row a token, in memory of full length: the graph reads the rows of the past and writes
 * the new ones after them, so that adding and forgetting copy nothing.
 */
class RowCache implements DecoderCache {
  length = 0
  readonly #width: number
  readonly #size: number
  readonly #names: readonly string[]
  /** Taken with the first token, given back by `dispose`. */
  #memory: Readonly<Record<string, Float32Array>> | null = null

  constructor({ dims }: WhisperModelConfig) {
    this.#width = dims.textState
    this.#size = dims.textContext * dims.textState
    const layers = Array.from({ length: dims.textLayers }, (_, layer) => layer)
    this.#names = layers.flatMap((layer) => [`key.${layer}`, `value.${layer}`])
  }

  get #rows(): Readonly<Record<string, Float32Array>> {
    this.#memory ??= Object.fromEntries(this.#names.map((name) => [name, leasedFloats(this.#size)]))
    return this.#memory
  }

  /** Inputs of the decoder. */
  past(): Record<string, Tensor> {
    return this.#tensors('past', 0, this.length)
  }

  /** Outputs of the decoder: the rows of so many more tokens. */
  room(count: number): Record<string, Tensor> {
    return this.#tensors('new', this.length, count)
  }

  truncate(length: number): void {
    this.length = Math.min(this.length, length)
  }

  copyFrom(other: RowCache): void {
    for (const [name, rows] of Object.entries(this.#rows)) {
      rows.set(other.#rows[name]!.subarray(0, other.length * this.#width))
    }
    this.length = other.length
  }

  dispose(): void {
    this.length = 0
    for (const rows of Object.values(this.#memory ?? {})) giveBack(rows)
    this.#memory = null
  }

  #tensors(prefix: string, from: number, count: number): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {}
    for (const [name, rows] of Object.entries(this.#rows)) {
      const view = rows.subarray(from * this.#width, (from + count) * this.#width)
      tensors[`${prefix}_${name}`] = new Tensor('float32', view, [1, count, this.#width])
    }
    return tensors
  }
}

import { join } from 'node:path'
import { ModelError } from '../../../core/errors.js'
import { type InferenceSession, type Outputs, Tensor } from '../../onnx/onnx-runtime.js'
import { disposeAll, floats, openSession, tokenTensor } from '../../onnx/ort.js'
import type { WindowFeatures } from '../features/log-mel.js'
import { scoresOf } from './logits.js'
import type { DecoderCache, DecoderOutput, EncodedAudio, WhisperModel, WhisperModelConfig } from './model.js'
import type { ModelFolder } from './model-files.js'

/**
 * Loads a folder as it is on the Hugging Face Hub for transformers.js.
 *
 * @param endOfText id of the first token that is no text
 * @throws ModelError when a graph is missing or has other inputs
 */
export async function loadTransformersModel(
  { folder, config, graphs }: ModelFolder,
  endOfText: number,
  threads: number,
): Promise<WhisperModel> {
  const encoder = await openSession(join(folder, graphs.encoder), threads)
  const decoder = await openSession(join(folder, graphs.decoder), threads)
  if (!decoder.inputNames.includes('use_cache_branch')) {
    throw new ModelError(`model folder ${folder}: the decoder has no input "use_cache_branch"`, {
      hint: 'it must be the merged decoder of a Whisper export',
    })
  }
  for (const { inputMetadata } of [encoder, decoder]) {
    if (!inputMetadata.some((input) => input.isTensor && input.type === 'float16')) continue
    throw new ModelError(`model folder ${folder}: its graphs use 16-bit floats, which do not run here`, {
      hint: 'choose --precision q8 or fp32',
    })
  }
  return new TransformersModel(config, endOfText, encoder, decoder)
}

/**
 * The merged graph has one branch for a first run of any number of tokens and one for single tokens after it; only
 * exports with attention ("timestamped") say where the model looks.
 */
class TransformersModel implements WhisperModel {
  readonly dynamicWindow = false
  readonly checksDrafts = false
  readonly encodesParts = false
  readonly cutsWindows = false
  readonly attends: boolean
  readonly config: WhisperModelConfig
  readonly #endOfText: number
  readonly #encoder: InferenceSession
  readonly #decoder: InferenceSession
  readonly #attentionNames: readonly string[]

  constructor(config: WhisperModelConfig, endOfText: number, encoder: InferenceSession, decoder: InferenceSession) {
    this.config = config
    this.#endOfText = endOfText
    this.#encoder = encoder
    this.#decoder = decoder
    this.#attentionNames = decoder.outputNames.filter((name) => name.startsWith('cross_attentions.'))
    this.attends = this.#attentionNames.length > 0
  }

  createAudio(): EncoderStates {
    return new EncoderStates()
  }

  async encode(features: WindowFeatures, audio: EncoderStates): Promise<void> {
    const { frames } = features
    const input = new Tensor('float32', features.columns(0, frames), [1, this.config.dims.mels, frames])
    const outputs = await this.#encoder.run({ input_features: input })
    input.dispose()
    const states = outputs.last_hidden_state
    if (!(states instanceof Tensor)) throw new ModelError('the encoder gives no output "last_hidden_state"')
    audio.replace(frames / 2, states)
  }

  createCache(): HeadCache {
    return new HeadCache(this.config)
  }

  async decode(
    tokens: readonly number[],
    scoresStart: number,
    cache: HeadCache,
    audio: EncoderStates,
  ): Promise<DecoderOutput> {
    const filled = cache.length > 0
    if (filled && tokens.length > 1) throw new ModelError('this decoder takes one token at a time after the first run')
    const own = { input_ids: tokenTensor(tokens), use_cache_branch: new Tensor('bool', [filled], [1]) }
    const feeds = { ...own, encoder_hidden_states: audio.tensor(), ...cache.tensors() }
    const outputs = await this.#decoder.run(feeds)
    disposeAll(Object.values(own))
    cache.replace(cache.length + tokens.length, outputs, !filled)
    const { vocabulary } = this.config.dims
    const logits = floats(outputs, 'logits').subarray(scoresStart * vocabulary)
    return {
      scores: scoresOf(logits, vocabulary, this.#endOfText, this.config.suppressTokens),
      alignment: this.#alignment(outputs, tokens.length, audio.positions),
    }
  }

  async close(): Promise<void> {
    await this.#encoder.release()
    await this.#decoder.release()
  }

  #alignment(outputs: Outputs, tokens: number, positions: number): Float32Array | null {
    const heads = this.config.alignmentHeads
    if (this.#attentionNames.length === 0 || heads.length === 0) return null
    const size = tokens * positions
    const alignment = new Float32Array(heads.length * size)
    for (const [index, [layer, head]] of heads.entries()) {
      const attention = floats(outputs, `cross_attentions.${layer}`)
      alignment.set(attention.subarray(head * size, (head + 1) * size), index * size)
    }
    return alignment
  }
}

class EncoderStates implements EncodedAudio {
  positions = 0
  #states: Tensor | null = null

  tensor(): Tensor {
    if (!this.#states) throw new ModelError('nothing was encoded')
    return this.#states
  }

  replace(positions: number, states: Tensor): void {
    this.dispose()
    this.positions = positions
    this.#states = states
  }

  dispose(): void {
    this.#states?.dispose()
    this.#states = null
    this.positions = 0
  }
}

/** Keys and values as the graph gives them, `[1, heads, tokens, width of a head]`; forgetting copies what stays. */
class HeadCache implements DecoderCache {
  length = 0
  readonly #config: WhisperModelConfig
  readonly #headWidth: number
  #own = new Map<string, Tensor>()
  #ofAudio = new Map<string, Tensor>()

  constructor(config: WhisperModelConfig) {
    this.#config = config
    this.#headWidth = config.dims.textState / config.dims.textHeads
  }

  /** The inputs `past_key_values.*`; empty tensors for an empty cache. */
  tensors(): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = {}
    for (const part of this.#parts('decoder')) feeds[`past_key_values.${part}`] = this.#own.get(part) ?? this.#empty()
    for (const part of this.#parts('encoder'))
      feeds[`past_key_values.${part}`] = this.#ofAudio.get(part) ?? this.#empty()
    return feeds
  }

  /** Takes over the outputs `present.*`; those of the audio come with the first run only. */
  replace(length: number, outputs: Outputs, first: boolean): void {
    this.#own = this.#taken(outputs, 'decoder')
    if (first) this.#ofAudio = this.#taken(outputs, 'encoder')
    this.length = length
  }

  truncate(length: number): void {
    if (length >= this.length) return
    if (length === 0) this.dispose()
    for (const [part, tensor] of this.#own) this.#own.set(part, this.#shortened(tensor, length))
    this.length = length
  }

  copyFrom(other: HeadCache): void {
    this.dispose()
    const copied = (tensors: ReadonlyMap<string, Tensor>) =>
      new Map(Array.from(tensors, ([part, tensor]) => [part, copyOf(tensor)] as const))
    this.#own = copied(other.#own)
    this.#ofAudio = copied(other.#ofAudio)
    this.length = other.length
  }

  dispose(): void {
    disposeAll([...this.#own.values(), ...this.#ofAudio.values()])
    this.#own.clear()
    this.#ofAudio.clear()
    this.length = 0
  }

  #parts(side: 'decoder' | 'encoder'): string[] {
    const layers = Array.from({ length: this.#config.dims.textLayers }, (_, layer) => layer)
    return layers.flatMap((layer) => [`${layer}.${side}.key`, `${layer}.${side}.value`])
  }

  #empty(): Tensor {
    return new Tensor('float32', new Float32Array(0), [1, this.#config.dims.textHeads, 0, this.#headWidth])
  }

  #taken(outputs: Outputs, side: 'decoder' | 'encoder'): Map<string, Tensor> {
    const taken = new Map<string, Tensor>()
    for (const part of this.#parts(side)) {
      const tensor = outputs[`present.${part}`]
      if (!(tensor instanceof Tensor)) throw new ModelError(`the decoder gives no output "present.${part}"`)
      taken.set(part, tensor)
    }
    return taken
  }

  #shortened(tensor: Tensor, length: number): Tensor {
    const { textHeads } = this.#config.dims
    const from = floats({ tensor }, 'tensor')
    const rows = from.length / textHeads
    const kept = new Float32Array(textHeads * length * this.#headWidth)
    for (let head = 0; head < textHeads; head++) {
      kept.set(from.subarray(head * rows, head * rows + length * this.#headWidth), head * length * this.#headWidth)
    }
    tensor.dispose()
    return new Tensor('float32', kept, [1, textHeads, length, this.#headWidth])
  }
}

function copyOf(tensor: Tensor): Tensor {
  return new Tensor('float32', floats({ tensor }, 'tensor').slice(), tensor.dims)
}

import type * as Library from '@huggingface/transformers'
import { beginPositions } from '../onnx-whisper/attention/alignment.js'

/** A generation of Whisper in the library. */
interface Generated {
  /** Attention to the audio: for each step and layer `[1, heads, rows, positions]`. */
  readonly cross_attentions: readonly (readonly Library.Tensor[])[]
  readonly sequences: Library.Tensor
}

/** The method of the library's Whisper that gives each token its time. */
type TokenTimes = (
  generated: Generated,
  alignmentHeads: readonly (readonly [number, number])[],
  positions: number,
  positionSec: number,
  promptTokens: number,
) => Library.Tensor

/** Positions in Whisper's window of 30 s. */
const POSITIONS = 1500

/**
 * Puts our alignment in the place of the library's. That of 4.3 takes the attention with which a token chose its
 * successor for its own, so that words come a token late (0.4 s in the median); and it aligns with the padding, too.
 *
 * @param audioSec positions of the window that hold audio, now
 */
export function useOwnTokenTimes(library: typeof Library, model: object, audioSec: () => number): void {
  const tokenTimes: TokenTimes = ({ cross_attentions, sequences }, heads, positions, positionSec, promptTokens) => {
    const length = sequences.dims[1]!
    const rows = cross_attentions.flatMap((layers, step) => attentionRows(layers, heads, step === 0))
    const width = cross_attentions[0]?.[0]?.dims[3] ?? POSITIONS
    // The window moves on when the library goes on after a segment: less audio is in it then.
    const begins = beginPositions(rows, width, audioSec() - (width - positions))
    const times = new Float32Array(length)
    for (const [token, begin] of begins.entries()) {
      if (promptTokens + token < length) times[promptTokens + token] = begin * positionSec
    }
    return new library.Tensor('float32', times, [1, length])
  }
  Object.assign(model, { _extract_token_timestamps: tokenTimes })
}

/** What the alignment heads look at while each token is chosen: of the prompt, the last row alone chooses one. */
function attentionRows(
  layers: readonly Library.Tensor[],
  heads: readonly (readonly [number, number])[],
  isPrompt: boolean,
): readonly Float32Array[] {
  const [, , count = 0, width = 0] = layers[0]?.dims ?? []
  const values = layers.map((layer) => layer.to('float32').data as Float32Array)
  const wanted = isPrompt ? [count - 1] : Array.from({ length: count }, (_, row) => row)
  return wanted.map((row) => {
    const attention = new Float32Array(heads.length * width)
    for (const [place, [layer, head]] of heads.entries()) {
      const from = (head * count + row) * width
      attention.set(values[layer]!.subarray(from, from + width), place * width)
    }
    return attention
  })
}

import { ModelError, messageOf } from '../../core/errors.js'
import { productsSaturate } from './int8-saturation.js'
import { InferenceSession, type Outputs, Tensor } from './onnx-runtime.js'

/**
 * Opens an ONNX graph on the CPU. Threads spin while a run lasts, and stop spinning when it ends: between updates the
 * cores belong to others.
 *
 * @param threads threads of one run; 0 leaves the choice to ONNX Runtime
 * @throws ModelError when the file is not a graph that can be run
 */
export async function openSession(path: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Windows of different lengths would make the arena grow for each: 100 MB for no time.
      enableCpuMemArena: false,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: {
        session: {
          force_spinning_stop: '1',
          intra_op: { allow_spinning: '1' },
          x64quantprecision: (await productsSaturate()) ? '1' : '0',
        },
      },
    })
  } catch (cause) {
    throw new ModelError(`cannot load ${path}: ${messageOf(cause)}`, {
      hint: 'the file may be damaged or of another kind; convert or download the model again',
      cause,
    })
  }
}

/** The float values of an output that the graph is known to have. */
export function floats(outputs: Outputs, name: string): Float32Array {
  const tensor = outputs[name]
  if (!(tensor?.data instanceof Float32Array)) throw new ModelError(`the model gives no float output "${name}"`)
  return tensor.data
}

/** The 32-bit integers of an output that the graph is known to have. */
export function integers(outputs: Outputs, name: string): Int32Array {
  const tensor = outputs[name]
  if (!(tensor?.data instanceof Int32Array)) throw new ModelError(`the model gives no integer output "${name}"`)
  return tensor.data
}

/** A tensor of token ids, `[1, tokens.length]`. */
export function tokenTensor(tokens: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length])
}

/** Releases tensors. */
export function disposeAll(tensors: Iterable<{ dispose(): void }>): void {
  for (const tensor of tensors) tensor.dispose()
}

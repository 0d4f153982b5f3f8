const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT

/** Buffers that can be made smaller; Node has them from 20 on, the types of its language from ES2024 on. */
interface ResizableBuffer extends ArrayBuffer {
  resize(bytes: number): void
}
const Resizable = ArrayBuffer as unknown as new (
  bytes: number,
  options: { readonly maxByteLength: number },
) => ResizableBuffer

/**
 * Zeros, in memory that `giveBack` returns to the system at once. That of other arrays comes back when they are collected, which a
 * thread that waits for work never does, and then to the allocator, which keeps it.
 */
export function leasedFloats(length: number): Float32Array {
  const bytes = length * FLOAT_BYTES
  return new Float32Array(new Resizable(bytes, { maxByteLength: bytes }), 0, length)
}

/**
 * Gives memory back; what looks into it is empty from then on.
 * @param values from `leasedFloats`
 */
export function giveBack(values: Float32Array): void {
  ;(values.buffer as ResizableBuffer).resize(0)
}

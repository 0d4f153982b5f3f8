/**
 * Takes samples out of pieces, from the first on; what is left of a piece stays.
 * @param count no more than the pieces have
 * @param onTaken called with each piece of which nothing is left
 * @returns memory that nobody else has
 */
export function takeSamples(
  pieces: Float32Array[],
  count: number,
  onTaken: (piece: Float32Array) => void = () => {},
): Float32Array {
  const taken = new Float32Array(count)
  let filled = 0
  let used = 0
  for (const piece of pieces) {
    const part = piece.subarray(0, taken.length - filled)
    taken.set(part, filled)
    filled += part.length
    if (part.length < piece.length) {
      pieces[used] = piece.subarray(part.length)
      break
    }
    onTaken(piece)
    used++
  }
  pieces.splice(0, used)
  return taken
}

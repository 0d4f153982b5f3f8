/** How much of a body is read, and how long. */
export interface BodyLimits {
  /** Bytes after decompression. */
  readonly maxBytes: number
  /** Seconds without a byte after which it has stalled; absent: any number. */
  readonly stallSec?: number
  /** Seconds for all of it; absent: any number. */
  readonly maxSec?: number
}

/** A body was not read to its end: it is longer than it may be, nothing came for too long, or it took too long. */
export class BodyError extends Error {
  constructor(
    readonly kind: 'too long' | 'stalled' | 'too slow',
    message: string,
  ) {
    super(message)
  }
}

/** A body as fetch gives it. */
type Body = ReadableStream<Uint8Array> | null

/**
 * The chunks of a body of somebody else, within limits: whoever sends without end, slowly or compressed a thousandfold takes
 * neither memory nor time. The connection is closed however it ends.
 *
 * @throws BodyError beyond a limit; whatever the network throws
 */
export async function* boundedBytes(
  body: Body,
  { maxBytes, stallSec = Number.POSITIVE_INFINITY, maxSec = Number.POSITIVE_INFINITY }: BodyLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return
  const reader = body.getReader()
  const beganAt = performance.now()
  let bytes = 0
  try {
    for (;;) {
      const leftSec = maxSec - (performance.now() - beganAt) / 1000
      const isStall = stallSec < leftSec
      const late = isStall ? stalled(stallSec) : new BodyError('too slow', `it took longer than ${maxSec} s`)
      const { done, value } = await within(isStall ? stallSec : leftSec, reader.read(), late)
      if (done) return
      bytes += value.length
      if (bytes > maxBytes) throw new BodyError('too long', `more than ${maxBytes} bytes came`)
      yield value
    }
  } finally {
    // Without waiting: a connection that gives nothing may not end either.
    reader.cancel().catch(() => {})
  }
}

/**
 * The text of a body, in UTF-8.
 *
 * @param whenLonger what happens with more than `maxBytes`: "cut" gives the start
 * @throws BodyError beyond a limit; whatever the network throws
 */
export async function boundedText(
  body: Body,
  limits: BodyLimits,
  whenLonger: 'throw' | 'cut' = 'throw',
): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of boundedBytes(body, limits)) text += decoder.decode(chunk, { stream: true })
  } catch (error) {
    if (whenLonger === 'throw' || !(error instanceof BodyError) || error.kind !== 'too long') throw error
  }
  return text + decoder.decode()
}

/** Nothing came for so long. */
export function stalled(seconds: number): BodyError {
  return new BodyError('stalled', `nothing came for ${seconds} s`)
}

/** What comes in time, or an error. */
async function within<Value>(seconds: number, coming: Promise<Value>, late: Error): Promise<Value> {
  if (seconds === Number.POSITIVE_INFINITY) return coming
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late), Math.max(0, seconds * 1000))
  })
  return Promise.race([coming, tooLate]).finally(() => clearTimeout(timer))
}

import { Duplex, finished, PassThrough, type Readable, Transform } from 'node:stream'
import { InputError } from '../../core/errors.js'
import { readableBytes } from './readable-bytes.js'

/**
 * A Node stream that is listened to from now on, though it is read later: Node throws away what a child process wrote when
 * that ends before anybody listens, and ends the program when a stream fails to which nobody does.
 */
class AttachedReadable {
  readonly #stream: Readable
  readonly #bytes = new PassThrough()

  constructor(stream: Readable) {
    this.#stream = stream
    // Who reads is told.
    this.#bytes.on('error', () => {})
    finished(stream, { writable: false }, (error) => {
      if (error) this.#bytes.destroy(error)
    })
    stream.pipe(this.#bytes)
  }

  /** As `readableBytes`, but a stream on which a program may still answer is not closed: what else comes is left out. */
  async *bytes(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      if (this.#stream.readableEncoding !== null) {
        throw new InputError('the stream gives text, not bytes', { hint: 'leave out its encoding (setEncoding)' })
      }
      yield* readableBytes(this.#bytes, signal)
    } finally {
      this.#stream.unpipe(this.#bytes)
      if (mayAnswer(this.#stream)) this.#stream.resume()
      else this.#stream.destroy()
    }
  }
}

const attached = new WeakMap<Readable, AttachedReadable>()

/** Listens to a Node stream; again: what listens already. */
export function attachReadable(stream: Readable): Pick<AttachedReadable, 'bytes'> {
  const known = attached.get(stream)
  if (known) return known
  const fresh = new AttachedReadable(stream)
  attached.set(stream, fresh)
  return fresh
}

/** Whether a stream can be written to, by whoever reads it, when nothing more is read; or ends its writing by itself. */
function mayAnswer(stream: Readable): boolean {
  if (!(stream instanceof Duplex) || stream instanceof Transform) return false
  return stream.readableEnded || (stream.allowHalfOpen && stream.writable)
}

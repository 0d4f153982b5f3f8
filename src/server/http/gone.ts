import type { FastifyReply, FastifyRequest } from 'fastify'

/** Aborted when the client has gone before it got its answer. */
export function goneSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  if (request.raw.destroyed && !request.raw.readableEnded) gone.abort()
  return gone.signal
}

/** Events that a server sends, one after the other (text/event-stream). */
export class EventStream {
  readonly #reply: FastifyReply

  /** Answers with what comes; the headers are those that the reply has. */
  constructor(reply: FastifyReply) {
    this.#reply = reply
    reply.hijack()
    const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) reply.raw.setHeader(name, value)
    reply.raw.writeHead(200)
    reply.raw.flushHeaders()
  }

  /** Sends one; objects as JSON. Waits while the client does not read. */
  async send(data: object | string, event?: string): Promise<void> {
    const text = typeof data === 'string' ? data : JSON.stringify(data)
    const { raw } = this.#reply
    if (raw.destroyed || raw.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`)) return
    await new Promise<void>((resolve) => {
      const go = () => {
        raw.off('drain', go)
        raw.off('close', go)
        resolve()
      }
      raw.on('drain', go)
      raw.on('close', go)
    })
  }

  /** Ends the answer. */
  end(): void {
    this.#reply.raw.end()
  }
}

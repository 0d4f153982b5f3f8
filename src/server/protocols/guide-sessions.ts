import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Segment } from '../../core/types.js'

const COOKIE = 'asr_session'
/** Sessions that are remembered; the one that was used longest ago is forgotten first. */
const MAX_SESSIONS = 1000
/** Pieces of text that a session keeps. */
const MAX_PIECES = 10_000

/** Transcripts of clients that ask for them later, each client its own. */
export class GuideSessions {
  readonly #transcripts = new Map<string, readonly Segment[]>()

  /** The session of a request: by header, query or cookie; a new one gets a cookie. */
  idOf(request: FastifyRequest, reply: FastifyReply): string {
    const { headers, query } = request
    const named = headers['x-session-id'] ?? (query as Readonly<Record<string, unknown>>).session_id
    const [, inCookie] = new RegExp(`(?:^|; *)${COOKIE}=([\\w-]+)`).exec(headers.cookie ?? '') ?? []
    const given = typeof named === 'string' ? named : inCookie
    if (given !== undefined && /^[\w-]{1,64}$/.test(given)) return given
    const id = randomUUID()
    reply.header('set-cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Strict`)
    return id
  }

  /** Text that has become final, in order. */
  transcript(id: string): readonly Segment[] {
    return this.#transcripts.get(id) ?? []
  }

  add(id: string, piece: Segment): void {
    const pieces = [...this.transcript(id), piece].slice(-MAX_PIECES)
    this.#transcripts.delete(id)
    this.#transcripts.set(id, pieces)
    const [oldest] = this.#transcripts.keys()
    if (this.#transcripts.size > MAX_SESSIONS && oldest !== undefined) this.#transcripts.delete(oldest)
  }

  reset(id: string): void {
    this.#transcripts.delete(id)
  }
}

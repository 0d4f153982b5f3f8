import type { Server, Socket } from 'node:net'
import type { Log } from '../../core/types.js'
import { partyOf } from './places.js'

/** How many connections a server has at once. */
export interface ConnectionLimits {
  /** Of all; at least 1. */
  readonly total: number
  /** Of one address, which is not this machine; at least 1. */
  readonly ofOne: number
}

/**
 * Lets a server, and one address, have at most so many connections, so that nobody keeps out the others by connections that say
 * nothing; more are closed at once, and warned of where there is no room for anybody. This machine may have all.
 */
export function limitConnections(server: Server, { total, ofOne }: ConnectionLimits, log: Pick<Log, 'warn'>): void {
  server.maxConnections = total
  server.on('drop', (client) =>
    log.warn(
      `${client?.remoteAddress ?? 'a client'} is turned away: ${total} connections are open, and no more may be`,
    ),
  )
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const party = partyOf(socket.remoteAddress)
    if (party === null) return
    const others = open.get(party) ?? 0
    if (others >= ofOne) {
      socket.destroy()
      return
    }
    open.set(party, others + 1)
    socket.once('close', () => {
      const left = (open.get(party) ?? 1) - 1
      if (left > 0) open.set(party, left)
      else open.delete(party)
    })
  })
}

import type { Server, Socket } from 'node:net'
import { partyOf } from './places.js'

/**
 * Lets one address have at most so many connections to a server, so that nobody keeps out the others by connections that say
 * nothing; more are closed at once. This machine may have all.
 * @param most at least 1
 */
export function limitConnections(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const party = partyOf(socket.remoteAddress)
    if (party === null) return
    const others = open.get(party) ?? 0
    if (others >= most) {
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

import { createServer } from 'node:net'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { limitConnections } from '../../src/server/session-pool/connections.js'

const server = createServer()
limitConnections(server, 3)
const connect = (remoteAddress: string | undefined) => {
  const socket = Object.assign(new PassThrough(), { remoteAddress })
  server.emit('connection', socket)
  return socket
}

describe('connections of one address', () => {
  it('are closed at once where there are enough, while others are let in', async () => {
    const first = ['10.0.0.1', '::ffff:10.0.0.1', '10.0.0.1'].map(connect)
    expect(first.map(({ destroyed }) => destroyed)).toEqual([false, false, false])
    expect(connect('10.0.0.1').destroyed).toBe(true)
    expect(connect('10.0.0.2').destroyed).toBe(false)
    first[0]?.destroy()
    await turn()
    expect([connect('10.0.0.1').destroyed, connect('10.0.0.1').destroyed]).toEqual([false, true])
  })

  it('are as many as they like for this machine, which proxies and tunnels call from', () => {
    const sockets = Array.from({ length: 9 }, () => connect('127.0.0.1'))
    expect(sockets.some(({ destroyed }) => destroyed)).toBe(false)
    expect(connect(undefined).destroyed).toBe(false)
  })
})

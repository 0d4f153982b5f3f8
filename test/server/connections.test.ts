import { once } from 'node:events'
import { type AddressInfo, connect as connectTo, createServer } from 'node:net'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { limitConnections } from '../../src/server/session-pool/connections.js'
import { rememberingLog } from '../helpers/logs.js'

const server = createServer()
limitConnections(server, { total: 100, ofOne: 3 }, rememberingLog())
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

describe('connections of all', () => {
  it('are turned away with a warning where there are enough', async () => {
    const log = rememberingLog()
    const small = createServer()
    limitConnections(small, { total: 2, ofOne: 1 }, log)
    small.listen(0, '127.0.0.1')
    await once(small, 'listening')
    const { port } = small.address() as AddressInfo
    const clients = []
    for (let i = 0; i < 3; i++) {
      const client = connectTo(port, '127.0.0.1')
      clients.push(client.on('error', () => {}))
      await once(client, 'connect')
    }
    if (!clients[2]!.closed) await once(clients[2]!, 'close')
    expect(log.warnings).toEqual(['127.0.0.1 is turned away: 2 connections are open, and no more may be'])
    expect(clients.slice(0, 2).map(({ closed }) => closed)).toEqual([false, false])
    for (const client of clients) client.destroy()
    small.close()
  })
})

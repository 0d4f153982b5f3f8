import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import type { Log } from '../../core/types.js'
import { SocketClient } from './socket-client.js'

/** Whoever watches a server asks again and again; an answer costs nothing, and silence would have the server restarted. */
const UNLIMITED = new Set(['/healthz', '/readyz'])

type SocketHandler = (socket: WebSocket, request: FastifyRequest) => unknown

/**
 * Has each request admitted, before anything of it is read. Connections over WebSocket are refused by their closing code,
 * because clients do not see the status of HTTP.
 * @param admit throws a Refusal for whom there has been enough
 */
export function limitRate(app: FastifyInstance, admit: (address: string) => void, log: Log): void {
  const limited = (handler: SocketHandler) =>
    function (this: unknown, socket: WebSocket, request: FastifyRequest) {
      try {
        admit(request.ip)
      } catch (error) {
        return new SocketClient(socket, request.raw.socket, log).fail(error, () => null)
      }
      return handler.call(this, socket, request)
    }
  // Runs before the one of @fastify/websocket, which makes routes of these.
  app.addHook('onRoute', (route) => {
    if (route.wsHandler) route.wsHandler = limited(route.wsHandler as SocketHandler) as typeof route.wsHandler
    else if (route.websocket && route.method === 'GET') {
      route.handler = limited(route.handler as unknown as SocketHandler) as unknown as typeof route.handler
    }
  })
  app.addHook('onRequest', async (request) => {
    const path = request.routeOptions.url ?? ''
    if (request.headers.upgrade === undefined && !UNLIMITED.has(path)) admit(request.ip)
  })
}

import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../http/metrics.js'
import type { SessionPool } from '../session-pool/session-pool.js'
import { openApi } from './openapi.js'

/** How the server is, for machines: alive, ready for one more, in figures; and what it can be asked. */
export function health(
  app: FastifyInstance,
  { pool, metrics, version }: { readonly pool: SessionPool; readonly metrics: Metrics; readonly version: string },
): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const { maxSessions, stop } = pool.options
    const isReady = pool.hasRoom
    const status = isReady ? 'ready' : stop.aborted ? 'stopping' : pool.models.current ? 'full' : 'loading'
    return reply.code(isReady ? 200 : 503).send({ status, sessions: pool.places.taken, max_sessions: maxSessions })
  })
  const description = openApi(version)
  app.get('/openapi.json', async () => description)
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}

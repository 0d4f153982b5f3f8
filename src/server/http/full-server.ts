import type { FastifyInstance } from 'fastify'

/** Who connects here may have a place already, which the first message tells; and pages of browsers connect here. */
const RESUMABLE = '/v1/stream'

/**
 * Answers who would connect over WebSocket to a server without a place with 503 and Retry-After: balancers then try another
 * one, and libraries tell the status. Pages of browsers do not see it, which is why their protocol ends with a code.
 * @param refuse throws a Refusal when there is no place for an address
 * @param admit throws a Refusal for whom there has been enough; connections that are opened are counted elsewhere
 */
export function refuseBeforeUpgrade(
  app: FastifyInstance,
  refuse: (address: string) => void,
  admit: (address: string) => void,
): void {
  app.addHook('onRequest', async (request) => {
    if (!request.ws || request.routeOptions.url === RESUMABLE) return
    try {
      refuse(request.ip)
    } catch (error) {
      admit(request.ip)
      throw error
    }
  })
}

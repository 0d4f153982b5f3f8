import { boundedText } from '../../core/bounded-body.js'
import { refusal } from './failures.js'
import { endpoint, headersFor, type Service } from './options.js'
import { MAX_ERROR_BYTES } from './request.js'
import { ServiceError } from './service-error.js'

/** A service that takes longer is not waited for: the first update tells what is wrong with it. */
const PATIENCE_MS = 5000
const KEY_REFUSED: ReadonlySet<number> = new Set([401, 403])

/**
 * Asks a service for its models, which costs nothing, to see whether it takes the key. What else may be wrong is told by the
 * first update, which tries again: not every service lists its models.
 *
 * @throws ServiceError when the key is refused
 */
export async function checkKey(service: Service, model: string): Promise<void> {
  const url = endpoint(service, 'models')
  try {
    const response = await fetch(url, {
      headers: headersFor(service),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const body = await boundedText(response.body, { maxBytes: MAX_ERROR_BYTES }, 'cut')
    if (!KEY_REFUSED.has(response.status)) return
    throw refusal({ response, body }, { url, service, model, timeoutSec: PATIENCE_MS / 1000 })
  } catch (error) {
    if (error instanceof ServiceError) throw error
  }
}

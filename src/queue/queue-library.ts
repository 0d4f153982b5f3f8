import type * as BullMQ from 'bullmq'
import { QueueError } from '../core/errors.js'
import type { StoreKind } from './queue-address.js'

/** BullMQ. */
export type QueueLibrary = typeof BullMQ

/** What talks to each store, and the names of both for people. */
const DRIVERS: Readonly<Record<StoreKind, string>> = { redis: 'ioredis', postgres: 'pg' }

/**
 * Loads BullMQ, and looks whether what talks to the store is there. Both are optional peers.
 * @throws QueueError that says what to install
 */
export async function loadQueueLibrary(kind: StoreKind): Promise<QueueLibrary> {
  const driver = DRIVERS[kind]
  const missing: string[] = []
  const load = async <Library>(name: string, loading: () => Promise<Library>): Promise<Library | null> => {
    try {
      return await loading()
    } catch (error) {
      if (!isAbsent(error, name)) throw error
      missing.push(name)
      return null
    }
  }
  const library = await load('bullmq', () => import('bullmq'))
  // BullMQ loads it by itself, and says less of what is missing.
  await load<unknown>(driver, () => (kind === 'redis' ? import('ioredis') : import('pg')))
  if (library !== null && missing.length === 0) return library
  throw new QueueError(`a queue on ${kind === 'redis' ? 'Redis' : 'PostgreSQL'} needs ${missing.join(' and ')}`, {
    hint: `install beside asr-stream: npm install bullmq ${driver}`,
    details: { missing },
  })
}

function isAbsent(error: unknown, name: string): boolean {
  const { code, message = '' } = error as NodeJS.ErrnoException
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  return isMissing && message.includes(`'${name}'`)
}

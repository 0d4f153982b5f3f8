import { UsageError } from '../core/errors.js'
import { percentDecoded } from '../core/percent-decoding.js'

/** What keeps a queue. */
export type StoreKind = 'redis' | 'postgres'

/** Where a queue is. */
export interface QueueAddress {
  readonly kind: StoreKind
  /** As it was given, with the password that it may have. */
  readonly url: string
  /** For messages: without password, and without what follows a question mark. */
  readonly shown: string
  /** What must not be told, as it stands in the address and as it is meant. */
  readonly secrets: readonly string[]
}

const KINDS: Readonly<Record<string, StoreKind>> = {
  'redis:': 'redis',
  'rediss:': 'redis',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
}
const FORM = 'give redis://host:6379, rediss:// for TLS, or postgres://user@host/database'
/** In a message any text as short as this would be taken out of words that have nothing to do with it. */
const MIN_SECRET = 3

/**
 * Reads the address of a queue.
 * @throws UsageError, which does not repeat the address, when it is none of Redis or PostgreSQL
 */
export function parseQueueAddress(text: string): QueueAddress {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  const kind = url === null ? undefined : KINDS[url.protocol]
  if (url === null || kind === undefined) {
    const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(text.trim())?.[0]
    const what = url === null ? 'is no address' : `has the scheme ${scheme}, which is neither Redis nor PostgreSQL`
    throw new UsageError(`--queue ${what}`, { hint: FORM })
  }
  const given = [url.password, percentDecoded(url.password), ...[...url.searchParams].flatMap(secretOf)]
  const user = url.username === '' ? '' : `${url.username}@`
  return {
    kind,
    url: text.trim(),
    shown: `${url.protocol}//${user}${url.host}${url.pathname}`,
    secrets: [...new Set(given)].filter((secret) => secret.length >= MIN_SECRET),
  }
}

/** A message of a driver or server without the secrets of the address. */
export function withoutSecrets(message: string, { url, shown, secrets }: QueueAddress): string {
  return [url, ...secrets].reduce((text, secret, at) => text.replaceAll(secret, at === 0 ? shown : '***'), message)
}

function secretOf([name, value]: readonly [string, string]): readonly string[] {
  return /pass|key|token|secret/i.test(name) ? [value] : []
}

import type * as S3 from '@aws-sdk/client-s3'
import { messageOf, QueueError, UsageError } from '../core/errors.js'
import { isPassingStatus } from '../core/http-status.js'
import { percentDecoded } from '../core/percent-decoding.js'
import type { Remote } from './http.js'
import { RefusedJobError, UnreachedError } from './job-errors.js'
import type { KnownContent } from './queue-job.js'
import { shownAddress } from './shown-address.js'

const DEFAULT_REGION = 'us-east-1'
const PACKAGE = '@aws-sdk/client-s3'

/**
 * What an object store tells of an object.
 * @throws RefusedJobError when it is not there, or not open to us; UnreachedError when there is no answer; QueueError when the
 *   client is not installed
 */
export async function askObject(address: string, signal?: AbortSignal): Promise<KnownContent> {
  return answered(address, async ({ HeadObjectCommand }, client, place) => {
    return contentOf(await client.send(new HeadObjectCommand(place), sending(signal)))
  })
}

/**
 * Asks for an object.
 * @throws as `askObject`
 */
export async function getObject(address: string, signal?: AbortSignal): Promise<Remote> {
  return answered(address, async ({ GetObjectCommand }, client, place) => {
    const answer = await client.send(new GetObjectCommand(place), sending(signal))
    return { content: contentOf(answer), body: (answer.Body ?? []) as AsyncIterable<Uint8Array> }
  })
}

type Place = { readonly Bucket: string; readonly Key: string }
type Asking<Answer> = (library: typeof S3, client: S3.S3Client, place: Place) => Promise<Answer>

async function answered<Answer>(address: string, ask: Asking<Answer>): Promise<Answer> {
  const place = placeOf(address)
  const library = await loaded()
  clients.shared ??= newClient(library)
  try {
    return await ask(library, clients.shared, place)
  } catch (cause) {
    const { $metadata, name = '' } = cause as { readonly $metadata?: { httpStatusCode?: number }; name?: string }
    const status = $metadata?.httpStatusCode
    const why = status === undefined || name === '' || name === 'Error' ? messageOf(cause) : `${name} (${status})`
    const message = `${shownAddress(address)} cannot be read: ${why}`
    const isRefused = status !== undefined && status >= 400 && !isPassingStatus(status)
    if (!isRefused)
      throw new UnreachedError(message, { hint: 'check the connection and the credentials of the object store' })
    throw new RefusedJobError(message, { hint: 'check the address and the right to read it' })
  }
}

/** One for all: it keeps connections, and looks for credentials once. */
const clients: { shared?: S3.S3Client } = {}

/** Region, credentials and endpoint are found as all programs of AWS find them. */
function newClient({ S3Client }: typeof S3): S3.S3Client {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env
  return new S3Client({
    region: AWS_REGION ?? AWS_DEFAULT_REGION ?? DEFAULT_REGION,
    // Stores besides AWS seldom have a name of their own for each bucket.
    forcePathStyle: (AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined,
  })
}

async function loaded(): Promise<typeof S3> {
  try {
    return await import('@aws-sdk/client-s3')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new QueueError(`recordings in an object store (s3://) need ${PACKAGE}`, {
      hint: `install beside asr-stream: npm install ${PACKAGE}`,
    })
  }
}

function placeOf(address: string): Place {
  const { host, pathname } = new URL(address)
  const key = pathname.slice(1)
  if (host !== '' && key !== '') return { Bucket: host, Key: percentDecoded(key) }
  throw new UsageError(`${shownAddress(address)} is no object`, { hint: 'give s3://bucket/key' })
}

function sending(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { abortSignal: signal }
}

function contentOf({
  ContentLength,
  ETag,
}: {
  ContentLength?: number | undefined
  ETag?: string | undefined
}): KnownContent {
  return { ...(ContentLength !== undefined && { size: ContentLength }), ...(ETag && { etag: ETag }) }
}

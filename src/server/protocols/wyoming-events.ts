import { ByteReader } from '../../audio/decode/byte-reader.js'

/** An event of Wyoming: a line of JSON, then data and bytes whose lengths it tells. */
export interface WyomingEvent {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly payload: Uint8Array
}

/** What is longer is no event. */
const MAX_LINE_BYTES = 65_536
const MAX_DATA_BYTES = 1_000_000
const MAX_PAYLOAD_BYTES = 4_000_000
const NEWLINE = 10
const VERSION = '1.10.0'

/** An event as it is sent. */
export function wyomingBytes(type: string, data: object = {}): Buffer {
  const body = Buffer.from(JSON.stringify(data))
  const hasData = body.length > 2
  const header = { type, version: VERSION, ...(hasData && { data_length: body.length }) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), hasData ? body : Buffer.alloc(0)])
}

/**
 * The events in a stream of bytes, however it is cut.
 * @throws Error for what is no event
 */
export async function* wyomingEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<WyomingEvent> {
  const reader = new ByteReader(bytes)
  for (;;) {
    const line = await lineOf(reader)
    if (line === null) return
    const header = objectOf(line)
    const dataLength = lengthOf(header.data_length, MAX_DATA_BYTES)
    const payloadLength = lengthOf(header.payload_length, MAX_PAYLOAD_BYTES)
    const data = await reader.read(dataLength)
    const payload = await reader.read(payloadLength)
    if (data.length < dataLength || payload.length < payloadLength) return
    if (typeof header.type !== 'string') throw new Error('an event has no type')
    const inline = typeof header.data === 'object' && header.data !== null ? header.data : {}
    yield { type: header.type, data: { ...inline, ...(data.length > 0 && objectOf(data)) }, payload }
  }
}

/** The next line with its end; null where no whole one comes any more. */
async function lineOf(reader: ByteReader): Promise<Uint8Array | null> {
  for (;;) {
    const { arrived } = reader
    const end = (await reader.peek(arrived)).indexOf(NEWLINE)
    if (end >= 0) return reader.read(end + 1)
    if (arrived > MAX_LINE_BYTES) throw new Error('the line of an event is too long')
    if ((await reader.peek(arrived + 1)).length === arrived) return null
  }
}

function lengthOf(value: unknown, max: number): number {
  if (value === undefined || value === null) return 0
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value
  throw new Error('a length of an event is wrong')
}

function objectOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString())
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Error('an event is no object')
}

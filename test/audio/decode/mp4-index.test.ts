import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withIndexFirst } from '../../../src/audio/decode/mp4-index.js'
import { inPieces } from '../../helpers/bytes.js'

function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

function longBox(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32BE(1)
  head.write(type, 4, 'latin1')
  head.writeBigUInt64BE(BigInt(16 + content.length), 8)
  return Buffer.concat([head, content])
}

function places(type: 'stco' | 'co64', all: readonly number[]): Buffer {
  const width = type === 'stco' ? 4 : 8
  const body = Buffer.alloc(8 + width * all.length)
  body.writeUInt32BE(all.length, 4)
  all.forEach((place, i) => {
    if (width === 4) body.writeUInt32BE(place, 8 + 4 * i)
    else body.writeBigUInt64BE(BigInt(place), 8 + 8 * i)
  })
  return box(type, body)
}

const index = (table: Buffer) =>
  box('moov', box('mvhd', Buffer.alloc(100)), box('trak', box('mdia', box('minf', box('stbl', table)))))

const FRONT = Buffer.concat([box('ftyp', Buffer.from('M4A \0\0\0\0')), box('free', Buffer.alloc(3))])
const CHUNKS = ['one', 'second', 'the third'].map((text) => Buffer.from(text))
const AUDIO = Buffer.concat(CHUNKS)

/** Where each chunk lies if the audio begins there. */
function placesFrom(begin: number): readonly number[] {
  return CHUNKS.map((_, i) => begin + Buffer.concat(CHUNKS.slice(0, i)).length)
}

async function given(bytes: Uint8Array, pieces: readonly number[] = [7, 1, 40]): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of withIndexFirst(inPieces(bytes, pieces))) all.push(piece)
  return Buffer.concat(all)
}

/** The chunks as a decoder finds them, by the table of an index that comes before them. */
function chunksIn(file: Buffer, type: 'stco' | 'co64'): readonly string[] {
  expect(file.indexOf('moov')).toBeLessThan(file.indexOf('mdat'))
  const table = file.indexOf(type) + 12
  return CHUNKS.map(({ length }, i) => {
    const at = type === 'stco' ? file.readUInt32BE(table + 4 * i) : Number(file.readBigUInt64BE(table + 8 * i))
    return file.subarray(at, at + length).toString()
  })
}

describe('an MP4 whose index is behind the audio', () => {
  const texts = CHUNKS.map(String)

  it.each(['stco', 'co64'] as const)('has it before, and every place is right: %s', async (type) => {
    const table = places(type, placesFrom(FRONT.length + 8))
    const file = Buffer.concat([FRONT, box('mdat', AUDIO), index(table)])
    const moved = await given(file)
    expect(moved).toHaveLength(file.length)
    expect(chunksIn(moved, type)).toEqual(texts)
  })

  it('also with a size of 64 bits, and with more between and behind', async () => {
    const table = places('stco', placesFrom(FRONT.length + 16))
    const file = Buffer.concat([
      FRONT,
      longBox('mdat', AUDIO),
      box('uuid', Buffer.alloc(9)),
      index(table),
      box('free', AUDIO),
    ])
    const moved = await given(file)
    expect(chunksIn(moved, 'stco')).toEqual(texts)
    expect(moved.subarray(-AUDIO.length).toString()).toBe(AUDIO.toString())
  })

  it('is not changed in the memory of whoever gives it', async () => {
    const file = Buffer.concat([FRONT, box('mdat', AUDIO), index(places('stco', placesFrom(FRONT.length + 8)))])
    const before = Buffer.from(file)
    await given(file, [file.length])
    expect(file).toEqual(before)
  })
})

describe('whatever else comes', () => {
  it.each([
    ['an MP4 with its index first', Buffer.concat([FRONT, index(places('stco', [300])), box('mdat', AUDIO)])],
    ['an MP4 without one', Buffer.concat([FRONT, box('mdat', AUDIO)])],
    ['audio to the end', Buffer.concat([FRONT, Buffer.from('\0\0\0\0mdatand so on', 'latin1')])],
    ['an MP4 that is cut off', Buffer.concat([FRONT, box('mdat', AUDIO)]).subarray(0, -3)],
    ['Matroska', Buffer.from('\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x86\x81\x01', 'latin1')],
    ['a box of no size', Buffer.from('\0\0\0\x02ftypM4A ', 'latin1')],
    ['nothing', Buffer.alloc(0)],
  ])('is given on as it is: %s', async (_, bytes) => {
    expect(await given(bytes)).toEqual(bytes)
  })

  it('keeps its length, however broken its boxes are', async () => {
    const file = Buffer.concat([FRONT, box('mdat', AUDIO), index(places('stco', placesFrom(FRONT.length + 8)))])
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length), async (at, value, length) => {
        const broken = Buffer.from(file.subarray(0, length))
        if (at < length) broken[at] = value
        expect(await given(broken)).toHaveLength(length)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a description that is repeated', () => {
  const fragment = (time: number) => {
    const tfdt = Buffer.alloc(8)
    tfdt.writeUInt32BE(time, 4)
    return Buffer.concat([box('moof', box('traf', box('tfdt', tfdt))), box('mdat', AUDIO)])
  }
  const description = Buffer.concat([FRONT, box('moov', Buffer.alloc(20))])
  const joins = async (...parts: readonly Uint8Array[]) => {
    let count = 0
    for await (const _ of withIndexFirst(inPieces(Buffer.concat(parts), [11, 3]), () => count++)) void _
    return count
  }

  it('is another recording where time begins again, and none where a live stream goes on', async () => {
    expect(await joins(description, fragment(0), fragment(5))).toBe(0)
    expect(await joins(description, fragment(0), description, fragment(5))).toBe(0)
    expect(await joins(description, fragment(0), fragment(5), description, fragment(0))).toBe(1)
    expect(await joins(FRONT, box('mdat', AUDIO), index(places('stco', [])), box('free'))).toBe(0)
    expect(await joins(FRONT, box('mdat', AUDIO), index(places('stco', [])), FRONT)).toBe(1)
  })
})

import { describe, expect, it } from 'vitest'
import { errorRates } from '../../../src/server/protocols/error-rates.js'
import { formatSegments } from '../../../src/server/protocols/format-segments.js'
import { spokenSegments } from '../../../src/server/protocols/spoken-segments.js'
import { wyomingBytes, wyomingEvents } from '../../../src/server/protocols/wyoming-events.js'

const word = (text: string, begin: number, end = begin + 0.4) => ({ text, begin, end })
const piece = (...words: ReturnType<typeof word>[]) => ({
  begin: words[0]?.begin ?? 0,
  end: words.at(-1)?.end ?? 0,
  text: words.map(({ text }) => text).join(''),
  words,
})

describe('segments', () => {
  it('end where sentences do, at pauses, and when they get long, wherever pieces were cut', () => {
    const pieces = [
      piece(word(' It', 0), word(' was.', 0.5), word(' The', 1)),
      piece(word(' end', 1.5), word(' later', 4)),
    ]
    expect(spokenSegments(pieces, '').map(({ text, begin, end }) => [text, begin, end])).toEqual([
      ['It was.', 0, 0.9],
      ['The end', 1, 1.9],
      ['later', 4, 4.4],
    ])
    const long = piece(...Array.from({ length: 100 }, (_, at) => word(' on', at / 2)))
    for (const { begin, end } of spokenSegments([long], '')) expect(end - begin).toBeLessThanOrEqual(15.001)
  })

  it('keep every word', () => {
    const words = Array.from({ length: 50 }, (_, at) => word(` w${at}${at % 7 === 0 ? '.' : ''}`, at * 0.7))
    expect(spokenSegments([piece(...words)], '').flatMap((segment) => segment.words)).toEqual(words)
  })
})

describe('subtitles', () => {
  const segments = [
    { begin: 0, end: 3599.9996, text: 'a --> b', words: [] },
    { begin: 3661.5, end: 3661.5, text: 'c', words: [] },
  ]
  it('have numbers and commas in SRT', () => {
    expect(formatSegments('srt', segments)).toBe(
      '1\n00:00:00,000 --> 01:00:00,000\na → b\n\n2\n01:01:01,500 --> 01:01:01,501\nc\n',
    )
  })
  it('have a head and points in WebVTT', () => {
    expect(formatSegments('vtt', segments.slice(0, 1))).toBe('WEBVTT\n\n00:00:00.000 --> 01:00:00.000\na → b\n')
  })
})

describe('error rates', () => {
  it.each([
    ['a b c', 'a b c', 0, 0],
    ["It's, A b!", 'its a B', 0, 0],
    ['a b c d', 'a x c', 0.5, 3 / 7],
    ['a', '', 1, 1],
    ['a b', 'a b c d', 1, 4 / 3],
  ])('of "%s" heard as "%s"', (reference, heard, wer, cer) => {
    expect(errorRates(reference, heard)).toMatchObject({ wer, cer })
  })
})

describe('events of Wyoming', () => {
  it('are the same however the bytes are cut', async () => {
    const payload = Buffer.from([1, 2, 10, 4])
    const audio = Buffer.concat([
      Buffer.from(`{"type":"audio-chunk","data":{"rate":8000},"payload_length":4}\n`),
      payload,
    ])
    const bytes = Buffer.concat([wyomingBytes('transcript', { text: 'a\nb' }), audio, wyomingBytes('describe')])
    for (const size of [1, 3, 7, bytes.length]) {
      const events = []
      for await (const event of wyomingEvents(cut(bytes, size))) events.push(event)
      expect(events.map(({ type, data, payload: own }) => [type, data, [...own]])).toEqual([
        ['transcript', { text: 'a\nb' }, []],
        ['audio-chunk', { rate: 8000 }, [...payload]],
        ['describe', {}, []],
      ])
    }
  })

  it.each(['x\n', '{"type":5}\n', '{"type":"a","payload_length":-1}\n', '{"type":"a","data_length":1e12}\n', '[]\n'])(
    'refuses %j',
    async (text) => {
      const read = async () => {
        for await (const _ of wyomingEvents(cut(Buffer.from(text), 2)));
      }
      await expect(read()).rejects.toThrow()
    },
  )
})

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

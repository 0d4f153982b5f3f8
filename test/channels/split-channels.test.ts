import { describe, expect, it } from 'vitest'
import { SplitChannels } from '../../src/channels/split-channels.js'
import { SAMPLE_RATE } from '../../src/core/sample-rate.js'
import type { AudioSource } from '../../src/core/types.js'
import { settled } from '../helpers/memory-source.js'

/** A source of seconds that tells of channels, of which each second has the number of its place and second. */
function seconds(split: SplitChannels, count: number, channels = 2, end?: Error) {
  const told = { decoded: 0, closed: false }
  const source: AudioSource = {
    name: 'call.wav',
    async *read() {
      try {
        for (; told.decoded < count; told.decoded++) {
          const own = (place: number) => new Float32Array(SAMPLE_RATE).fill(100 * place + told.decoded)
          const pieces = Array.from({ length: channels }, (_, place) => own(place))
          split.arrived(pieces)
          yield pieces[0] ?? new Float32Array(0)
        }
        if (end) throw end
      } finally {
        told.closed = true
      }
    },
  }
  return { source, told }
}

const forever = new AbortController().signal

async function firstOf(
  audio: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): Promise<readonly (number | undefined)[]> {
  const values: (number | undefined)[] = []
  for await (const piece of audio) values.push(piece[0])
  return values
}

describe('the channels of a source', () => {
  it('each have their own audio, however they are read', async () => {
    const split = new SplitChannels()
    const { source, told } = seconds(split, 3, 3)
    const channels = await split.open(source, forever)
    const [first, second, third] = channels.map((channel) => firstOf(channel.read()))
    expect(await Promise.all([third, first, second])).toEqual([
      [200, 201, 202],
      [0, 1, 2],
      [100, 101, 102],
    ])
    expect(told.closed).toBe(true)
  })

  it('wait for the slowest: what is decoded and not read is bounded', async () => {
    const split = new SplitChannels()
    const { source, told } = seconds(split, 500)
    const [left, right] = await split.open(source, forever)
    const fast = firstOf(left?.read() ?? [])
    for (let turn = 0; turn < 200; turn++) await settled()
    expect(told.decoded).toBeGreaterThan(10)
    expect(told.decoded).toBeLessThan(35)
    expect((await firstOf(right?.read() ?? [])).length).toBe(500)
    expect((await fast).length).toBe(500)
  })

  it('do not wait for one that is read no more', async () => {
    const split = new SplitChannels()
    const { source } = seconds(split, 200)
    const [left, right] = await split.open(source, forever)
    for await (const _ of right?.read() ?? []) break
    expect((await firstOf(left?.read() ?? [])).length).toBe(200)
  })

  it('end with their signals while they wait', async () => {
    const split = new SplitChannels()
    const { source, told } = seconds(split, 500)
    const [left] = await split.open(source, forever)
    const stop = new AbortController()
    const read = firstOf(left?.read(stop.signal) ?? [])
    for (let turn = 0; turn < 200; turn++) await settled()
    stop.abort()
    expect((await read).length).toBeLessThan(35)
    await split.close()
    expect(told.closed).toBe(true)
  })

  it('all fail with what the source fails with, after the audio before', async () => {
    const split = new SplitChannels()
    const { source } = seconds(split, 2, 2, new Error('the disk is gone'))
    const channels = await split.open(source, forever)
    const results = await Promise.allSettled(
      channels.map(async (channel) => {
        let count = 0
        for await (const piece of channel.read()) count += piece.length
        return count
      }),
    )
    expect(results.map((result) => result.status === 'rejected' && String(result.reason))).toEqual([
      'Error: the disk is gone',
      'Error: the disk is gone',
    ])
  })

  it('are silent where a part has fewer, and refuse a part that has more', () => {
    const split = new SplitChannels()
    split.arrived([new Float32Array(4), new Float32Array(4)])
    expect(() => split.arrived([new Float32Array(4)])).not.toThrow()
    const three = Array.from({ length: 3 }, () => new Float32Array(4))
    expect(() => split.arrived(three)).toThrow('the audio has 3 channels from here on, and 2 before')
  })

  it('are one where the source knows nothing of channels, and none where it has no audio', async () => {
    const mono: AudioSource = {
      name: 'own',
      async *read() {
        yield new Float32Array(3).fill(7)
      },
    }
    const [only, ...others] = await new SplitChannels().open(mono, forever)
    expect(others).toEqual([])
    expect(await firstOf(only?.read() ?? [])).toEqual([7])
    expect(await new SplitChannels().open({ name: 'none', async *read() {} }, forever)).toEqual([])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkedSource } from '../../../src/audio/sources/checked-source.js'
import { silentLog } from '../../../src/core/silent-log.js'

async function heard(pieces: readonly unknown[]) {
  const warnings: string[] = []
  const own = {
    name: 'mine',
    async *read() {
      for (const piece of pieces) yield piece as Float32Array
    },
  }
  const samples: number[] = []
  const log = { ...silentLog, warn: (text: string) => void warnings.push(text) }
  for await (const audio of checkedSource(own, log).read()) samples.push(...audio)
  return { samples, warnings }
}

describe('a source of a program', () => {
  it('gives finite samples in [-1, 1], as many as it has, whatever they are', async () => {
    const piece = fc.float32Array({ maxLength: 700 })
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 5 }), async (pieces) => {
        const { samples } = await heard(pieces)
        expect(samples).toHaveLength(pieces.reduce((sum, { length }) => sum + length, 0))
        expect(samples.every((sample) => Math.abs(sample) <= 1)).toBe(true)
      }),
    )
  })

  it('loses one sample where one is no number, and tells of integers that are written as floats', async () => {
    const speech = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i / 7) / 3)
    const isBroken = (i: number) => i === 1000 || i === 2000
    const broken = speech.map((sample, i) => (isBroken(i) ? Number.NaN : sample))
    const { samples, warnings } = await heard([broken])
    expect(samples).toEqual([...speech.map((sample, i) => (isBroken(i) ? 0 : sample))])
    expect(warnings).toEqual([
      'mine has samples that are no numbers: they are read as silence; check the program that made them',
    ])
    const large = await heard([speech.map((sample) => Math.round(sample * 32_768))])
    expect(large.warnings).toEqual(['mine has floats far beyond 1: they are read as integers of 16 bits'])
    expect(Math.max(...large.samples)).toBeCloseTo(1 / 3, 3)
  })

  it('is clipped where most of it is a little too loud, which makes it no integers', async () => {
    const hot = Float32Array.from({ length: 3000 }, (_, i) => 1.9 * Math.sin(i / 7))
    const { samples, warnings } = await heard([hot])
    expect(samples).toEqual([...hot.map((sample) => Math.max(-1, Math.min(1, sample)))])
    expect(warnings).toEqual([])
  })

  it('keeps its shape where it is divided by its deviation, and so far beyond 1 everywhere', async () => {
    const wide = Float32Array.from({ length: 3000 }, (_, i) => 9 * Math.sin(i / 7))
    const { samples, warnings } = await heard([wide])
    expect(samples).toEqual([...wide.map((sample) => sample / 256)])
    expect(warnings).toEqual(['mine has floats far beyond 1: they are read with 256 as full scale'])
  })

  it('is integers as soon as it is louder than floats can be, though it begins quietly', async () => {
    const noise = Float32Array.from({ length: 1024 }, (_, i) => 20.5 * Math.sin(i))
    const loud = Float32Array.from({ length: 2048 }, (_, i) => 300.5 * Math.sin(i / 7))
    const { samples } = await heard([noise, loud])
    expect(samples.slice(1024)).toEqual([...loud.map((sample) => sample / 32_768)])
  })

  it('is told what it should have given', async () => {
    await expect(heard([new Int16Array(100)])).rejects.toMatchObject({
      message: 'mine gave something else than a Float32Array',
      code: 'ASR_USAGE',
    })
  })
})

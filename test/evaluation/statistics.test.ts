import { describe, expect, it } from 'vitest'
import { align } from '../../src/evaluation/errors/alignment.js'
import { samplesOf } from '../../src/evaluation/errors/samples.js'
import { bootstrapInterval, pairedTest, rateOf } from '../../src/evaluation/statistics/bootstrap.js'

/** Samples of 25 words. */
const samples = (errors: readonly number[]) => errors.map((count) => ({ size: 25, errors: count }))
const UNEVEN = samples([0, 1, 5, 2, 0, 3, 8, 1, 0, 2, 4, 1])

describe('bootstrapInterval', () => {
  it('lies around the rate, and is the same each time', () => {
    const found = bootstrapInterval(UNEVEN, rateOf)
    const rate = rateOf(UNEVEN)
    expect(found).toEqual(bootstrapInterval(UNEVEN, rateOf))
    expect(found![0]).toBeLessThan(rate)
    expect(found![1]).toBeGreaterThan(rate)
    expect(bootstrapInterval(UNEVEN, rateOf, 2)).not.toEqual(found)
  })

  it('is of one value where all samples are alike, and of none where there are too few', () => {
    expect(bootstrapInterval(samples([1, 1, 1, 1, 1]), rateOf)).toEqual([0.04, 0.04])
    expect(bootstrapInterval(samples([1, 2, 3, 4]), rateOf)).toBeNull()
  })
})

describe('pairedTest', () => {
  it('calls a small difference noise, and a steady one not', () => {
    const oneMore = UNEVEN.map(({ size, errors }, i) => ({ size, errors: errors + (i === 3 ? 1 : 0) }))
    expect(pairedTest(UNEVEN, oneMore)).toMatchObject({ verdict: 'noise' })
    const each = UNEVEN.map(({ size, errors }) => ({ size, errors: errors + 1 }))
    const { verdict, p, difference } = pairedTest(UNEVEN, each)
    expect(verdict).toBe('worse')
    expect(difference).toBeCloseTo(0.04)
    expect(p).toBeLessThan(0.001)
    expect(pairedTest(each, UNEVEN).verdict).toBe('better')
    expect(pairedTest(samples([1]), samples([9])).verdict).toBe('too little speech')
  })
})

describe('samplesOf', () => {
  it('has every error once', () => {
    const said = Array.from({ length: 60 }, (_, i) => `w${i}`)
    const recognized = [...said.slice(0, 24), 'x', 'y', ...said.slice(25, 59), 'made', 'up', 'text']
    const steps = align(said, recognized)
    const found = samplesOf(said.length, steps)
    expect(found.map(({ size }) => size)).toEqual([25, 35])
    expect(found.map(({ errors }) => errors)).toEqual([2, 3])
  })
})

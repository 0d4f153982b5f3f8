import { describe, expect, it } from 'vitest'
import { sweptSettings } from '../../src/config/sweep.js'

describe('sweptSettings', () => {
  it('gives all combinations, values as their options have them', () => {
    expect(sweptSettings(['min_chunk_size=0.5,1', 'vac=true,false', 'policy=alignatt'])).toEqual([
      {
        name: 'min-chunk-size=0.5 vac=true policy=alignatt',
        values: { minChunkSize: 0.5, vac: true, policy: 'alignatt' },
      },
      {
        name: 'min-chunk-size=0.5 vac=false policy=alignatt',
        values: { minChunkSize: 0.5, vac: false, policy: 'alignatt' },
      },
      { name: 'min-chunk-size=1 vac=true policy=alignatt', values: { minChunkSize: 1, vac: true, policy: 'alignatt' } },
      {
        name: 'min-chunk-size=1 vac=false policy=alignatt',
        values: { minChunkSize: 1, vac: false, policy: 'alignatt' },
      },
    ])
    expect(sweptSettings([])).toEqual([{ name: '', values: {} }])
  })

  it.each([
    ['min-chunk-size', /gives no values/],
    ['speed=1,2', /cannot vary "speed"/],
    ['output=a,b', /cannot vary "output"/],
    ['vac=yes', /neither true nor false/],
    [`beam-size=${Array.from({ length: 501 }, (_, i) => i).join(',')}`, /501 settings/],
  ])('refuses %s', (sweep, message) => {
    expect(() => sweptSettings([sweep])).toThrow(message)
  })

  it('refuses an option twice', () => {
    expect(() => sweptSettings(['beam-size=1', 'beam_size=5'])).toThrow(/is given twice/)
  })
})

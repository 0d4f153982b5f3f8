import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseShard, recordingsOfShard, shardLabel } from '../../src/files/shard.js'

const slurm = (id: number, min: number, max: number, count: number, step = 1) => ({
  SLURM_ARRAY_TASK_ID: `${id}`,
  SLURM_ARRAY_TASK_MIN: `${min}`,
  SLURM_ARRAY_TASK_MAX: `${max}`,
  SLURM_ARRAY_TASK_COUNT: `${count}`,
  SLURM_ARRAY_TASK_STEP: `${step}`,
})

describe('which shard is meant', () => {
  it.each([
    ['3/8', {}, '3-of-8'],
    [' 1/1 ', {}, '1-of-1'],
    ['auto', slurm(1, 1, 8, 8), '1-of-8'],
    ['auto', slurm(0, 0, 7, 8), '1-of-8'],
    ['auto', slurm(7, 1, 9, 5, 2), '4-of-5'],
    ['auto/8', slurm(8, 1, 8, 8), '8-of-8'],
    // A task of Slurm may start containers that say other things.
    ['auto', { ...slurm(2, 1, 2, 2), JOB_COMPLETION_INDEX: '7' }, '2-of-2'],
    ['auto', { AWS_BATCH_JOB_ARRAY_INDEX: '0', AWS_BATCH_JOB_ARRAY_SIZE: '10' }, '1-of-10'],
    ['auto/4', { AWS_BATCH_JOB_ARRAY_INDEX: '3' }, '4-of-4'],
    ['auto/8', { JOB_COMPLETION_INDEX: '7' }, '8-of-8'],
  ])('%s in %o is %s', (text, environment, label) => {
    expect(shardLabel(parseShard(text, environment))).toBe(label)
  })

  it.each([
    ['', {}, '--shard "" is not understood; give i/n'],
    ['3', {}, '--shard "3" is not understood; give i/n'],
    ['3/', {}, '--shard "3/" is not understood'],
    ['a/b', {}, 'is not understood'],
    ['1.5/3', {}, 'is not understood'],
    ['1/2/3', {}, 'is not understood'],
    ['0/8', {}, '--shard 0/8: shards are counted from 1; give from 1/8 to 8/8'],
    ['-1/8', {}, 'shards are counted from 1'],
    ['9/8', {}, '--shard 9/8: there is no shard 9 of 8; give from 1/8 to 8/8'],
    ['1/0', {}, '--shard 1/0: there cannot be 0 shards'],
    ['1/100001', {}, 'there cannot be 100001 shards; give from 1 to 100000'],
    ['auto', {}, '--shard auto: no scheduler says which shard this is'],
    ['auto', { SLURM_ARRAY_TASK_ID: '' }, 'no scheduler says'],
    ['auto', { SLURM_ARRAY_TASK_ID: '1' }, 'SLURM_ARRAY_TASK_ID is set, and SLURM_ARRAY_TASK_COUNT is not'],
    ['auto', slurm(5, 1, 7, 3), 'the array has gaps: 3 tasks from 1 to 7; give sbatch --array=1-3'],
    ['auto/8', slurm(1, 1, 2, 2), '--shard auto/8: the scheduler runs 2 tasks, not 8'],
    ['auto', { JOB_COMPLETION_INDEX: '1' }, 'nothing says of how many; give the count as well, as in --shard auto/8'],
    ['auto/4', { JOB_COMPLETION_INDEX: '4' }, 'JOB_COMPLETION_INDEX is 4, and there are 4 shards'],
    ['auto/4', { JOB_COMPLETION_INDEX: 'x' }, 'JOB_COMPLETION_INDEX is "x", which is no number from 0'],
  ])('"%s" in %o is refused', (text, environment, message) => {
    let said = ''
    try {
      parseShard(text, environment)
    } catch (error) {
      expect(error).toMatchObject({ exitCode: 2, code: 'ASR_USAGE' })
      const { message: what, hint } = error as Error & { readonly hint: string }
      said = `${what}; ${hint}`
    }
    expect(said).toContain(message)
  })
})

describe('the shards of recordings', () => {
  const places = fc.uniqueArray(fc.string(), { maxLength: 60 })

  it('have each recording once, as many as each other, whatever the order they are found in', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 12 }), (all, count) => {
        const shards = Array.from({ length: count }, (_, at) =>
          recordingsOfShard(all, { index: at + 1, count }, (place) => place),
        )
        expect(shards.flat().sort()).toEqual([...all].sort())
        const sizes = shards.map(({ length }) => length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        const reversed = recordingsOfShard([...all].reverse(), { index: 1, count }, (place) => place)
        expect(reversed).toEqual(shards[0])
      }),
    )
  })

  it('take neighbors apart, in the order of code units, with either separator', () => {
    const all = ['b/1', 'a\\2', 'B/1', 'a/10', 'a/1']
    expect(recordingsOfShard(all, { index: 1, count: 2 }, (place) => place)).toEqual(['B/1', 'a/10', 'b/1'])
    expect(recordingsOfShard(all, { index: 2, count: 2 }, (place) => place)).toEqual(['a/1', 'a\\2'])
  })
})

import { describe, expect, it } from 'vitest'
import { withRetries } from '../../src/models/retry.js'

/** Fails as often as it is told, and notes the waits. */
async function waits(
  failures: number,
  options: { readonly further?: readonly number[]; readonly passing?: boolean } = {},
) {
  const { further = [], passing = true } = options
  const waited: number[] = []
  const told: number[] = []
  let tries = 0
  const act = async (cameFurther: () => void): Promise<string> => {
    if (further.includes(++tries)) cameFurther()
    if (tries <= failures) throw new Error(`try ${tries}`)
    return 'done'
  }
  const sleep = async (seconds: number): Promise<void> => void waited.push(seconds)
  const result = await withRetries(act, {
    retrySec: 1,
    isPassing: () => passing,
    onRetry: (_, waitSec) => told.push(waitSec),
    sleep,
  }).catch((error: Error) => error.message)
  return { result, waited, told, tries }
}

describe('what fails in passing', () => {
  it('is tried again after waits that grow, which are told before', async () => {
    expect(await waits(4)).toEqual({ result: 'done', waited: [1, 2, 4, 8], told: [1, 2, 4, 8], tries: 5 })
  })

  it('is given up with its last failure', async () => {
    expect(await waits(9)).toMatchObject({ result: 'try 5', tries: 5 })
  })

  it('has all tries again when it came further', async () => {
    expect(await waits(6, { further: [4] })).toMatchObject({ result: 'done', waited: [1, 2, 4, 1, 2, 4], tries: 7 })
  })

  it('is not tried again when it does not pass', async () => {
    expect(await waits(1, { passing: false })).toMatchObject({ result: 'try 1', waited: [] })
  })
})

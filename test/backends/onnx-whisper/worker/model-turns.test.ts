import { describe, expect, it } from 'vitest'
import type { Share } from '../../../../src/backends/onnx-whisper/worker/client-use.js'
import { ModelTurns } from '../../../../src/backends/onnx-whisper/worker/model-turns.js'
import { RequestOrder } from '../../../../src/backends/onnx-whisper/worker/request-order.js'

/** Calls that take steps of some seconds of a clock of their own; what they did, step by step. */
function calls() {
  let nowSec = 0
  const turns = new ModelTurns(() => nowSec)
  const steps: string[] = []
  const start = async (name: string, share: Partial<Share>, stepsSec: readonly number[], isGivenUp = () => false) => {
    const turn = await turns.enter({ client: name, isPatient: false, ...share }, isGivenUp)
    for (const sec of stepsSec) {
      await turn.pause()
      if (isGivenUp()) break
      steps.push(name)
      nowSec += sec
      // As ONNX Runtime does: others ask meanwhile.
      await new Promise(setImmediate)
    }
    turn.end()
  }
  return { start, steps, sleep: (sec: number) => (nowSec += sec) }
}

describe('turns at a model', () => {
  it('are in the order of arrival, each to its end, among clients that have used about the same', async () => {
    const { start, steps } = calls()
    await Promise.all([
      start('one', {}, [0.1, 0.1, 0.1]),
      start('two', {}, [0.1, 0.1]),
      start('three', {}, [0.1, 0.1, 0.1]),
    ])
    expect(steps).toEqual(['one', 'one', 'one', 'two', 'two', 'three', 'three', 'three'])
  })

  it('go over in the middle to a client that has used much less, and come back', async () => {
    const { start, steps } = calls()
    const greedy = { client: 'greedy' }
    const all = [start('a', greedy, [0.5, 0.5, 0.5, 0.5, 0.5]), start('b', greedy, [0.5, 0.5])]
    all.push(start('speaker', {}, [0.2, 0.2]))
    await Promise.all(all)
    expect(steps).toEqual(['a', 'a', 'a', 'speaker', 'speaker', 'a', 'a', 'b', 'b'])
  })

  it('do not wait for the many calls of one client', async () => {
    const { start, steps } = calls()
    const many = Array.from({ length: 30 }, () => start('greedy', {}, [0.4]))
    for (let update = 0; update < 4; update++) await start('speaker', {}, [0.1])
    await Promise.all(many)
    const waits = steps.flatMap((name, at) => (name === 'speaker' ? [at] : []))
    expect(waits.at(-1)).toBeLessThan(10)
  })

  it('are forgotten after a while', async () => {
    const { start, steps, sleep } = calls()
    await start('early', {}, [5])
    sleep(60)
    await Promise.all([start('other', {}, [0.1]), start('early', {}, [0.1]), start('late', {}, [0.1])])
    expect(steps).toEqual(['early', 'other', 'early', 'late'])
  })

  it('are those of live streams first, and patient ones have some all the same', async () => {
    const { start, steps } = calls()
    const recording = start('recording', { isPatient: true }, Array(8).fill(0.2))
    const live = async () => {
      for (let update = 0; update < 40; update++) await start('live', {}, [0.2])
    }
    await Promise.all([recording, live()])
    const early = steps.slice(0, 40).filter((name) => name === 'recording').length
    expect(early).toBeGreaterThan(0)
    expect(early).toBeLessThan(12)
    expect(steps.filter((name) => name === 'recording')).toHaveLength(8)
  })

  it('are over at once for a call that nobody wants any more', async () => {
    const { start, steps } = calls()
    let isGone = false
    const all = [start('one', {}, [0.1, 0.1, 0.1]), start('two', {}, [0.1]), start('gone', {}, [0.1], () => isGone)]
    isGone = true
    await Promise.all(all)
    expect(steps).toEqual(['one', 'one', 'one', 'two'])
  })
})

describe('the order of requests', () => {
  it('holds within a session, and the model waits for all', async () => {
    const order = new RequestOrder()
    const answers: string[] = []
    const answer = (name: string, ms: number) => async () => {
      await new Promise((resolve) => setTimeout(resolve, ms))
      answers.push(name)
    }
    order.run(null, answer('load', 20))
    order.run(1, answer('1: long', 40))
    order.run(2, answer('2: short', 1))
    order.run(1, answer('1: after', 1))
    await new Promise<void>((resolve) => {
      order.run(null, async () => {
        answers.push('end')
        resolve()
      })
    })
    expect(answers).toEqual(['load', '2: short', '1: long', '1: after', 'end'])
  })
})

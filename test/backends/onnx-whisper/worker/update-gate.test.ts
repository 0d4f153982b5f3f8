import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Admission, UpdateGate } from '../../../../src/backends/onnx-whisper/worker/update-gate.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A gate with a clock of its own, and who has been let in so far. */
function opened() {
  let nowSec = 0
  const gate = new UpdateGate(() => nowSec)
  const entered: string[] = []
  const inside = new Map<string, Admission>()
  const ask = (name: string, client = 'one', signal = new AbortController().signal) => {
    void gate.enter({ client, isPatient: false }, signal).then((admission) => {
      entered.push(name)
      inside.set(name, admission)
      admission.begin()
    })
  }
  const done = async (name: string, sec: number) => {
    nowSec += sec
    inside.get(name)?.leave()
    await vi.advanceTimersByTimeAsync(0)
  }
  const settled = () => vi.advanceTimersByTimeAsync(0)
  return { gate, entered, ask, done, settled }
}

describe('the gate of updates', () => {
  it('lets in one that computes and one that is next, the others in the order of arrival', async () => {
    const { entered, ask, done, settled } = opened()
    for (const name of ['a', 'b', 'c', 'd']) ask(name)
    await settled()
    expect(entered).toEqual(['a', 'b'])
    await done('a', 0.1)
    expect(entered).toEqual(['a', 'b', 'c'])
    await done('a', 0.1)
    expect(entered).toEqual(['a', 'b', 'c'])
    await done('b', 0.1)
    expect(entered).toEqual(['a', 'b', 'c', 'd'])
  })

  it('lets a client that has used little go before the many of another, and past those that are in', async () => {
    const { entered, ask, done, settled } = opened()
    for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name, 'greedy')
    await settled()
    await done('a', 2)
    await done('b', 2)
    expect(entered).toEqual(['a', 'b', 'c', 'd'])
    ask('me', 'speaker')
    await settled()
    expect(entered.at(-1)).toBe('me')
    ask('me again', 'speaker')
    await settled()
    expect(entered.at(-1)).toBe('me')
    await done('c', 0.1)
    await done('d', 0.1)
    await done('me', 0.1)
    expect(entered.slice(5)).toEqual(['me again', 'e'])
  })

  it('does not wait for whoever computes nothing, nor for whoever has gone', async () => {
    const { gate, entered, ask, done, settled } = opened()
    await gate.enter({ client: 'silent', isPatient: false }, new AbortController().signal)
    const gone = new AbortController()
    ask('a')
    ask('gone', 'one', gone.signal)
    ask('b')
    await settled()
    expect(entered).toEqual(['a'])
    gone.abort()
    await settled()
    expect(entered).toEqual(['a', 'gone'])
    await done('gone', 0)
    expect(entered).toEqual(['a', 'gone'])
    await vi.advanceTimersByTimeAsync(300)
    expect(entered).toEqual(['a', 'gone', 'b'])
  })
})

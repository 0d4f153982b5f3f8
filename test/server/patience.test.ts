import { describe, expect, it } from 'vitest'
import { BackendError } from '../../src/core/errors.js'
import { Patience } from '../../src/server/session-pool/patience.js'
import { PatientClock } from '../helpers/fake-clock.js'

const LIMIT_SEC = 10
const never = () => new Promise<never>(() => {})

/** Two clients of one backend, and what became of what they waited for. */
function waiting() {
  const clock = new PatientClock()
  const patience = new Patience(LIMIT_SEC, clock)
  const pass = async (seconds: number) => {
    for (let step = 0; step < 4 * seconds; step++) {
      clock.advance(0.25)
      for (let turn = 0; turn < 8; turn++) await null
    }
  }
  const client = () => {
    const going = new AbortController()
    const patient = patience.of(going.signal)
    const seen: unknown[] = []
    const wait = (work: Promise<unknown>) =>
      void patient.wait(work, 'recognized an update').then(
        (value) => seen.push(value),
        (error) => seen.push(error),
      )
    return { going, patient, seen, wait }
  }
  return { pass, client }
}

describe('patience with a backend', () => {
  it('hands on what comes in time, and what fails', async () => {
    const { pass, client } = waiting()
    const one = client()
    const failure = new Error('no')
    one.wait(Promise.resolve('text'))
    one.wait(Promise.reject(failure))
    await pass(2 * LIMIT_SEC)
    expect(one.seen).toEqual(['text', failure])
    expect(one.patient.lost.aborted).toBe(false)
  })

  it('ends after the limit for the one, and counts anew for the one behind', async () => {
    const { pass, client } = waiting()
    const [stuck, behind] = [client(), client()]
    stuck.wait(never())
    await pass(LIMIT_SEC - 1)
    behind.wait(never())
    expect(stuck.seen).toEqual([])
    await pass(2)
    expect(stuck.seen).toEqual([stuck.patient.lost.reason])
    expect(stuck.patient.lost.reason).toBeInstanceOf(BackendError)
    expect(stuck.patient.lost.reason.message).toBe('the backend has not recognized an update in 10 s')
    await pass(LIMIT_SEC - 3)
    expect(behind.seen).toEqual([])
    await pass(4)
    expect(behind.seen).toEqual([behind.patient.lost.reason])
  })

  it('is not lost by many who take turns', async () => {
    const { pass, client } = waiting()
    const clients = Array.from({ length: 6 }, client)
    const done = clients.map(({ wait }) => {
      let finish = () => {}
      wait(
        new Promise<void>((resolve) => {
          finish = resolve
        }),
      )
      return () => finish()
    })
    for (const finish of done) {
      await pass(LIMIT_SEC - 2)
      finish()
    }
    await pass(1)
    expect(clients.map(({ seen }) => seen)).toEqual(clients.map(() => [undefined]))
  })

  it('gives what is told to stop a moment, and no more', async () => {
    const { pass, client } = waiting()
    const [heeding, deaf] = [client(), client()]
    const reason = new Error('gone')
    let answer = (_: string) => {}
    heeding.wait(
      new Promise((resolve) => {
        answer = resolve
      }),
    )
    deaf.wait(never())
    heeding.going.abort(reason)
    deaf.going.abort(reason)
    await pass(0.5)
    answer('the text so far')
    await pass(1)
    expect([heeding.seen, deaf.seen]).toEqual([['the text so far'], [reason]])
  })
})

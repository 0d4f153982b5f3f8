import { describe, expect, it } from 'vitest'
import { FairShare, type SharingStream } from '../../src/server/session-pool/fair-share.js'
import { PatientClock } from '../helpers/fake-clock.js'
import { settled } from '../helpers/memory-source.js'

/** Whether a stream would be heard now. */
async function hasTurn(stream: SharingStream): Promise<boolean> {
  const abort = new AbortController()
  const turn = stream.turn(abort.signal).then(() => !abort.signal.aborted)
  await settled()
  abort.abort()
  return turn
}

describe('streams that share a model', () => {
  it('let a file be as fast as it can while nobody speaks', async () => {
    const share = new FairShare(new PatientClock())
    const [file, other] = [share.join(), share.join()]
    for (const stream of [file, other]) {
      stream.arrived(1)
      stream.consumed(1000)
    }
    expect(await Promise.all([hasTurn(file), hasTurn(other)])).toEqual([true, true])
  })

  it('hold a file to the pace of speech while somebody speaks', async () => {
    const clock = new PatientClock()
    const share = new FairShare(clock)
    const [file, speaker] = [share.join(), share.join()]
    file.consumed(29)
    speaker.arrived(1)
    speaker.consumed(1)
    expect(await hasTurn(file)).toBe(true)
    file.consumed(60)
    expect(await Promise.all([hasTurn(file), hasTurn(speaker)])).toEqual([false, true])
    let heard = false
    const turn = file.turn(new AbortController().signal).then(() => {
      heard = true
    })
    for (let half = 1; half < 60; half++) {
      clock.advance(0.5)
      speaker.arrived(1)
      await settled()
    }
    expect(heard).toBe(false)
    clock.advance(0.5)
    await turn
  })

  it('wait for nobody who is silent or has left', async () => {
    const clock = new PatientClock()
    const share = new FairShare(clock)
    const [file, silent, gone] = [share.join(), share.join(), share.join()]
    file.consumed(500)
    silent.arrived(1)
    clock.advance(10)
    gone.arrived(1)
    expect(await hasTurn(file)).toBe(false)
    gone.leave()
    expect(await hasTurn(file)).toBe(true)
  })

  it('let those go first of whom all can be recognized when the server is stopped', async () => {
    const stop = new AbortController()
    const clock = new PatientClock()
    const share = new FairShare(clock, stop.signal)
    const [ahead, alsoAhead, speaker] = [share.join(), share.join(), share.join()]
    for (const stream of [ahead, alsoAhead]) stream.arrived(10)
    speaker.arrived(3)
    speaker.consumed(1)
    expect(await hasTurn(ahead)).toBe(true)
    stop.abort()
    expect(await Promise.all([ahead, alsoAhead, speaker].map(hasTurn))).toEqual([false, false, true])
    const held = ahead.turn(new AbortController().signal)
    speaker.consumed(3)
    clock.advance(0.5)
    await held
    expect(await Promise.all([ahead, alsoAhead].map(hasTurn))).toEqual([true, true])
  })

  it('hold nobody at the end for whom there is no more', async () => {
    const share = new FairShare(new PatientClock(), AbortSignal.abort())
    const [file, other, left] = [share.join(), share.join(), share.join()]
    for (const stream of [file, other]) stream.arrived(1000)
    left.arrived(1)
    expect(await hasTurn(file)).toBe(false)
    left.leave()
    expect(await Promise.all([hasTurn(file), hasTurn(other)])).toEqual([true, true])
  })
})

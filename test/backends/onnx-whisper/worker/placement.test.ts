import { describe, expect, it } from 'vitest'
import { sharedCores } from '../../../../src/backends/onnx-whisper/worker/cores.js'
import { leastBusy, type PlacedSession } from '../../../../src/backends/onnx-whisper/worker/placement.js'

const NOW_SEC = 100
const session = (client: string, agoSec = 1, calls = 0): PlacedSession => ({
  client,
  isPatient: false,
  calls,
  lastSec: NOW_SEC - agoSec,
})
const recording = (client: string): PlacedSession => ({ ...session(client, 1, 1), isPatient: true })
const place = (name: string, sessions: readonly PlacedSession[], isStarted = true) => ({
  name,
  sessions: new Set(sessions),
  isStarted,
})
const chosen = (client: string, ...places: ReturnType<typeof place>[]) => leastBusy(places, client, NOW_SEC)?.name

describe('the place of a session', () => {
  it('is where the fewest sessions compute, however many are idle', () => {
    const idle = Array.from({ length: 20 }, () => session('idle', 60))
    expect(chosen('me', place('busy', [session('one'), session('two')]), place('idle', idle))).toBe('idle')
    expect(chosen('me', place('call', [session('one', 60, 1)]), place('idle', idle))).toBe('idle')
  })

  it('is one that is started while nobody computes there, and then one that is not', () => {
    expect(chosen('me', place('first', [session('gone', 60)]), place('next', [], false))).toBe('first')
    expect(chosen('me', place('first', [session('one')]), place('next', [], false))).toBe('next')
  })

  it('spreads each client over all places', () => {
    const places = [
      place('one', [session('me'), session('me')]),
      place('two', [session('other'), session('other')]),
    ] as const
    expect(chosen('me', ...places)).toBe('two')
    expect(chosen('other', ...places)).toBe('one')
    expect(chosen('new', ...places)).toBe('one')
  })

  it('is apart from speech for recordings, and apart from recordings for speech', () => {
    const recordings = place('recordings', [recording('one'), recording('one'), recording('one')])
    const spoken = place('spoken', [session('two')])
    expect(chosen('three', recordings, spoken)).toBe('recordings')
    expect(chosen('three', recordings, place('next', [], false))).toBe('next')
    expect(chosen('three', place('one', [session('me'), recording('one')]), spoken)).toBe('spoken')
  })

  it('is null where there is none', () => expect(chosen('me')).toBeUndefined())
})

describe('the cores', () => {
  it.each([
    [{ workers: 0, threads: 0 }, 2, { workers: 2, threads: 1 }],
    [{ workers: 0, threads: 0 }, 1, { workers: 1, threads: 1 }],
    [{ workers: 0, threads: 0 }, 16, { workers: 8, threads: 2 }],
    [{ workers: 0, threads: 0 }, 64, { workers: 8, threads: 4 }],
    [{ workers: 0, threads: 2 }, 8, { workers: 4, threads: 2 }],
    [{ workers: 0, threads: 16 }, 8, { workers: 1, threads: 8 }],
    [{ workers: 1, threads: 0 }, 2, { workers: 1, threads: 2 }],
    [{ workers: 1, threads: 0 }, 16, { workers: 1, threads: 4 }],
    [{ workers: 3, threads: 0 }, 8, { workers: 3, threads: 2 }],
    [{ workers: 4, threads: 0 }, 2, { workers: 4, threads: 1 }],
    [{ workers: 1, threads: 9 }, 2, { workers: 1, threads: 2 }],
  ])('are shared out, %j of %i', (asked, cores, given) => {
    expect(sharedCores(asked, cores)).toEqual(given)
  })
})

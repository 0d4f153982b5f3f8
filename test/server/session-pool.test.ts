import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ModelLoader } from '../../src/backends/contract.js'
import { createRegistry } from '../../src/backends/registry.js'
import { silentLog } from '../../src/core/silent-log.js'
import { FileQueue } from '../../src/server/session-pool/file-queue.js'
import { ModelShelf } from '../../src/server/session-pool/model-shelf.js'
import { Refusal } from '../../src/server/session-pool/refusal.js'
import { modelSource } from '../../src/transcriber/model-source.js'
import { waitUntil } from '../helpers/waiting.js'

/** A backend that counts how often it is loaded and released. */
function counting() {
  const counts = { loaded: 0, closed: 0, atOnce: 0, mostAtOnce: 0 }
  const loader: ModelLoader = {
    description: 'of the test',
    async load(config) {
      counts.mostAtOnce = Math.max(counts.mostAtOnce, ++counts.atOnce)
      await sleep(20)
      counts.atOnce--
      counts.loaded++
      if (config.model === 'broken') throw new Error('broken')
      const processor = {
        init() {},
        insertAudioChunk() {},
        processIter: async () => null,
        finish: async () => null,
        close: async () => void counts.closed++,
      }
      return { processor, metadata: { separator: ' ', modelType: 'x', modelSize: 'x', language: null } }
    },
  }
  const registry = createRegistry()
  registry.registerLoader('counting', loader)
  const shelf = new ModelShelf(
    modelSource(registry, () => ({}), { log: silentLog }),
    silentLog,
  )
  return { shelf, counts }
}

describe('models of a server', () => {
  it('load once however many ask for the same, one after the other where they differ', async () => {
    const { shelf, counts } = counting()
    const same = Array.from({ length: 100 }, () => shelf.load({ backend: 'counting', min_chunk_size: 2 }))
    expect((await Promise.all(same)).every((isNew) => isNew)).toBe(true)
    expect(counts.loaded).toBe(1)
    expect(await shelf.load({ backend: 'counting', minChunkSize: 2 })).toBe(false)
    await Promise.all([1, 2, 3].map((seconds) => shelf.load({ backend: 'counting', buffer_trimming_sec: seconds })))
    expect(counts).toMatchObject({ loaded: 4, mostAtOnce: 1 })
    await shelf.close()
    expect(counts.closed).toBe(4)
  })

  it('stay while somebody uses them, and what cannot be loaded changes nothing', async () => {
    const { shelf, counts } = counting()
    await shelf.load({ backend: 'counting' })
    const lease = shelf.lease()
    await expect(shelf.load({ backend: 'counting', model: 'broken' })).rejects.toThrow('broken')
    expect(shelf.current).toBe(lease.transcriber)
    await shelf.load({ backend: 'counting', model: 'other' })
    expect(shelf.current).not.toBe(lease.transcriber)
    expect(counts.closed).toBe(0)
    lease.release()
    lease.release()
    await waitUntil(() => counts.closed === 1, 'the model before is not released')
    await shelf.close()
    expect(counts.closed).toBe(2)
  })
})

describe('recordings', () => {
  it('run four at a time, wait in order, and are refused when too many wait', async () => {
    const queue = new FileQueue(2)
    const { signal } = new AbortController()
    const leaves = await Promise.all(['a', 'a', 'b', 'b'].map((client) => queue.enter(client, signal)))
    const order: number[] = []
    const waiting = [1, 2].map(async (name) => {
      const leave = await queue.enter('c', signal)
      order.push(name)
      return leave
    })
    await expect(queue.enter('d', signal)).rejects.toThrow(Refusal)
    expect([queue.running, queue.waiting]).toEqual([4, 2])
    for (const leave of leaves) leave()
    leaves[0]?.()
    for (const leave of await Promise.all(waiting)) leave()
    expect(order).toEqual([1, 2])
    expect([queue.running, queue.waiting]).toEqual([0, 0])
  })

  it('of one client leave room for those of others, which go first', async () => {
    const queue = new FileQueue(9)
    const { signal } = new AbortController()
    const order: string[] = []
    const enter = async (client: string) => {
      const leave = await queue.enter(client, signal)
      order.push(client)
      return leave
    }
    const first = await Promise.all(['many', 'many', 'many'].map(enter))
    const more = ['many', 'many'].map(enter)
    const other = await enter('other')
    const another = enter('another')
    expect([queue.running, queue.waiting]).toEqual([4, 3])
    first[0]?.()
    const last = await another
    expect(order.slice(3)).toEqual(['other', 'another'])
    for (const leave of [...first, other, last]) leave()
    for (const leave of await Promise.all(more)) leave()
    expect([queue.running, queue.waiting]).toEqual([0, 0])
  })

  it('give up their turn when their client has gone', async () => {
    const queue = new FileQueue(2)
    const never = new AbortController().signal
    const leaves = await Promise.all(['a', 'a', 'b', 'b'].map((client) => queue.enter(client, never)))
    const gone = new AbortController()
    const waiting = queue.enter('c', gone.signal)
    gone.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    for (const leave of leaves) leave()
    expect([queue.running, queue.waiting]).toEqual([0, 0])
  })
})

import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { pcmOf, startServer, TestSocket } from '../../helpers/server.js'
import { waitUntil } from '../../helpers/waiting.js'

/** A server that loads a model, on a busy machine. */
const MAX_MS = 120_000

const textOf = (client: TestSocket) => client.texts('final').join('')

describe('a server of the embedded model', () => {
  it(
    'computes for sessions at once in copies of the model, one a core unless it is told otherwise',
    async () => {
      const names = ['jfk', 'austen_880', 'jfk'] as const
      const copiesOf = async (least: number, ...args: readonly string[]) => {
        const server = await startServer('--log-level', 'info', ...args)
        const clients = await Promise.all(names.map(() => new TestSocket(`ws://${server.host}/v1/stream`).opened()))
        for (const [at, client] of clients.entries()) {
          client.send(pcmOf(names[at]!))
          client.send({ type: 'end' })
        }
        await Promise.all(clients.map((client) => client.heard('end')))
        expect(textOf(clients[0]!)).toContain('what your country can do for you')
        expect(textOf(clients[1]!)).toMatch(/young man/)
        expect(textOf(clients[2]!)).toBe(textOf(clients[0]!))
        const copies = () => 1 + (server.log().match(/a further copy of the model is loaded/g)?.length ?? 0)
        // Short sessions may end before the copy is loaded.
        await waitUntil(() => copies() >= least, 'no further copy is loaded')
        await server.stop()
        return copies()
      }
      expect(await copiesOf(1, '--workers', '1')).toBe(1)
      const copies = await copiesOf(availableParallelism() > 1 ? 2 : 1)
      expect(copies > 1).toBe(availableParallelism() > 1)
      expect(copies).toBeLessThanOrEqual(names.length)
    },
    MAX_MS,
  )
})

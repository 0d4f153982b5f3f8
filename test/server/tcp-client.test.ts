import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/audio/pacing/system-clock.js'
import type { PluginLoader } from '../../src/backends/plugin.js'
import { silentLog } from '../../src/core/silent-log.js'
import { FairShare, type SharingStream } from '../../src/server/session-pool/fair-share.js'
import { Patience } from '../../src/server/session-pool/patience.js'
import { tcpClient } from '../../src/server/tcp/tcp-client.js'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import { PatientClock } from '../helpers/fake-clock.js'
import { settled } from '../helpers/memory-source.js'
import { waitUntil } from '../helpers/waiting.js'

/** Finds no words in anything. */
const deaf: PluginLoader = {
  name: 'deaf',
  description: 'of the test',
  load: async () => ({
    processor: {
      init() {},
      insertAudioChunk() {},
      processIter: async () => null,
      finish: async () => null,
    },
    metadata: { separator: ' ', modelType: 'deaf', modelSize: 'none', language: null },
  }),
}

async function hasTurn(stream: SharingStream): Promise<boolean> {
  const abort = new AbortController()
  const turn = stream.turn(abort.signal).then(() => !abort.signal.aborted)
  await settled()
  abort.abort()
  return turn
}

it('a client that has been served is waited for no longer by those that share the model', async () => {
  // It stands still: whoever was alive once is alive for ever, unless it leaves.
  const share = new FairShare(new PatientClock())
  const file = share.join()
  file.consumed(500)
  await using transcriber = await createTranscriber({ backend: 'deaf', plugins: [deaf] })
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number }
  const peer = connect(port, '127.0.0.1').resume()
  const [socket] = (await once(server, 'connection')) as [Socket]
  const never = new AbortController().signal
  const client = tcpClient(socket, {
    transcriber,
    log: silentLog,
    share,
    patience: new Patience(60, systemClock),
    idleSec: 60,
    stop: never,
    giveUp: never,
  })
  const served = client.serve()
  peer.write(Buffer.alloc(32_000, 1))
  await waitUntil(async () => !(await hasTurn(file)), 'nobody waits for the client')
  peer.end()
  await served
  expect(await hasTurn(file)).toBe(true)
  server.close()
})

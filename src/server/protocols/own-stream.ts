import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { RequestFault } from '../http/failures.js'
import type { ServerKit } from '../http/kit.js'
import { type ClientMessage, SocketClient } from '../http/socket-client.js'
import { type Holder, RESUME_SEC, ResumableStream } from './resumable-stream.js'
import { audioForm, audioFormSchema, streamConfigSchema, streamSettings } from './stream-wishes.js'
import { messageBy } from './text-messages.js'

/** What a client says besides its audio. */
export const ownMessageSchema = z.discriminatedUnion('type', [
  audioFormSchema.extend({
    type: z.literal('start'),
    config: streamConfigSchema.optional(),
    partials: z.boolean().default(true).describe('whether text that may still change is told as well'),
  }),
  z.object({
    type: z.literal('resume'),
    session: z.string().max(100),
    after: z.int().min(0).default(0).describe('the last message that the client has'),
  }),
  z.object({ type: z.literal('commit') }),
  z.object({ type: z.literal('end') }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('ack'), seq: z.int().min(0) }),
])

/** `/v1/stream`: audio in, the events of a transcript out, over WebSocket. */
export function ownStream(app: FastifyInstance, { pool, log }: ServerKit): void {
  const streams = new Map<string, ResumableStream>()
  app.get('/v1/stream', { websocket: true }, (socket, request) => {
    const client = new SocketClient(socket, request.raw.socket, log)
    let stream: ResumableStream | null = null
    const send = (message: object) => client.send(message)
    const holder: Holder = { send, cut: () => client.cut() }
    const attach = (to: ResumableStream, after: number) => {
      stream = to
      to.attach(holder, after)
      to.over.then(() => {
        if (stream === to) client.close()
      })
      return to
    }
    const begin = (message: Partial<z.infer<typeof ownMessageSchema> & { type: 'start' }> = {}) => {
      const { config = {}, partials = true, ...form } = message
      const wishes = { settings: streamSettings(config), form: audioForm(form) }
      const session = client.has(pool.open({ name: 'stream', address: request.ip, ...wishes }))
      const opened = new ResumableStream(session, log, () => streams.delete(session.id))
      opened.wantsPartials = partials
      streams.set(session.id, opened)
      send({ type: 'ready', session: session.id, resume_sec: RESUME_SEC })
      return attach(opened, 0)
    }
    const resume = ({ session, after }: { readonly session: string; readonly after: number }) => {
      const known = streams.get(session)
      if (!known) throw new RequestFault('there is no such session, or it has ended', 'session', 404)
      // A connection that has died unnoticed may still hold it; what comes over that is sent here once more.
      known.takeAway()
      client.has(known.session)
      send({ type: 'resumed', session, received_bytes: known.receivedBytes })
      attach(known, after)
    }
    const take = (message: ClientMessage) => {
      if ('bytes' in message) {
        const to = stream ?? begin()
        to.receivedBytes += message.bytes.length
        return client.feed(to.session, message.bytes)
      }
      const said = messageBy(ownMessageSchema, message.text)
      if (said.type === 'ping') {
        stream?.session.alive()
        return send({ type: 'pong' })
      }
      if (said.type === 'start' || said.type === 'resume') {
        if (stream) throw new RequestFault('the stream has begun already', 'type')
        return void (said.type === 'start' ? begin(said) : resume(said))
      }
      const to = stream ?? begin()
      if (said.type === 'ack') to.acknowledge(said.seq)
      else if (said.type === 'commit') to.session.commit()
      else to.session.end()
      client.heed(to.session)
    }
    const fail = (error: unknown) => client.fail(error, (text, code) => ({ type: 'error', message: text, code }))
    client.receive(take, fail)
    const { idleSec } = pool.options
    const tooLate = setTimeout(() => {
      if (!stream) fail(new RequestFault(`no stream was begun within ${idleSec} s`, 'type'))
    }, 1000 * idleSec).unref()
    const leave = () => {
      clearTimeout(tooLate)
      stream?.detach(holder)
    }
    client.gone.addEventListener('abort', leave, { once: true })
  })
}

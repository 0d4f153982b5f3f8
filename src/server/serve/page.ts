import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'

/** The folder of the page in this package. */
const FOLDER = new URL('../../../page/', import.meta.url)
const TYPES = { js: 'text/javascript', css: 'text/css', html: 'text/html' } as const
const FILES = ['style.css', 'main.js', 'stream.js', 'captions.js', 'recording.js', 'recorder-worklet.js'] as const

/**
 * Serves the page for browsers and the files that it needs, all of this package.
 * @returns what answers `/` with the page
 */
export function page(app: FastifyInstance): RouteHandlerMethod {
  const index = read('index.html')
  const send = (name: string, content: string) => async (_request: FastifyRequest, reply: FastifyReply) => {
    const type = TYPES[name.split('.')[1] as keyof typeof TYPES]
    return reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-cache').send(content)
  }
  for (const name of FILES) app.get(`/page/${name}`, send(name, read(name)))
  app.get('/overlay', send('index.html', index))
  return send('index.html', index)
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8')
}

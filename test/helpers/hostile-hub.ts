import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What a hostile server gives instead of what it is asked for. */
export interface Tricks {
  /** Instead of the commit. */
  readonly commit?: unknown
  /** Changes the list of files. */
  readonly list?: (files: readonly ListedFile[]) => unknown
  /** Answers in place of the description, the list, or a file. */
  readonly answer?: (asked: 'info' | 'tree' | 'file', response: ServerResponse, path: string) => boolean
}

/** A file as the Hub lists it. */
export interface ListedFile {
  readonly type: 'file'
  readonly path: string
  readonly size: unknown
  readonly oid: unknown
}

/** What it gives for any file. */
export const PAYLOAD = Buffer.from('{}')
const MODEL = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'onnx/encoder_model_quantized.onnx',
  'onnx/decoder_model_merged_quantized.onnx',
]

/** A file of its list. */
export function listed(path: string, changed: Partial<ListedFile> = {}): ListedFile {
  const oid = createHash('sha1').update(`blob ${PAYLOAD.length}\0`).update(PAYLOAD).digest('hex')
  return { type: 'file', path, size: PAYLOAD.length, oid, ...changed }
}

/** A look-alike of the Hub that means harm, on the loopback address. Counts the bytes that it got rid of. */
export async function hostileHub({ commit = 'a'.repeat(40), list = (files) => files, answer }: Tricks) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)
    seen.push(path)
    const asked = path.includes('/tree/') ? 'tree' : path.startsWith('/api/') ? 'info' : 'file'
    if (answer?.(asked, response, path)) return
    if (asked === 'file') return void response.end(PAYLOAD)
    const info = { _id: 'x', id: 'evil/model', sha: commit, private: false, gated: false, downloads: 0, likes: 0 }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(asked === 'info' ? info : list(MODEL.map((one) => listed(one)))))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Files from here on are "large": kept elsewhere, known by their SHA-256. */
const LARGE_BYTES = 100_000

/** A repository of the look-alike: files by path. */
export type Files = Readonly<Record<string, Uint8Array>>

/** What a request for a file is answered with instead of the file. */
export type Trouble =
  | { readonly kind: 'status'; readonly status: number }
  /** The connection ends after so many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Other bytes of the same length. */
  | { readonly kind: 'damage' }
  /** Headers and a few bytes, then nothing. */
  | { readonly kind: 'stall' }
  /** The whole file, whatever part was asked for. */
  | { readonly kind: 'no parts'; readonly cutAfterBytes: number }

/** A request as it came. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly range: string | undefined
  readonly authorization: string | undefined
  /** Whether it came to the server that keeps large files. */
  readonly large: boolean
}

/**
 * A Hugging Face Hub on the loopback address: descriptions of repositories, files, and a second server for large files,
 * to which it sends requests on.
 */
export class HubLookAlike {
  readonly requests: Seen[] = []
  /** Answers to the next requests for a file, one a request. */
  readonly troubles = new Map<string, Trouble[]>()
  /** Asked of everybody when set. */
  token: string | null = null
  /** The description of a repository is answered with this status. */
  apiStatus: number | null = null
  readonly #repositories = new Map<string, ReadonlyMap<string, Files>>()
  readonly #hub: Server
  #endpoint = ''
  readonly #store: Server

  private constructor() {
    this.#hub = createServer((request, response) => this.#answer(request, response))
    this.#store = createServer((request, response) => this.#answerLarge(request, response))
  }

  static async start(repositories: Readonly<Record<string, Files>>): Promise<HubLookAlike> {
    const hub = new HubLookAlike()
    for (const [id, files] of Object.entries(repositories)) hub.add(id, files)
    for (const server of [hub.#hub, hub.#store]) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    hub.#endpoint = `http://127.0.0.1:${(hub.#hub.address() as AddressInfo).port}`
    onTestFinished(() => hub.stop())
    return hub
  }

  /** Puts a repository there, or another revision of it. */
  add(id: string, files: Files, revision = 'main'): void {
    this.#repositories.set(id, new Map([...(this.#repositories.get(id) ?? []), [revision, files]]))
  }

  /** Its address, while it runs and afterwards. */
  get endpoint(): string {
    return this.#endpoint
  }

  /** The commit that a revision is at. */
  commitOf(id: string, revision = 'main'): string {
    const paths = Object.entries(this.#repositories.get(id)?.get(revision) ?? {})
    return sha1(`${id} ${revision} ${paths.map(([path, data]) => path + digestOf(data)).join()}`)
  }

  /** Requests for a file, on either server. */
  requestsFor(path: string): readonly Seen[] {
    return this.requests.filter(({ url }) => url.includes(path))
  }

  stop(): void {
    for (const server of [this.#hub, this.#store]) {
      server.close()
      server.closeAllConnections()
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): ServerResponse {
    this.#note(request, false)
    const { pathname } = new URL(request.url ?? '/', this.endpoint)
    if (this.token !== null && request.headers.authorization !== `Bearer ${this.token}`) return refuse(response, 401)
    const info = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(pathname)
    const tree = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/([^/]+)$/.exec(pathname)
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname)
    if (info || tree) {
      if (this.apiStatus !== null) return refuse(response, this.apiStatus)
      return info ? this.#describe(response, info[1]!, info[2]!) : this.#list(response, tree![1]!, tree![2]!)
    }
    if (file) return this.#give(request, response, file[1]!, file[2]!, file[3]!)
    return refuse(response, 404)
  }

  #describe(response: ServerResponse, id: string, revision: string): ServerResponse {
    const files = this.#filesAt(id, revision)
    if (!files) return refuse(response, 404, 'RevisionNotFound')
    const siblings = Object.entries(files).map(([rfilename, { length: size }]) => ({ rfilename, size }))
    const [name] = [...(this.#repositories.get(id) ?? [])].find(([, at]) => at === files)!
    return json(response, { _id: sha1(id), id, sha: this.commitOf(id, name), private: false, gated: false, siblings })
  }

  #list(response: ServerResponse, id: string, revision: string): ServerResponse {
    const files = this.#filesAt(id, revision)
    if (!files) return refuse(response, 404)
    const entries = Object.entries(files).map(([path, data]) => ({
      type: 'file',
      path,
      size: data.length,
      oid: gitId(isLarge(data) ? new TextEncoder().encode(`pointer to ${sha256(data)}`) : data),
      ...(isLarge(data) && { lfs: { oid: sha256(data), size: data.length, pointerSize: 130 } }),
    }))
    const folders = new Set(Object.keys(files).flatMap((path) => (path.includes('/') ? [path.split('/')[0]!] : [])))
    return json(response, [
      ...Array.from(folders, (path) => ({ type: 'directory', path, size: 0, oid: sha1(path) })),
      ...entries,
    ])
  }

  #give(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    revision: string,
    path: string,
  ): ServerResponse {
    const data = this.#filesAt(id, revision)?.[path]
    if (!data) return refuse(response, 404, 'EntryNotFound')
    const commit = { 'x-repo-commit': this.commitOf(id) }
    if (!isLarge(data)) return send(request, response, data, this.#nextTrouble(path), commit)
    const address = this.#store.address() as AddressInfo
    return response
      .writeHead(302, {
        ...commit,
        location: `http://127.0.0.1:${address.port}/${id}/${revision}/${path}`,
        'x-linked-etag': `"${sha256(data)}"`,
        'x-linked-size': data.length,
      })
      .end()
  }

  #answerLarge(request: IncomingMessage, response: ServerResponse): ServerResponse {
    this.#note(request, true)
    const [, owner, name, revision, ...rest] = (request.url ?? '').split('/')
    const path = rest.join('/')
    const data = this.#filesAt(`${owner}/${name}`, revision!)?.[path]
    if (!data) return refuse(response, 404)
    return send(request, response, data, this.#nextTrouble(path), {})
  }

  #note({ method = '', url = '', headers }: IncomingMessage, large: boolean): void {
    this.requests.push({ method, url, range: headers.range, authorization: headers.authorization, large })
  }

  #nextTrouble(path: string): Trouble | undefined {
    return this.troubles.get(path)?.shift()
  }

  #filesAt(id: string, revision: string): Files | undefined {
    const revisions = this.#repositories.get(id)
    const name = [...(revisions?.keys() ?? [])].find((known) => this.commitOf(id, known) === revision)
    return revisions?.get(name ?? revision)
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  data: Uint8Array,
  trouble: Trouble | undefined,
  headers: Readonly<Record<string, string>>,
): ServerResponse {
  if (trouble?.kind === 'status') return refuse(response, trouble.status)
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? []
  const from = start === undefined || trouble?.kind === 'no parts' ? 0 : Number(start)
  const isPart = start !== undefined && trouble?.kind !== 'no parts'
  response.writeHead(isPart ? 206 : 200, {
    ...headers,
    etag: `"${digestOf(data)}"`,
    'content-length': data.length - from,
    ...(isPart && { 'content-range': `bytes ${from}-${data.length - 1}/${data.length}` }),
  })
  if (request.method === 'HEAD') return response.end()
  const body = data.subarray(from)
  if (trouble === undefined) return response.end(body)
  if (trouble.kind === 'damage') return response.end(body.map((byte) => byte ^ 1))
  if (trouble.kind === 'stall') {
    response.write(body.subarray(0, 10))
    return response
  }
  const end = trouble.kind === 'cut' ? trouble.afterBytes : trouble.cutAfterBytes
  response.write(body.subarray(0, end), () => response.destroy())
  return response
}

function refuse(response: ServerResponse, status: number, code?: string): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/json', ...(code && { 'x-error-code': code }) })
  return response.end(JSON.stringify({ error: `status ${status}` }))
}

function json(response: ServerResponse, content: unknown): ServerResponse {
  response.writeHead(200, { 'content-type': 'application/json' })
  return response.end(JSON.stringify(content))
}

/** The name of a file's blob in the cache. */
export function digestOf(data: Uint8Array): string {
  return isLarge(data) ? sha256(data) : gitId(data)
}

function isLarge(data: Uint8Array): boolean {
  return data.length >= LARGE_BYTES
}

function gitId(data: Uint8Array): string {
  return createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex')
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

import { listFiles, modelInfo } from '@huggingface/hub'
import type { Log } from '../types.js'
import { BrokenError, StatusError } from './failures.js'
import type { HubSettings } from './settings.js'

/** A file of a repository. */
export interface RemoteFile {
  /** With slashes. */
  readonly path: string
  readonly bytes: number
  /** SHA-256 of a large file, else the id of the blob in git; in hex. */
  readonly digest: string
}

/** A repository at a revision. */
export interface RemoteModel {
  readonly repository: string
  readonly commit: string
  readonly files: readonly RemoteFile[]
}

/** What goes with the use of models from the Hub. */
export interface HubContext {
  readonly signal?: AbortSignal | undefined
  readonly log: Log
  /** Shows what is going on, as "downloading whisper base.en: 40 % of 77 MB". */
  progress(message: string): void
}

/** The answer to a request for a part of a file. */
const PARTIAL_CONTENT = 206

/** The Hugging Face Hub, or what speaks like it. Failures are as they come; `failures.ts` explains them. */
export class Hub {
  readonly #settings: HubSettings
  readonly #signal: AbortSignal | undefined

  constructor(settings: HubSettings, signal: AbortSignal | undefined) {
    this.#settings = settings
    this.#signal = signal
  }

  /** Asks for the commit that the revision is at, and for its files. */
  async describe(repository: string): Promise<RemoteModel> {
    const common = { hubUrl: this.#settings.endpoint, fetch: this.#fetch }
    const { revision } = this.#settings
    const { sha } = await modelInfo({ ...common, name: repository, revision, additionalFields: ['sha'] })
    const files: RemoteFile[] = []
    const entries = listFiles({ ...common, repo: repository, revision: sha, recursive: true })
    for await (const { type, path, size, oid, lfs } of entries) {
      const digest = lfs?.oid ?? oid
      if (type === 'file' && digest !== undefined) files.push({ path, bytes: lfs?.size ?? size, digest })
    }
    return { repository, commit: sha, files }
  }

  /**
   * Opens a file for reading.
   * @param from the byte to begin with
   * @returns the bytes, and the position at which they begin: 0 when the server gives no parts
   */
  async open(url: string, from: number): Promise<{ readonly from: number; readonly bytes: AsyncIterable<Uint8Array> }> {
    const response = await this.#fetch(url, { headers: from === 0 ? {} : { range: `bytes=${from}-` } })
    if (!response.ok || response.body === null) {
      await response.body?.cancel()
      throw new StatusError(response.status)
    }
    return {
      from: response.status === PARTIAL_CONTENT ? from : 0,
      bytes: unlessStalled(response.body, this.#settings.stallSec),
    }
  }

  /** Address of a file. */
  urlOf(repository: string, revision: string, path: string): string {
    return `${this.#settings.endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`
  }

  /** The token goes to the endpoint alone: fetch takes it away where an answer leads to another server. */
  readonly #fetch: typeof fetch = async (input, init) => {
    const { token, endpoint, stallSec } = this.#settings
    const url = new URL(input instanceof Request ? input.url : input)
    const headers = new Headers(init?.headers)
    if (token !== undefined && url.origin === new URL(endpoint).origin) headers.set('authorization', `Bearer ${token}`)
    const stop = new AbortController()
    this.#signal?.throwIfAborted()
    const signal = this.#signal ? AbortSignal.any([this.#signal, stop.signal]) : stop.signal
    const timer = setTimeout(() => stop.abort(stalled(stallSec)), stallSec * 1000)
    try {
      return await fetch(url, { ...init, headers, signal })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The chunks of a body, as long as there is no gap between them that is too long. */
async function* unlessStalled(body: ReadableStream<Uint8Array>, stallSec: number): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(stalled(stallSec)), stallSec * 1000)
      })
      const { done, value } = await Promise.race([reader.read(), late]).finally(() => clearTimeout(timer))
      if (done) return
      yield value
    }
  } finally {
    // Without waiting: a connection that gives nothing may not end either.
    reader.cancel().catch(() => {})
  }
}

function stalled(seconds: number): BrokenError {
  return new BrokenError(`nothing came for ${seconds} s`)
}

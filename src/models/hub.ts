import { type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub'
import { boundedBytes, boundedText, stalled } from '../core/bounded-body.js'
import type { Log } from '../core/types.js'
import { StatusError, UnfitAnswerError } from './failures.js'
import { isCommit, isDigest, isFileSize, isInnerPath } from './foreign.js'
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
  /** Shows what is going on, such as "downloading whisper base.en: 40 % of 77 MB". */
  progress(message: string): void
}

/** The answer to a request for a part of a file. */
const PARTIAL_CONTENT = 206
/** Bytes, answers and time that the description of a repository takes at most, all of it; a page has a thousand files. */
const MAX_DESCRIPTION_BYTES = 2 ** 24
const MAX_ANSWERS = 50
const MAX_STALLS = 4
/** A download may be slower than this only for some stalls' time, in bytes a second. */
const MIN_RATE = 1000

/** What is read of a file. */
export interface Opened {
  /** The position at which the bytes begin: 0 when the server gives no parts. */
  readonly from: number
  readonly bytes: AsyncIterable<Uint8Array>
}

/**
 * The Hugging Face Hub, or what speaks like it. What it says is not believed: whatever becomes a path is checked, whatever is
 * read has an end. Failures are as they come; `failures.ts` explains them.
 */
export class Hub {
  readonly #settings: HubSettings
  readonly #signal: AbortSignal | undefined

  constructor(settings: HubSettings, signal: AbortSignal | undefined) {
    this.#settings = settings
    this.#signal = signal
  }

  /**
   * Asks for the commit that the revision is at, and for its files.
   * @throws UnfitAnswerError when the answer is not that of a Hub; BodyError when it has no end
   */
  async describe(repository: string): Promise<RemoteModel> {
    const common = { hubUrl: this.#settings.endpoint, fetch: this.#describing() }
    const { revision } = this.#settings
    try {
      const { sha } = await modelInfo({ ...common, name: repository, revision, additionalFields: ['sha'] })
      if (!isCommit(sha)) throw new UnfitAnswerError(`it names the commit ${JSON.stringify(sha)}`)
      const files: RemoteFile[] = []
      for await (const entry of listFiles({ ...common, repo: repository, revision: sha, recursive: true })) {
        if (entry.type === 'file' && (entry.lfs ?? entry).oid !== undefined) files.push(checkedFile(entry))
      }
      return { repository, commit: sha, files }
    } catch (error) {
      // JSON of another shape, or none; a TypeError of the network has a cause.
      const isShape = error instanceof SyntaxError || (error instanceof TypeError && error.cause === undefined)
      throw isShape ? new UnfitAnswerError('it is not the description of a repository') : error
    }
  }

  /**
   * Opens a file for reading.
   * @param from the byte to begin with
   * @param size bytes of the whole file; with more the reading fails
   */
  async open(url: string, from: number, size: number): Promise<Opened> {
    const { stallSec } = this.#settings
    const response = await this.#fetch(url, { headers: from === 0 ? {} : { range: `bytes=${from}-` } })
    if (!response.ok || response.body === null) {
      await response.body?.cancel()
      throw new StatusError(response.status)
    }
    const begin = response.status === PARTIAL_CONTENT ? from : 0
    const left = size - begin
    const maxSec = MAX_STALLS * stallSec + left / MIN_RATE
    return { from: begin, bytes: boundedBytes(response.body, { maxBytes: left, stallSec, maxSec }) }
  }

  /** Address of a file. */
  urlOf(repository: string, revision: string, path: string): string {
    const place = path.split('/').map(encodeURIComponent).join('/')
    return `${this.#settings.endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${place}`
  }

  /** For one description: all its answers together have an end. */
  #describing(): typeof fetch {
    const { stallSec } = this.#settings
    const until = performance.now() + 1000 * MAX_STALLS * stallSec
    let bytes = 0
    let answers = 0
    return async (input, init) => {
      if (++answers > MAX_ANSWERS) throw new UnfitAnswerError(`it goes on after ${MAX_ANSWERS} pages`)
      const { body, status, headers } = await this.#fetch(input, init)
      const maxSec = Math.max(0, (until - performance.now()) / 1000)
      const text = await boundedText(body, { maxBytes: MAX_DESCRIPTION_BYTES - bytes, stallSec, maxSec })
      bytes += text.length
      return new Response(text === '' ? null : text, { status, headers })
    }
  }

  /** The token goes to the endpoint alone: fetch takes it away where an answer leads to another server. */
  readonly #fetch: typeof fetch = async (input, init) => {
    const { token, endpoint, stallSec } = this.#settings
    const url = new URL(input instanceof Request ? input.url : input)
    const headers = new Headers(init?.headers)
    if (token !== undefined && url.origin === new URL(endpoint).origin) headers.set('authorization', `Bearer ${token}`)
    const stop = new AbortController()
    this.#signal?.throwIfAborted()
    const timer = setTimeout(() => stop.abort(stalled(stallSec)), stallSec * 1000)
    const signal = this.#signal ? AbortSignal.any([this.#signal, stop.signal]) : stop.signal
    try {
      return await fetch(url, { ...init, headers, signal })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** @throws UnfitAnswerError when a file of it could be none of a repository */
function checkedFile({ path, size, oid, lfs }: ListFileEntry): RemoteFile {
  const bytes = lfs?.size ?? size
  const digest = lfs?.oid ?? oid
  if (!isInnerPath(path)) throw new UnfitAnswerError(`it names a file ${JSON.stringify(path)}, which is no place in it`)
  if (!isFileSize(bytes)) throw new UnfitAnswerError(`the size of ${path} is ${JSON.stringify(bytes)}`)
  if (!isDigest(digest)) throw new UnfitAnswerError(`the checksum of ${path} is ${JSON.stringify(digest)}`)
  return { path, bytes, digest }
}

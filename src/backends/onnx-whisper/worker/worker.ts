import { parentPort } from 'node:worker_threads'
import { AsrStreamError, BackendError, messageOf } from '../../../core/errors.js'
import { loadModel } from '../model/load-model.js'
import type { WhisperModel } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { type RecognizedWindow, WhisperSession } from '../session/session.js'
import { SharedTerms } from '../session/shared-terms.js'
import type { SessionOptions } from '../session/window-decoder.js'
import type { Share } from './client-use.js'
import type { Abortable, LoadedFacts, WorkerCall, WorkerFailure, WorkerRequest } from './messages.js'
import { ModelTurns, type Turn } from './model-turns.js'
import { RequestOrder } from './request-order.js'

/** A session without an update for so long gives most of its memory back until the next one. */
const REST_AFTER_MS = 10_000

/**
 * The thread that computes. ONNX Runtime's `run()` blocks the event loop of the thread that calls it; here it blocks
 * nobody. One call computes at a time; between its steps another one may have its turn.
 */
class EngineHost {
  #model: WhisperModel | null = null
  #tokenizer: WhisperTokenizer | null = null
  readonly #sessions = new Map<number, { readonly session: WhisperSession; readonly share: Share }>()
  readonly #turns = new ModelTurns(() => performance.now() / 1000)
  readonly #terms = new SharedTerms()
  readonly #resting = new Map<number, NodeJS.Timeout>()

  async answer(request: WorkerRequest, onWindow: (window: RecognizedWindow) => void): Promise<unknown> {
    switch (request.kind) {
      case 'load':
        ;({ model: this.#model, tokenizer: this.#tokenizer } = await loadModel(request.model, request.threads))
        return this.#about()
      case 'open':
        return this.#open(request.session, request.options, request.share)
      case 'transcribe':
      case 'continue': {
        const { session, share, isAborted } = this.#session(request)
        clearTimeout(this.#resting.get(request.session))
        const turn = await this.#turns.enter(share, isAborted)
        const pause = pauseOf(turn, isAborted)
        try {
          return request.kind === 'transcribe'
            ? await session.transcribe({ ...request.call, pause, onWindow })
            : await session.transcribeFrom({ ...request.call, pause })
        } finally {
          turn.end()
          this.#resting.set(request.session, setTimeout(() => session.rest(), REST_AFTER_MS).unref())
        }
      }
      case 'close':
        clearTimeout(this.#resting.get(request.session))
        this.#resting.delete(request.session)
        this.#sessions.get(request.session)?.session.close()
        this.#sessions.delete(request.session)
        return undefined
      case 'end':
        await this.#model?.close()
        return undefined
    }
  }

  #about(): LoadedFacts {
    const { config, attends } = this.#model!
    return { attends, languages: config.multilingual ? this.#tokenizer!.languages : ['en'] }
  }

  #open(session: number, options: SessionOptions, share: Share): void {
    if (!this.#model || !this.#tokenizer) throw new BackendError('a session was opened before a model was loaded')
    const terms = this.#terms.of(options.keyTerms ?? [], this.#tokenizer)
    this.#sessions.set(session, { session: new WhisperSession(this.#model, this.#tokenizer, options, terms), share })
  }

  #session({ session: number, aborted }: Abortable) {
    const open = this.#sessions.get(number)
    if (!open) throw new BackendError(`there is no session ${number}`)
    return { ...open, isAborted: () => Atomics.load(aborted, 0) !== 0 }
  }
}

function pauseOf(turn: Turn, isAborted: () => boolean) {
  return async () => {
    await turn.pause()
    if (isAborted()) throw new BackendError('the recognition was aborted')
  }
}

function failureOf(error: unknown): WorkerFailure {
  const known = error instanceof AsrStreamError ? error : undefined
  const stack = error instanceof Error ? error.stack : undefined
  return { code: known?.code, message: messageOf(error), hint: known?.hint, stack }
}

const host = new EngineHost()
const order = new RequestOrder()
parentPort?.on('message', ({ id, request }: WorkerCall) => {
  order.run('session' in request ? request.session : null, async () => {
    try {
      const value = await host.answer(request, (window) => parentPort?.postMessage({ id, window }))
      parentPort?.postMessage({ id, value })
    } catch (error) {
      parentPort?.postMessage({ id, failure: failureOf(error) })
    }
  })
})

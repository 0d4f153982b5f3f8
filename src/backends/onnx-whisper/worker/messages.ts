import type { ModelFolder } from '../model/model-files.js'
import type { PrefixSessionRequest, RecognizedWindow, SessionRequest } from '../session/session.js'
import type { SessionOptions } from '../session/window-decoder.js'
import type { Share } from './client-use.js'

/** What the main thread asks of the worker. Every request is answered once, those of a session in order. */
export type WorkerRequest =
  | { readonly kind: 'load'; readonly model: ModelFolder; readonly threads: number }
  | { readonly kind: 'open'; readonly session: number; readonly options: SessionOptions; readonly share: Share }
  | ({ readonly kind: 'transcribe'; readonly call: Omit<SessionRequest, 'pause' | 'onWindow'> } & Abortable)
  | ({
      readonly kind: 'continue'
      readonly call: Omit<PrefixSessionRequest, 'pause' | 'onWindow'>
    } & Abortable)
  | { readonly kind: 'close'; readonly session: number }
  | { readonly kind: 'end' }

/** What the worker says of the model that it loaded. */
export interface LoadedFacts {
  /** Whether words get times of their own; else those of their segment are spread over them. */
  readonly attends: boolean
  /** Codes of the languages that it knows. */
  readonly languages: readonly string[]
}

/** A recognition in a session. */
export interface Abortable {
  readonly session: number
  /** One element in shared memory; not 0 once the caller has given up. */
  readonly aborted: Int32Array
}

/** A request on its way, with the number that its answer carries. */
export interface WorkerCall {
  readonly id: number
  readonly request: WorkerRequest
}

/** An error as it crosses the thread border. */
export interface WorkerFailure {
  readonly code: string | undefined
  readonly message: string
  readonly hint: string | undefined
  readonly stack: string | undefined
}

/** The answer to a call, and before it what is known of it so far. */
export type WorkerAnswer =
  | { readonly id: number; readonly window: RecognizedWindow; readonly value?: never; readonly failure?: never }
  | { readonly id: number; readonly value: unknown; readonly window?: never; readonly failure?: never }
  | { readonly id: number; readonly failure: WorkerFailure; readonly window?: never; readonly value?: never }

import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadedModel, ModelLoader } from '../backends/contract.js'
import { messageOf } from '../core/errors.js'
import type { Word } from '../core/types.js'
import { demand, RuleViolation } from '../core/word-checks.js'
import type { Harness } from './harness.js'
import type { Sound } from './sounds.js'

export { demand, RuleViolation } from '../core/word-checks.js'

/** A loader, or a function that gives what a loader's `load` gives: each time a backend of its own. */
export type BackendSource = ModelLoader | (() => Promise<LoadedModel>)

/** A recording and, if it is to be compared, what is said in it. */
export interface TestSpeech {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** What is said; absent: the backend must say something, whatever it is. */
  readonly words?: string | readonly (string | Pick<Word, 'text'>)[]
  /** The most words that may be wrong, as a part of those that were said; 0.5 if absent. */
  readonly maxWordErrors?: number
}

/** How a backend is checked. */
export interface BackendTestOptions {
  /** With a loader: the configuration, as `parseConfig` takes it, the backend's own options among it. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Real speech for the backend to recognize. Without it all sounds are made by computing. */
  readonly speech?: TestSpeech
  /** Seconds that loading, or one recognition, may take; 120 if absent. */
  readonly withinSec?: number
  /** Seconds within which a recognition must end that is aborted; 10 if absent. */
  readonly abortWithinSec?: number
  /** Rules that this backend need not keep, by id, each with the reason. */
  readonly except?: Readonly<Record<string, string>>
}

/** Something that every backend does, or never does. */
export interface BackendRule {
  /** Stable name, such as "times-in-order". */
  readonly id: string
  /** The rule as a sentence. */
  readonly title: string
  /** Whom it binds: backends that give a recognizer, those that give a processor, or both. */
  readonly of: 'recognizer' | 'processor' | 'all'
  /** @throws RuleViolation that says what was wrong, with what audio, and how it should be */
  readonly check: (harness: Harness) => Promise<void>
}

/** How a call ended. */
export type Outcome<Value> =
  | {
      /** It gave something. */
      readonly kind: 'value'
      /** What it gave. */
      readonly value: Value
    }
  | {
      /** It threw, or was rejected. */
      readonly kind: 'error'
      /** With what. */
      readonly error: unknown
    }
  | {
      /** It has not ended in time. */
      readonly kind: 'late'
    }

/** Calls something and tells how it ended; "late" when it has not ended after so many seconds. */
export async function outcomeOf<Value>(call: () => Value | Promise<Value>, withinSec: number): Promise<Outcome<Value>> {
  const timer = new AbortController()
  const late = sleep(withinSec * 1000, { kind: 'late' } as const, { signal: timer.signal }).catch(
    () => ({ kind: 'late' }) as const,
  )
  const ended = (async () => call())().then(
    (value) => ({ kind: 'value', value }) as const,
    (error: unknown) => ({ kind: 'error', error }) as const,
  )
  try {
    return await Promise.race([ended, late])
  } finally {
    timer.abort()
  }
}

/** The value of a call that has to succeed. */
export async function succeed<Value>(
  call: () => Value | Promise<Value>,
  what: string,
  withinSec: number,
): Promise<Value> {
  const outcome = await outcomeOf(call, withinSec)
  if (outcome.kind === 'value') return outcome.value
  if (outcome.kind === 'late') throw new RuleViolation(`${what} has not ended after ${withinSec} s`, 'it has to end')
  throw new RuleViolation(`${what} fails: ${messageOf(outcome.error)}`, 'it must not fail', outcome.error)
}

/** Whether an error is one of this program's kinds, from whichever copy of the package. */
export function isTyped(error: unknown): error is Error {
  return error instanceof Error && /^ASR_/.test(String((error as { readonly code?: unknown }).code))
}

/** Complains unless audio that was handed over is still there, and as it was. */
export function demandUntouched(handed: Float32Array, { what, audio }: Sound): void {
  const isKept = handed.length === audio.length
  demand(isKept, `the memory of ${what} is gone after recognition`, 'send a copy to the worker, not the audio itself')
  const changed = handed.findIndex((sample, index) => sample !== audio[index])
  demand(changed < 0, `sample ${changed} of ${what} was changed by recognition`, 'work on a copy')
}

/** An error as messages show it: kind and text. */
export function shown(error: unknown): string {
  return error instanceof Error ? `${error.name} "${messageOf(error)}"` : JSON.stringify(error)
}

/** When calls are aborted: as soon as they have begun, and when they have had a turn. */
export const MOMENTS: readonly (() => Promise<void>)[] = [
  async () => {},
  () => new Promise((resolve) => setImmediate(resolve)),
]

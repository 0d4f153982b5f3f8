import type { Segment } from '../../core/types.js'
import type { StreamSettings, Transcriber } from '../../transcriber/transcriber.js'
import type { AudioForm } from '../session-pool/session-part.js'
import type { SessionPool } from '../session-pool/session-pool.js'

/** A recording that somebody sent. */
export interface Recording {
  /** What messages call it. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly address: string | undefined
  readonly form?: AudioForm | undefined
  readonly settings: StreamSettings
}

/** What was heard in a recording. */
export interface Heard {
  /** Pieces as they became final. */
  readonly pieces: readonly Segment[]
  /** Length in seconds. */
  readonly durationSec: number
  /** The language it begins in, as the recognizer tells; null: it does not. */
  readonly language: string | null
}

/**
 * Recognizes a recording.
 * @param onPiece called with each piece of text when it is final
 * @throws as `SessionPool.file`
 */
export async function hear(
  pool: SessionPool,
  { name, bytes, form, ...wishes }: Recording,
  signal: AbortSignal,
  onPiece: (piece: Segment) => Promise<void> | void = () => {},
): Promise<Heard> {
  const pieces: Segment[] = []
  let durationSec = 0
  let language: string | null = null
  for await (const event of pool.file(bytes, { name, ...wishes, ...(form && { form }) }, signal)) {
    if (event.type === 'progress') durationSec = Math.max(durationSec, event.takenSec)
    if (event.type !== 'text-final') continue
    pieces.push(event.segment)
    language ??= event.language ?? null
    await onPiece(event.segment)
  }
  return { pieces, durationSec, language }
}

/** The language of text, where it is known: what the client has said, or the model knows no other; "auto": it is not. */
export function spokenLanguage(asked: string | undefined, transcriber: Transcriber | null): string {
  const { lan = 'auto', model = '' } = transcriber?.config ?? {}
  if (asked !== undefined) return asked
  return lan === 'auto' && model.endsWith('.en') ? 'en' : lan
}

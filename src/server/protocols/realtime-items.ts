import { randomUUID } from 'node:crypto'

/** Sends an event to the client. */
export type SendEvent = (event: Readonly<Record<string, unknown>>) => void

/** The items of a conversation: one for each turn, whose text only grows. */
export class RealtimeItems {
  readonly #send: SendEvent
  /** Committed by the client, and still being recognized; the last one is the one that is being said. */
  readonly #open = [newId('item')]
  #previous: string | null = null
  #text = ''
  /** Where the audio of the turn begins, in seconds of the session. */
  #beginSec = 0
  /** Where its speech begins, as far as that is known. */
  #speechSec = 0

  constructor(send: SendEvent) {
    this.#send = send
  }

  get #current(): string {
    return this.#open[0] ?? ''
  }

  add(text: string, separator: string, beginSec: number): void {
    const delta = this.#text === '' ? text.trimStart() : separator + text
    if (this.#text === '' && this.#open.length === 1) {
      const audio_start_ms = Math.round(1000 * beginSec)
      this.#send({ type: 'input_audio_buffer.speech_started', audio_start_ms, item_id: this.#current })
      this.#speechSec = beginSec
    }
    this.#text += delta
    this.#send({ ...this.#about('delta'), delta })
  }

  /** The server has heard the end of a turn. */
  end(atSec: number): void {
    if (this.#text === '' || this.#open.length > 1) return
    const audio_end_ms = Math.round(1000 * atSec)
    this.#send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms, item_id: this.#current })
    this.commit()
    this.#beginSec = this.#speechSec
    this.complete(atSec)
  }

  /** The client says that a turn is over. */
  commit(): void {
    const item_id = this.#open.at(-1) ?? ''
    this.#send({ type: 'input_audio_buffer.committed', item_id, previous_item_id: this.#previous })
    const content = [{ type: 'input_audio', transcript: null }]
    const item = { id: item_id, type: 'message', object: 'realtime.item', role: 'user', status: 'completed', content }
    this.#send({ type: 'conversation.item.added', previous_item_id: this.#previous, item })
    this.#previous = item_id
    this.#open.push(newId('item'))
  }

  /** All text of the oldest turn has come, whose audio ends there, in seconds of the session. */
  complete(atSec: number): void {
    if (this.#open.length < 2) return
    const usage = { type: 'duration', seconds: Math.max(0, Math.round(1000 * (atSec - this.#beginSec)) / 1000) }
    this.#beginSec = atSec
    this.#send({ ...this.#about('completed'), transcript: this.#text.trim(), usage })
    this.#open.shift()
    this.#text = ''
  }

  /** What is being said is forgotten. */
  clear(): void {
    if (this.#open.length === 1) this.#text = ''
  }

  #about(what: 'delta' | 'completed') {
    const type = `conversation.item.input_audio_transcription.${what}`
    return { type, item_id: this.#current, content_index: 0, logprobs: null }
  }
}

/** A name as OpenAI makes them: "item_" and 21 characters. */
export function newId(kind: string): string {
  return `${kind}_${randomUUID().replaceAll('-', '').slice(0, 21)}`
}

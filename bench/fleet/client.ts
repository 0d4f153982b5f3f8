import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'

const SAMPLE_RATE = 16_000
const BYTES_PER_SEC = 2 * SAMPLE_RATE
const PIECE_SEC = 0.25
const RETRY_MS = 300
/** Of coming back to a session, which its server keeps for 30 s. */
const MAX_ATTEMPTS = 30
/** How one spell with a server ended: as the client wished, by a server that was stopped, without a word. */
type SpellEnding = 'finished' | 'drained' | 'broken'

/** What one session on one server gave. */
export interface Spell {
  readonly server: string | null
  /** Where in the client's audio it began, in seconds. */
  readonly fromSec: number
  /** Audio that it was sent. */
  sentSec: number
  /** Words that are final. */
  readonly words: string[]
  /** Audio, from the start of the spell, whose text is told for good. */
  heardSec: number
  /** Where utterances ended, in seconds of the spell: a word that is cut there is lost to the script. */
  readonly cuts: number[]
  /** Times that the connection broke and the session went on. */
  resumed: number
  /** Whether a server said, after the connection broke, that there is no such session: the client need not try again. */
  isToldGone: boolean
  ending: SpellEnding | null
}

/** A client that speaks to /v1/stream through a balancer, and goes on elsewhere when its server goes. */
export class FleetClient {
  readonly spells: Spell[] = []
  /** Times that nobody had room. */
  refusals = 0
  /** Resolves when the client has said everything and has all of its text. */
  readonly done: Promise<void>
  readonly #place: string
  readonly #finish: AbortSignal
  #socket: WebSocket | null = null
  #isGivenUp = false

  constructor(place: string, finish: AbortSignal) {
    this.#place = place
    this.#finish = finish
    this.done = this.#speak()
  }

  /** The session that is going on; null while the client looks for a server. */
  get current(): Spell | null {
    const last = this.spells.at(-1)
    return last?.ending === null && this.#socket?.readyState === WebSocket.OPEN ? last : null
  }

  /** The client's own network fails. */
  breakOff(): void {
    this.#socket?.terminate()
  }

  /** Ends without ceremony. */
  giveUp(): void {
    this.#isGivenUp = true
    this.#socket?.terminate()
  }

  async #speak(): Promise<void> {
    for (let fromSec = 0; !this.#isGivenUp; ) {
      const connection = await this.#connected('')
      if (connection === null) continue
      const session = await started(connection)
      if (session === null) {
        this.refusals++
        await sleep(RETRY_MS)
        continue
      }
      const spell: Spell = {
        server: connection.cookie?.split('=')[1] ?? null,
        fromSec,
        sentSec: 0,
        words: [],
        cuts: [],
        heardSec: 0,
        resumed: 0,
        isToldGone: false,
        ending: null,
      }
      this.spells.push(spell)
      await this.#spell(spell, connection, session)
      if (spell.ending === 'finished') return
      // What no server has told for good is said again.
      fromSec += spell.heardSec
    }
  }

  /** One session, over several connections when they break. */
  async #spell(spell: Spell, first: Connection, session: string): Promise<void> {
    let seq = 0
    const take = (message: Told) => {
      seq = message.seq ?? seq
      if (message.type === 'final') {
        spell.words.push(...String(message.text).trim().split(' '))
        spell.heardSec = message.end ?? spell.heardSec
      } else if (message.type === 'utterance-end') spell.cuts.push(message.at ?? 0)
      else if (message.type === 'end') {
        spell.ending = message.ended_by === 'client' ? 'finished' : 'drained'
        // What a server took of the last audio, only it knows.
        const samples = (message.ledger ?? []).reduce((sum, one) => sum + one.samples, 0)
        spell.heardSec = samples / SAMPLE_RATE
      }
    }
    for (let connection: Connection | null = first; connection !== null; ) {
      await this.#converse(spell, connection, take)
      if (spell.ending !== null) return
      connection = await this.#resumed(spell, connection.cookie, session, seq)
    }
    spell.ending = 'broken'
  }

  /** A connection with which the session goes on; null: it is gone, or nothing leads back to its server. */
  async #resumed(spell: Spell, cookie: string | null, session: string, seq: number): Promise<Connection | null> {
    for (let attempt = 0; cookie !== null && attempt < MAX_ATTEMPTS && !this.#isGivenUp; attempt++) {
      const connection = await this.#connected('?resume=1', cookie)
      if (connection === null) continue
      const received = await resumed(connection, session, seq)
      if (received === null) {
        spell.isToldGone = true
        return null
      }
      spell.sentSec = received / BYTES_PER_SEC
      spell.resumed++
      // Only the first answer has the cookie.
      return { ...connection, cookie }
    }
    return null
  }

  /** Speaks until the session ends or the connection breaks. */
  async #converse(
    spell: Spell,
    { socket, messages, closed }: Connection,
    take: (message: Told) => void,
  ): Promise<void> {
    let isOver = false
    messages.listen(take)
    closed.then(() => {
      isOver = true
    })
    const piece = Buffer.alloc(PIECE_SEC * BYTES_PER_SEC)
    while (!isOver && spell.ending === null && !this.#finish.aborted) {
      socket.send(piece)
      spell.sentSec += PIECE_SEC
      await Promise.race([sleep(1000 * PIECE_SEC), closed])
    }
    if (!isOver && spell.ending === null) socket.send('{"type":"end"}')
    await closed
  }

  /** A connection through the balancer; null: there is none at the moment. */
  async #connected(query: string, cookie?: string): Promise<Connection | null> {
    const headers = cookie === undefined ? {} : { cookie }
    const socket = new WebSocket(`ws://${this.#place}/v1/stream${query}`, { headers, handshakeTimeout: 10_000 })
    const connection = await opened(socket)
    if (connection === null) {
      this.refusals++
      await sleep(RETRY_MS)
    } else this.#socket = socket
    return connection
  }
}

interface Told {
  readonly type: string
  readonly seq?: number
  readonly text?: string
  readonly end?: number
  readonly at?: number
  readonly ledger?: readonly { readonly samples: number }[]
  readonly session?: string
  readonly received_bytes?: number
  readonly ended_by?: string
}

interface Connection {
  readonly socket: WebSocket
  /** With which the balancer finds the server again. */
  readonly cookie: string | null
  readonly messages: Mailbox
  readonly closed: Promise<void>
}

/** Keeps messages until somebody listens. */
class Mailbox {
  #kept: Told[] = []
  #listener: ((message: Told) => void) | null = null

  put(message: Told): void {
    if (this.#listener === null) this.#kept.push(message)
    else this.#listener(message)
  }

  listen(listener: (message: Told) => void): void {
    this.#listener = listener
    for (const message of this.#kept.splice(0)) listener(message)
  }

  /** The next message, which nobody else gets; null when the connection closes before. */
  next(closed: Promise<void>): Promise<Told | null> {
    const message = this.#kept.shift()
    if (message !== undefined) return Promise.resolve(message)
    return new Promise((resolve) => {
      const end = (told: Told | null) => {
        this.#listener = null
        resolve(told)
      }
      this.#listener = end
      closed.then(() => end(null))
    })
  }
}

function opened(socket: WebSocket): Promise<Connection | null> {
  let cookie: string | null = null
  const messages = new Mailbox()
  socket.on('message', (data) => messages.put(JSON.parse(String(data)) as Told))
  socket.on('upgrade', ({ headers }) => {
    cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? null
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return new Promise((resolve) => {
    socket.on('error', () => resolve(null))
    socket.once('open', () => resolve({ socket, cookie, messages, closed }))
  })
}

/** Begins a session and gives its name; null: the server has no room, or stops. */
async function started({ socket, messages, closed }: Connection): Promise<string | null> {
  socket.send('{"type":"start","partials":false}')
  const answer = await messages.next(closed)
  if (answer?.type === 'ready') return answer.session ?? null
  socket.terminate()
  return null
}

/** Goes on with a session and gives the bytes that it has; null: it is gone. */
async function resumed(
  { socket, messages, closed }: Connection,
  session: string,
  after: number,
): Promise<number | null> {
  socket.send(JSON.stringify({ type: 'resume', session, after }))
  const answer = await messages.next(closed)
  if (answer?.type === 'resumed') return answer.received_bytes ?? 0
  socket.terminate()
  return null
}

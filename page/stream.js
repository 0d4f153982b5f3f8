// The client of /v1/stream: sends audio, hands on events, and comes back after a connection broke.
const RATE = 16000
/** Audio that is kept so that it can be sent again, in samples. */
const KEPT = 60 * RATE
const MAX_UNSENT = 1_000_000

export class Stream {
  /** @param {{config: object, token: string, onEvent: (event: object) => void, onState: (state: string, why?: string) => void}} options */
  constructor(options) {
    this.options = options
    this.session = null
    this.lastSeq = 0
    /** Samples, and the position of the first of them since the microphone was opened. */
    this.kept = []
    this.keptFrom = 0
    this.position = 0
    /** Where the session of the server began, and up to where it has been sent audio. */
    this.origin = 0
    this.sent = 0
    this.finalUntil = 0
    this.isReady = false
    this.isEnding = false
    this.isOver = false
    this.tries = 0
    this.connect()
  }

  write(samples) {
    this.kept.push(samples)
    this.position += samples.length
    while (this.position - this.keptFrom > KEPT && this.kept.length > 1) this.keptFrom += this.kept.shift().length
    this.flush()
  }

  end() {
    this.isEnding = true
    this.flush()
  }

  /** Resolves when little waits to be sent. */
  async drained() {
    while (!this.isOver && (!this.isReady || this.socket.bufferedAmount > MAX_UNSENT / 4)) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  close() {
    this.isOver = true
    this.socket.close()
  }

  connect() {
    const { token, config, onState } = this.options
    const address = new URL('v1/stream', location.href)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const protocols = token ? ['asr-stream', `token.${token}`] : ['asr-stream']
    const socket = new WebSocket(address, protocols)
    this.socket = socket
    socket.onopen = () => {
      const isBack = this.session !== null
      if (!isBack) this.origin = this.sent = Math.max(this.keptFrom, Math.round(this.finalUntil * RATE))
      const begin = { type: 'start', encoding: 's16le', sample_rate: RATE, config }
      socket.send(JSON.stringify(isBack ? { type: 'resume', session: this.session, after: this.lastSeq } : begin))
    }
    socket.onmessage = ({ data }) => this.take(JSON.parse(data))
    socket.onclose = ({ code, reason }) => {
      if (socket !== this.socket || this.isOver) return
      this.isReady = false
      if (code === 1008) {
        this.isOver = true
        return onState('failed', reason)
      }
      onState('waiting', reason)
      this.tries += 1
      setTimeout(() => this.connect(), Math.min(5000, 500 * this.tries))
    }
  }

  take(event) {
    const { onEvent, onState } = this.options
    if (event.type === 'ready' || event.type === 'resumed') {
      this.session = event.session
      if (event.type === 'ready') this.lastSeq = 0
      else this.sent = this.origin + event.received_bytes / 2
      this.isReady = true
      this.tries = 0
      onState('listening')
      return this.flush()
    }
    if (event.type === 'error' && !event.seq && this.session !== null && !this.isReady) {
      // The server was restarted, or has forgotten the session: another one goes on where the text ends.
      this.session = null
      this.socket.onclose = null
      this.socket.close()
      return this.connect()
    }
    if (event.seq !== undefined) {
      if (event.seq <= this.lastSeq) return
      this.lastSeq = event.seq
    }
    if (event.type === 'final') this.socket.send(JSON.stringify({ type: 'ack', seq: event.seq }))
    const moved = shifted(event, this.origin / RATE)
    if (event.type === 'final') this.finalUntil = moved.end
    onEvent(moved)
    if (event.type === 'end' && event.ended_by === 'stopping' && !this.isEnding) {
      // The server is being stopped, perhaps to be started again.
      this.session = null
      return
    }
    if (event.type === 'error' || event.type === 'end') this.isOver = true
    if (event.type === 'error') onState('failed', event.message)
    if (event.type === 'end') onState('ended')
  }

  flush() {
    if (!this.isReady) return
    let at = this.keptFrom
    for (const chunk of this.kept) {
      const from = Math.max(0, this.sent - at)
      if (from < chunk.length && this.socket.bufferedAmount < MAX_UNSENT) {
        this.socket.send(chunk.subarray(from))
        this.sent = at + chunk.length
      }
      at += chunk.length
    }
    if (!this.isEnding) return
    if (this.sent >= this.position) this.socket.send('{"type":"end"}')
    else setTimeout(() => this.flush(), 50)
  }
}

function shifted(event, seconds) {
  if (typeof event.begin !== 'number') return event
  const words = event.words?.map((word) => ({ ...word, begin: word.begin + seconds, end: word.end + seconds }))
  return { ...event, begin: event.begin + seconds, end: event.end + seconds, ...(words && { words }) }
}

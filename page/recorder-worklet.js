// Hands on what the microphone hears, a tenth of a second at a time, as 16-bit samples at 16 kHz.
const RATE = 16000
const CHUNK = RATE / 10

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super()
    this.chunk = new Int16Array(CHUNK)
    this.filled = 0
    this.isOver = false
    this.port.onmessage = () => {
      if (this.filled > 0) this.give()
      this.port.postMessage(null)
      this.isOver = true
    }
  }

  // The context runs at 16 kHz: the browser resamples.
  process([channels]) {
    const [first, ...others] = channels
    for (let at = 0; first && at < first.length; at++) {
      let sample = first[at]
      for (const other of others) sample += other[at]
      sample /= channels.length
      this.chunk[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)))
      if (this.filled === CHUNK) this.give()
    }
    return !this.isOver
  }

  give() {
    const piece = this.chunk.slice(0, this.filled)
    this.filled = 0
    this.port.postMessage(piece, [piece.buffer])
  }
}

registerProcessor('recorder', Recorder)

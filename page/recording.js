// What was recorded, so that it can be seen and heard again.
const RATE = 16000
const SHOWN_SEC = 30
/** Loudest samples of a tenth of a second. */
const STEP = RATE / 10
const MAX_SEC = 3 * 3600

export class Recording {
  constructor(canvas) {
    this.canvas = canvas
    this.chunks = []
    this.samples = 0
    this.peaks = []
    this.isDrawing = false
    this.draw()
  }

  get seconds() {
    return this.samples / RATE
  }

  add(samples) {
    // Very long recordings are shown, and not kept to be played.
    this.chunks.push(this.seconds < MAX_SEC ? samples : new Int16Array(0))
    this.samples += samples.length
    for (let from = 0; from < samples.length; from += STEP) {
      let peak = 0
      for (const sample of samples.subarray(from, from + STEP)) peak = Math.max(peak, Math.abs(sample))
      this.peaks.push(peak / 32768)
    }
    this.peaks.splice(0, Math.max(0, this.peaks.length - (SHOWN_SEC * RATE) / STEP))
    if (this.isDrawing) return
    this.isDrawing = true
    requestAnimationFrame(() => this.draw())
  }

  play(beginSec, endSec) {
    const [from, to] = [Math.max(0, Math.round(beginSec * RATE)), Math.min(this.samples, Math.round(endSec * RATE))]
    if (to <= from) return
    this.context ??= new AudioContext()
    const buffer = this.context.createBuffer(1, to - from, RATE)
    const target = buffer.getChannelData(0)
    let at = 0
    for (const chunk of this.chunks) {
      const [first, last] = [Math.max(from, at), Math.min(to, at + chunk.length)]
      for (let index = first; index < last; index++) target[index - from] = chunk[index - at] / 32768
      at += chunk.length
    }
    const source = this.context.createBufferSource()
    source.buffer = buffer
    source.connect(this.context.destination)
    source.start()
  }

  draw() {
    this.isDrawing = false
    const { canvas } = this
    canvas.width = canvas.clientWidth * devicePixelRatio
    const context = canvas.getContext('2d')
    const count = (SHOWN_SEC * RATE) / STEP
    const width = canvas.width / count
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--strong')
    this.peaks.forEach((peak, index) => {
      const height = Math.max(1, peak * canvas.height)
      const left = canvas.width - (this.peaks.length - index) * width
      context.fillRect(left, (canvas.height - height) / 2, Math.max(1, width - 1), height)
    })
  }
}

// What was recorded, so that it can be seen and heard again.
const RATE = 16000
const SHOWN_SEC = 30
/** Loudest samples of a tenth of a second. */
const STEP = RATE / 10
const MAX_SEC = 3 * 3600
/** Of the canvas, and of the words in it, in pixels. */
const HEIGHT = 96
const TEXT_HEIGHT = 18

export class Recording {
  constructor(canvas) {
    this.canvas = canvas
    this.chunks = []
    this.samples = 0
    this.peaks = []
    this.words = []
    this.isDrawing = false
    this.draw()
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw())
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
    this.redraw()
  }

  /** A word that is shown under the wave. */
  name(word) {
    this.words.push(word)
    while (this.words.length > 0 && this.words[0].end < this.seconds - SHOWN_SEC) this.words.shift()
    this.redraw()
  }

  redraw() {
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
    const scale = devicePixelRatio
    canvas.width = canvas.clientWidth * scale
    canvas.height = HEIGHT * scale
    const context = canvas.getContext('2d')
    const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name)
    const waveHeight = (HEIGHT - TEXT_HEIGHT) * scale
    const width = canvas.width / ((SHOWN_SEC * RATE) / STEP)
    context.fillStyle = color('--strong')
    this.peaks.forEach((peak, index) => {
      const height = Math.max(1, peak * waveHeight)
      const left = canvas.width - (this.peaks.length - index) * width
      context.fillRect(left, (waveHeight - height) / 2, Math.max(1, width - 1), height)
    })
    context.fillStyle = color('--text')
    context.font = `${11 * scale}px system-ui, sans-serif`
    let free = 0
    for (const { begin, text } of this.words) {
      const left = canvas.width * (1 - (this.seconds - begin) / SHOWN_SEC)
      // Where there is no room for all words, some are left out.
      if (left < free) continue
      context.fillText(text.trim(), left, canvas.height - 4 * scale)
      free = left + context.measureText(`${text.trim()} `).width
    }
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoringWords } from '../../../../bench/measures.js'
import { EncodedWindow } from '../../../../src/backends/onnx-whisper/model/encoded-window.js'
import { loadModel } from '../../../../src/backends/onnx-whisper/model/load-model.js'
import type { WhisperModel } from '../../../../src/backends/onnx-whisper/model/model.js'
import { findModelFolder, inspectModelFolder } from '../../../../src/backends/onnx-whisper/model/model-files.js'
import { RowMemory } from '../../../../src/backends/onnx-whisper/model/row-memory.js'
import { StageClock } from '../../../../src/backends/onnx-whisper/model/stage-timings.js'
import type { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import { WhisperSession } from '../../../../src/backends/onnx-whisper/session/session.js'
import { POSITION_SAMPLES, WindowEncoder } from '../../../../src/backends/onnx-whisper/session/window-encoder.js'
import { fixture } from '../../../helpers/speech.js'

const RATE = 16_000
/** Positions a second. */
const POSITIONS = RATE / POSITION_SAMPLES

let model: WhisperModel
let tokenizer: WhisperTokenizer

beforeAll(async () => {
  ;({ model, tokenizer } = await loadModel(await inspectModelFolder(await findModelFolder(null, null, null)), 2))
})
afterAll(() => model.close())

/** Audio from one second to another, at its place in the stream. */
interface Part {
  readonly from: number
  readonly to: number
  readonly audio?: Float32Array
  readonly mayLoseFront?: boolean
}

const speech = () => fixture('two_cities').audio

/** What the decoder gets of the first layer of the last part, `[heads, positions, width]`, after all parts in order. */
async function encoded(parts: readonly Part[]): Promise<{ readonly rows: Float32Array; readonly positions: number }> {
  const encoder = new WindowEncoder(model)
  let window: EncodedWindow | null = null
  for (const { from, to, audio = speech(), mayLoseFront = true } of parts) {
    const run = { pause() {}, clock: new StageClock(), rows: new RowMemory() }
    const part = { audio: audio.subarray(from * RATE, to * RATE), positionSamples: from * RATE }
    window = (await encoder.encode({ ...part, isGrowing: true, mayLoseFront, run })) as EncodedWindow
  }
  const rows = (window!.cross()['cross_value.0']!.data as Float32Array).slice()
  const { positions } = window!
  encoder.close()
  return { rows, positions }
}

/** Rows of each head. */
function rowsOf({ rows, positions }: Awaited<ReturnType<typeof encoded>>, from: number, to: number): Float32Array {
  const { audioState, textHeads } = model.config.dims
  const width = audioState / textHeads
  const size = (to - from) * width
  const own = new Float32Array(textHeads * size)
  for (let head = 0; head < textHeads; head++) {
    const begin = (head * positions + from) * width
    own.set(rows.subarray(begin, begin + size), head * size)
  }
  return own
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

/** How far two are apart, as a share of the second; 0: they are the same. */
function difference(one: Float32Array, other: Float32Array): number {
  expect(one.length).toBe(other.length)
  return norm(one.map((value, i) => value - other[i]!)) / norm(other)
}

describe('a window whose front is cut off', () => {
  it('keeps the states of the audio behind the cut, and nothing of what is before', async () => {
    const [cut, end] = [4, 11]
    const before = await encoded([{ from: 0, to: end }])
    const after = await encoded([
      { from: 0, to: end },
      { from: cut, to: end + 1 },
    ])
    const settled = (end - 2) * POSITIONS
    const first = cut * POSITIONS
    expect(difference(rowsOf(after, 0, settled - first), rowsOf(before, first, settled))).toBe(0)
    expect(after.positions).toBeLessThan(before.positions)
  })

  it('hears the audio at its end where a window that was never cut hears it', async () => {
    const whole = await encoded([
      { from: 0, to: 11 },
      { from: 0, to: 12 },
    ])
    const cut = await encoded([
      { from: 0, to: 11 },
      { from: 4, to: 12 },
    ])
    const [one, other] = [rowsOf(cut, 7 * POSITIONS, 8 * POSITIONS), rowsOf(whole, 11 * POSITIONS, 12 * POSITIONS)]
    expect(difference(one, other)).toBeLessThan(0.2)
  })

  it('is the same whether it was cut once or twice', async () => {
    const parts = [
      { from: 0, to: 11 },
      { from: 2, to: 11 },
      { from: 4, to: 11 },
    ]
    const [twice, once] = [await encoded(parts), await encoded([parts[0]!, parts[2]!])]
    const settled = 5 * POSITIONS
    expect(difference(rowsOf(twice, 0, settled), rowsOf(once, 0, settled))).toBe(0)
  })

  it.each([
    ['other audio is at the same place', { from: 4, to: 12, audio: speech().map((sample) => sample / 2) }],
    ['its text begins there, or has timestamps', { from: 4, to: 12, mayLoseFront: false }],
    ['little of it is left', { from: 10, to: 16 }],
    ['what comes is louder', { from: 4, to: 12, audio: speech().map((s, i) => (i > 11.5 * RATE ? s * 50 : s)) }],
    ['it begins before', { from: 0, to: 12 }],
  ])('is encoded anew where %s', async (_, part) => {
    const anew = await encoded([part])
    const first = { from: part.from === 0 ? 1 : 0, to: 11 }
    const again = await encoded([first, part])
    expect(again.positions).toBe(anew.positions)
    expect(difference(again.rows, anew.rows)).toBe(0)
  })

  it('is encoded anew where what was loud is gone, which held the floor of the rest up', async () => {
    const audio = speech().map((sample, i) => (i < 3 * RATE ? sample * 50 : sample))
    const parts = [
      { from: 0, to: 11, audio },
      { from: 4, to: 12, audio },
    ]
    const [anew, again] = [await encoded(parts.slice(1)), await encoded(parts)]
    expect(again.positions).toBe(anew.positions)
    expect(difference(again.rows, anew.rows)).toBe(0)
  })

  it('is encoded anew once its text begins again', async () => {
    const [anew, again] = [
      await encoded([{ from: 4, to: 13 }]),
      await encoded([
        { from: 0, to: 11 },
        { from: 4, to: 12 },
        { from: 4, to: 13, mayLoseFront: false },
      ]),
    ]
    expect(again.positions).toBe(anew.positions)
    expect(difference(again.rows, anew.rows)).toBe(0)
  })

  it('is encoded anew when the 30 s of the model are full', async () => {
    // The same again and again, so that nothing is louder than what was heard before.
    const { audio: once } = fixture('jfk')
    const audio = Float32Array.from({ length: 3 * once.length }, (_, i) => once[i % once.length]!)
    const part = (from: number, seconds: number) => ({ from, to: from + seconds, audio })
    const growing = [0, 7, 14].flatMap((from) => [part(from, 12), part(from, 14)])
    const [kept, other] = [await encoded(growing.slice(0, 5)), await encoded(growing.slice(4, 5))]
    expect(difference(kept.rows, other.rows)).toBeGreaterThan(0.01)
    const anew = await encoded([part(21, 12)])
    const full = await encoded([...growing, part(21, 12)])
    expect(full.positions).toBe(anew.positions)
    expect(difference(full.rows, anew.rows)).toBe(0)
  })
})

describe('memory of a window', () => {
  it('drops rows in front, and fills up with the last ones', () => {
    const dims = { audioState: 4, textHeads: 2, audioContext: 10 }
    const window = new EncodedWindow({ ...model.config, dims: { ...model.config.dims, ...dims } }, ['cross_key.0'])
    window.resized(5)
    // Row 3 of head 1 is 13, 13.
    const rows = [0, 1].flatMap((head) => [0, 1, 2, 3, 4].flatMap((row) => [10 * head + row, 10 * head + row]))
    window.put('cross_key.0', Float32Array.from(rows), 0)
    const read = (positions: number) => {
      const data = Array.from(window.cross()['cross_key.0']!.data as Float32Array).filter((_, i) => i % 2 === 0)
      return [data.slice(0, positions), data.slice(positions)]
    }
    window.resized(7, { dropped: 1, silent: 2 })
    expect(read(7)).toEqual([
      [1, 2, 3, 4, 3, 4, 4],
      [11, 12, 13, 14, 13, 14, 14],
    ])
    window.resized(4, { dropped: 3 })
    expect(read(4)).toEqual([
      [4, 3, 4, 4],
      [14, 13, 14, 14],
    ])
    window.dispose()
  })
})

describe('words behind a cut', () => {
  /** What follows a text in the last part of speech that lost its front, of a session that has heard the front and of one that has not. */
  async function wordsBehind(prefix: string) {
    const audio = speech()
    const heard = async (session: WhisperSession, from: number, to: number) => {
      const part = { audio: audio.subarray(from * RATE, to * RATE), positionSamples: from * RATE }
      const known = from === 0 ? [] : tokenizer.encode(prefix)
      const asked = { prompt: '', prefix: known, fromSec: 0, untilSec: to - from - 0.5, pause() {} }
      return (await session.transcribeFrom({ ...part, ...asked })).words
    }
    const open = () =>
      new WhisperSession(model, tokenizer, { language: 'en', task: 'transcribe', beamSize: 1, temperatures: [0] })
    const [gone, fresh] = [open(), open()]
    for (const to of [10, 12]) await heard(gone, 0, to)
    for (const to of [14, 16]) for (const session of [gone, fresh]) await heard(session, 4.6, to)
    const words = { gone: await heard(gone, 4.6, 18), fresh: await heard(fresh, 4.6, 18) }
    for (const session of [gone, fresh]) session.close()
    return words
  }

  it('are those of a window that begins there', async () => {
    const { gone, fresh } = await wordsBehind(' It was the age of wisdom, it was the')
    const textsOf = (words: typeof gone) => scoringWords(words.map(({ text }) => text).join(''))
    expect(gone.length).toBeGreaterThan(15)
    expect(textsOf(gone)).toEqual(textsOf(fresh))
    const far = gone.filter(({ begin }, i) => Math.abs(begin - fresh[i]!.begin) > 0.3)
    expect(far).toEqual([])
    expect(gone).not.toEqual(fresh)
  })

  it('are looked for in a new window where hardly any text is known', async () => {
    const { gone, fresh } = await wordsBehind(' It was')
    expect(gone.length).toBeGreaterThan(15)
    expect(gone).toEqual(fresh)
  })
})

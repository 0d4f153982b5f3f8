import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../../../src/backends/onnx-whisper/model/load-model.js'
import type { WhisperModel } from '../../../../src/backends/onnx-whisper/model/model.js'
import { findModelFolder, inspectModelFolder } from '../../../../src/backends/onnx-whisper/model/model-files.js'
import type { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import { WhisperSession } from '../../../../src/backends/onnx-whisper/session/session.js'
import { fixture } from '../../../helpers/speech.js'

const RATE = 16_000

let model: WhisperModel
let tokenizer: WhisperTokenizer
beforeAll(async () => {
  ;({ model, tokenizer } = await loadModel(await inspectModelFolder(await findModelFolder(null, null, null)), 1))
})
afterAll(() => model.close())

type Pause = () => Promise<void> | void
/** What a stream says. */
type Stream = (pause: Pause) => Promise<string>

function session(beamSize = 1): WhisperSession {
  return new WhisperSession(model, tokenizer, { language: 'en', task: 'transcribe', beamSize, temperatures: [0] })
}

/** A growing buffer, as LocalAgreement has it. */
const growing =
  (name: string, beamSize = 1): Stream =>
  async (pause) => {
    const { audio } = fixture(name)
    const own = session(beamSize)
    const texts: string[] = []
    for (const seconds of [2, 3, 4]) {
      const heard = audio.subarray(0, seconds * RATE)
      const { segments } = await own.transcribe({ audio: heard, prompt: '', positionSamples: 0, pause })
      texts.push(segments.map(({ text }) => text).join(''))
    }
    own.close()
    return texts.join('|')
  }

/** Text after text that is final, as AlignAtt has it. */
const going =
  (name: string): Stream =>
  async (pause) => {
    const { audio } = fixture(name)
    const own = session()
    const prefix: number[] = []
    let fromSec = 0
    let said = ''
    for (const seconds of [2, 3, 4]) {
      const call = { audio: audio.subarray(0, seconds * RATE), prompt: '', positionSamples: 0, pause }
      const { words } = await own.transcribeFrom({ ...call, prefix, fromSec, untilSec: seconds - 0.5 })
      prefix.push(...words.flatMap(({ tokens }) => tokens))
      fromSec = words.at(-1)?.end ?? fromSec
      said += words.map(({ text }) => text).join('')
    }
    own.close()
    return said
  }

/** Hands over to the next stream before every step. */
async function inTurns(streams: readonly Stream[]): Promise<readonly string[]> {
  const waiting: (() => void)[] = []
  let steps = 0
  const pause = async () => {
    steps++
    await new Promise<void>((go) => {
      waiting.push(go)
      if (waiting.length === left) waiting.shift()?.()
    })
  }
  let left = streams.length
  const said = await Promise.all(
    streams.map(async (stream) => {
      const text = await stream(pause)
      left--
      if (waiting.length >= left) waiting.shift()?.()
      return text
    }),
  )
  expect(steps).toBeGreaterThan(50)
  return said
}

describe('sessions of one model that take turns within their calls', () => {
  it('say what they say alone', async () => {
    const streams = [growing('jfk'), going('two_cities'), growing('austen_870', 3), going('austen_890')]
    const alone: string[] = []
    for (const stream of streams) alone.push(await stream(() => {}))
    expect(alone.every((text) => text.length > 5)).toBe(true)
    expect(await inTurns(streams)).toEqual(alone)
  })
})

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EncodedWindow } from '../../../../src/backends/onnx-whisper/model/encoded-window.js'
import { loadModel } from '../../../../src/backends/onnx-whisper/model/load-model.js'
import type { WhisperModel } from '../../../../src/backends/onnx-whisper/model/model.js'
import { findModelFolder, inspectModelFolder } from '../../../../src/backends/onnx-whisper/model/model-files.js'
import type { WhisperTokenizer } from '../../../../src/backends/onnx-whisper/model/tokenizer.js'
import { WhisperSession } from '../../../../src/backends/onnx-whisper/session/session.js'
import { fixture } from '../../../helpers/speech.js'

const RATE = 16_000
const NAMES = ['key.0', 'value.0', 'cross_key.0', 'cross_value.0']

let model: WhisperModel
let tokenizer: WhisperTokenizer
beforeAll(async () => {
  ;({ model, tokenizer } = await loadModel(await inspectModelFolder(await findModelFolder(null, null, null)), 2))
})
afterAll(() => model.close())

/** Resident memory of this process, in megabytes. */
function residentMB(): number {
  const [, kB] = /^VmRSS:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kB) / 1000
}

describe('the memory of a session', () => {
  it('is given back at once, and is zeros again when it is taken anew', () => {
    const window = new EncodedWindow(model.config, NAMES)
    const first = Object.values(window.resized(100)).map(({ data }) => data as Float32Array)
    for (const data of first) data.fill(7)
    window.dispose()
    expect(first.map(({ length }) => length)).toEqual([0, 0, 0, 0])
    const again = Object.values(window.resized(100)).map(({ data }) => data as Float32Array)
    expect(again.every((data) => data.every((value) => value === 0))).toBe(true)
    window.dispose()
    window.dispose()
  })

  it.skipIf(process.platform !== 'linux')('goes back to the system without a collection', () => {
    const sizeMB = (NAMES.length * model.config.dims.audioContext * model.config.dims.audioState * 4) / 1e6
    const windows = Array.from({ length: 20 }, () => new EncodedWindow(model.config, NAMES))
    // More than once: an allocator keeps what comes back a second time.
    for (let round = 0; round < 3; round++) {
      for (const window of windows) {
        for (const { data } of Object.values(window.resized(1500))) (data as Float32Array).fill(1)
      }
      const full = residentMB()
      for (const window of windows) window.dispose()
      expect(full - residentMB()).toBeGreaterThan(0.8 * 20 * sizeMB)
    }
  })

  it('does not hold what was said: after a rest the stream goes on, and comes to the same words', async () => {
    const { audio } = fixture('jfk')
    const updates = async (rests: boolean) => {
      const session = new WhisperSession(model, tokenizer, {
        ...{ language: 'en', task: 'transcribe', beamSize: 1, temperatures: [0] },
      })
      let text = ''
      for (const seconds of [4, 6, 8, 11]) {
        const request = {
          audio: audio.subarray(0, seconds * RATE),
          prompt: '',
          positionSamples: 0,
          pause() {},
        }
        const { segments } = await session.transcribe(request)
        text = segments.map((segment) => segment.text).join('')
        if (rests) session.rest()
      }
      session.close()
      // A window that is encoded at once and one that grew differ in a sign now and then.
      return text.toLowerCase().match(/[a-z]+/g)
    }
    const words = await updates(true)
    expect(words).toEqual(await updates(false))
    expect(words).toHaveLength(22)
  })
})

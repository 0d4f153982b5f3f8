import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { StreamSource } from '../../../src/audio/sources/stream-source.js'
import { rememberingLog } from '../../helpers/logs.js'
import { fixturePath } from '../../helpers/speech.js'
import { chunk, fmt, riff } from '../../helpers/wavs.js'

const pcm = (await readFile(fixturePath('austen_880'))).subarray(44)
const one = riff([fmt(), chunk('data', pcm)])
const spoken = Array.from({ length: pcm.length / 2 }, (_, i) => pcm.readInt16LE(i * 2) / 32_768)

describe('a WAV from a peer that waits for an answer', () => {
  it('ends with the audio that it announces', async () => {
    async function* open() {
      yield one
      throw new Error('nothing more may be asked for')
    }
    const audio: number[] = []
    const source = new StreamSource({ name: 'x', open, log: rememberingLog(), isWhole: true })
    for await (const piece of source.read()) audio.push(...piece)
    expect(audio).toEqual(spoken)
  })
})

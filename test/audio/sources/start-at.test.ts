import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Resampler } from '../../../src/audio/decode/resample.js'
import { AudioFileSource } from '../../../src/audio/sources/audio-file-source.js'
import { compressed, decoded } from '../../helpers/compressed.js'
import { rememberingLog } from '../../helpers/logs.js'
import { folderWith, runProgram, silentWav, spokenWords, temporaryFolder, wordsOf } from '../../helpers/program.js'
import { fixture } from '../../helpers/speech.js'
import { chunk, fmt, riff } from '../../helpers/wavs.js'

const speech = fixture('austen_880').audio

function asWav(rate: number, channels: number): Buffer {
  const resampler = new Resampler(16_000, rate)
  const audio = rate === 16_000 ? speech : [...resampler.push(speech), ...resampler.flush()]
  const shorts = Int16Array.from({ length: audio.length * channels }, (_, i) => {
    return Math.max(-32_768, Math.min(32_767, Math.round(audio[Math.floor(i / channels)]! * 32_768)))
  })
  return riff([fmt({ rate, channels }), chunk('data', new Uint8Array(shorts.buffer))])
}

describe('a recording that is not heard from its start', () => {
  it.each([
    [16_000, 1],
    [8000, 1],
    [48_000, 1],
    [44_100, 2],
    [22_050, 6],
  ])('begins at the same sample with %i Hz and %i channels', async (rate, channels) => {
    const path = join(temporaryFolder(), 'a.wav')
    writeFileSync(path, asWav(rate, channels))
    const source = await AudioFileSource.open(path, { log: rememberingLog(), startAtSec: 0.8 })
    const parts: number[] = []
    for await (const piece of source.read()) parts.push(...piece)
    const expected = speech.subarray(12_800)
    expect(Math.abs(parts.length - expected.length)).toBeLessThanOrEqual(1)
    // Apart from the edge, and from what 8 kHz cannot hold.
    let [difference, power] = [0, 0]
    for (let i = 100; i < expected.length - 100; i++) {
      difference += (parts[i]! - expected[i]!) ** 2
      power += expected[i]! ** 2
    }
    expect(difference / power).toBeLessThan(rate === 8000 ? 0.2 : 0.01)
  })

  it('is heard from its start by the reference, offline', async () => {
    const cwd = folderWith({ 'words.json': spokenWords(['one', 'two', 'three', 'four']), 'a.wav': silentWav(2) })
    const args = ['--backend', 'scripted', '--option', 'script=words.json', '--start-at', '1', 'a.wav']
    const words = async (...more: string[]) => wordsOf((await runProgram([...args, ...more], { cwd })).stdout)
    expect(await words('--offline')).toEqual(['three', 'four'])
    expect(await words('--offline', '--compat', 'whisper_online')).toEqual(['one', 'two', 'three', 'four'])
    expect(await words('--comp-unaware', '--compat', 'whisper_online')).toHaveLength(2)
  })

  it.each([0.5, 3.3333, 9.9999, 10.99])(
    'has the samples that decoding from the start gives, as FLAC: from %s s',
    async (startAtSec) => {
      for (const bytes of [
        compressed('jfk.flac'),
        holed(compressed('jfk.flac'), 0.2),
        holed(compressed('jfk.flac'), 0.8),
      ]) {
        const whole = await decoded(bytes)
        const { audio, error } = await decoded(bytes, { startAtSec })
        expect(audio).toEqual(whole.audio.subarray(Math.trunc(startAtSec * 16_000)))
        // Also what is damaged before it is told.
        expect(error?.details).toEqual(whole.error?.details)
      }
    },
  )

  it('is refused when it ends before', async () => {
    const { error } = await decoded(compressed('jfk.flac'), { startAtSec: 11 })
    expect(error?.message).toBe('x has 11.00 s of audio: nothing is left after 11 s')
  })
})

/** A recording with a hole at a share of it. */
function holed(bytes: Buffer, share: number): Buffer {
  const at = Math.floor(bytes.length * share)
  return Buffer.from(bytes).fill(0, at, at + 50)
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AudioFileSource } from '../../../src/audio/sources/audio-file-source.js'
import { decoded } from '../../helpers/compressed.js'
import { rememberingLog } from '../../helpers/logs.js'
import { aiff, caf, type PlainEncoding } from '../../helpers/pcm-files.js'
import { temporaryFolder } from '../../helpers/program.js'
import { fixture } from '../../helpers/speech.js'

const speech = fixture('austen_880').audio
const ENCODINGS: readonly PlainEncoding[] = ['s8', 's16', 's24', 's32', 'f32', 'f64']
const FORMATS = { aiff, caf } as const
const CASES = (['aiff', 'caf'] as const).flatMap((format) =>
  ENCODINGS.flatMap((encoding) => [false, true].map((littleEndian) => ({ format, encoding, littleEndian }))),
)

function largestDifference(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (other[i] ?? 9))), 0)
}

describe('AIFF and CAF', () => {
  it.each(
    CASES.filter(({ format, encoding, littleEndian }) => {
      // AIFF-C has the low byte first for integers of 16 bits only.
      return format === 'caf' || !littleEndian || encoding === 's16'
    }),
  )('are read: $format of $encoding, low byte first: $littleEndian', async ({ format, encoding, littleEndian }) => {
    const { audio, warnings, error } = await decoded(FORMATS[format](speech, encoding, { littleEndian }))
    expect([warnings, error]).toEqual([[], null])
    expect(audio.length).toBe(speech.length)
    expect(largestDifference(speech, audio)).toBeLessThan(encoding === 's8' ? 0.01 : 1e-4)
  })

  it.each(['aiff', 'caf'] as const)('know their length, channels and rate: %s', async (format) => {
    const path = join(temporaryFolder(), 'a.any')
    const stereo = Float32Array.from({ length: 44_100 * 4 }, (_, i) => (i % 2 === 0 ? Math.sin(i / 50) / 2 : 0))
    writeFileSync(path, FORMATS[format](stereo, 's16', { channels: 2, rate: 44_100 }))
    const source = await AudioFileSource.open(path, { log: rememberingLog(), channel: 'right' })
    expect(source.durationSec).toBe(2)
    let samples = 0
    for await (const piece of source.read()) {
      samples += piece.length
      expect(piece.every((sample) => sample === 0)).toBe(true)
    }
    expect(samples).toBe(32_000)
  })

  it.each(['aiff', 'caf'] as const)('say when they are cut off: %s', async (format) => {
    const { audio, warnings, error } = await decoded(FORMATS[format](speech, 's16').subarray(0, 20_000))
    expect(audio.length).toBeGreaterThan(9000)
    expect(warnings).toEqual([
      expect.stringMatching(/^x is cut off: its header announces 3\.0 s of audio, and it has 0\.6 s$/),
    ])
    expect(error).toMatchObject({ code: 'ASR_INPUT_DAMAGED', details: { isCutOff: true } })
    expect(error?.details.lostSec).toBeCloseTo(3 - audio.length / 16_000, 1)
  })

  it('go to their end where a recorder has not filled the sizes in', async () => {
    const { audio, warnings } = await decoded(caf(speech, 's16', { size: -1n }))
    expect([audio.length, warnings]).toEqual([speech.length, []])
  })

  it.each(['aiff', 'caf'] as const)('never hang nor crash, however their headers are damaged: %s', async (format) => {
    const whole = FORMATS[format](speech.subarray(0, 8000), 's16')
    const change = fc.tuple(fc.integer({ min: 4, max: 100 }), fc.integer({ min: 0, max: 255 }))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        const { audio } = await decoded(bytes)
        expect(audio.every((sample) => sample >= -1 && sample <= 1)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  COMPRESSED,
  COMPRESSED_NAMES,
  type CompressedName,
  compressed,
  decoded,
  likeness,
} from '../../helpers/compressed.js'

/** Recordings that say how long they are. */
const PROMISING = ['jfk.flac', 'jfk_vbr_stereo.mp3'] as const
const RANDOM_RUNS = 60

function half(bytes: Buffer, more = 0): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2) + more)
}

/** The recording with a stretch in its middle that is overwritten. */
function holed(name: CompressedName, fill: number, count = 2000): Buffer {
  const bytes = Buffer.from(compressed(name))
  const middle = Math.floor(bytes.length / 2)
  return bytes.fill(fill, middle, middle + count)
}

describe('a recording that is cut off', () => {
  it.each(PROMISING)('says of how many seconds: %s', async (name) => {
    const { audio, warnings, error } = await decoded(half(compressed(name)))
    const missing = COMPRESSED[name].seconds - audio.length / 16_000
    expect(missing).toBeGreaterThan(3)
    expect(warnings).toEqual([`x is cut off: 11.0 s of audio are promised, ${missing.toFixed(1)} s of them missing`])
    expect(error).toMatchObject({ code: 'ASR_INPUT_DAMAGED', details: { stretches: 1, isCutOff: true } })
    expect(error?.details.lostSec).toBeCloseTo(missing, 1)
  })

  it.each(['jfk.opus', 'jfk.ogg', 'jfk_cbr.mp3'] as const)('says so where it promises nothing: %s', async (name) => {
    const { audio, warnings, error } = await decoded(half(compressed(name), 50))
    expect(audio.length).toBeGreaterThan(3 * 16_000)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/breaks off after|is cut off/)
    expect(error).toMatchObject({ code: 'ASR_INPUT_DAMAGED', details: { isCutOff: true } })
  })

  it.each(COMPRESSED_NAMES.filter((name) => name !== 'jfk_cbr.mp3'))(
    'is refused when only a piece of its header is left: %s',
    async (name) => {
      const { audio, error } = await decoded(compressed(name).subarray(0, 40))
      expect(audio).toHaveLength(0)
      expect(error?.message).toMatch(/^x (has no audio|is cut off|cannot be read)/)
    },
  )
})

describe('a recording with a hole', () => {
  it.each(COMPRESSED_NAMES)('says where and how long, and the times after it are right: %s', async (name) => {
    const { audio } = await decoded(compressed(name))
    for (const fill of [0, 0xa5]) {
      const holey = await decoded(holed(name, fill))
      expect(holey.warnings[0]).toMatch(/^x is damaged at [3-6]\.\d s: \d+\.\d+ s of audio are lost$/)
      expect(holey.error).toMatchObject({ code: 'ASR_INPUT_DAMAGED', details: { isCutOff: false } })
      expect(Math.abs(holey.audio.length - audio.length)).toBeLessThan(0.2 * 16_000)
      const tail = likeness(audio.subarray(9 * 16_000), holey.audio.subarray(9 * 16_000, audio.length), 1200)
      expect(tail.value).toBeGreaterThan(0.95)
    }
  })

  it('loses of a FLAC the frames that are hit, and nothing else', async () => {
    const { audio } = await decoded(compressed('jfk.flac'))
    const { audio: holey, error } = await decoded(holed('jfk.flac', 0, 1))
    const differing = audio.filter((sample, i) => sample !== holey[i]).length
    expect(holey.length).toBe(audio.length)
    expect(differing).toBeLessThanOrEqual(1152)
    expect(error?.details.lostSec).toBeCloseTo(1152 / 16_000, 2)
  })

  it('tells of many holes a few times only, and of all at the end', async () => {
    const bytes = Buffer.from(compressed('jfk.flac'))
    for (let at = 10_000; at < bytes.length; at += 10_000) bytes.fill(0, at, at + 20)
    const { warnings, error } = await decoded(bytes)
    expect(warnings).toHaveLength(5)
    expect(error?.details.stretches).toBeGreaterThan(12)
  })
})

describe('bytes that are damaged anyhow', () => {
  const flips = fc.array(fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 40,
  })

  it.each(COMPRESSED_NAMES)(
    'never hang, nor crash, nor give anything but samples: %s',
    async (name) => {
      const whole = compressed(name)
      await fc.assert(
        fc.asyncProperty(
          flips,
          fc.double({ min: 0.05, max: 1, noNaN: true }),
          fc.boolean(),
          async (changes, share, atHead) => {
            const bytes = Buffer.from(whole.subarray(0, Math.floor(whole.length * share)))
            for (const [where, mask] of changes) bytes[Math.floor(where * (atHead ? 200 : bytes.length))]! ^= mask
            const { audio } = await decoded(bytes, { isSurelyRaw: false })
            expect(audio.every((sample) => sample >= -1 && sample <= 1)).toBe(true)
            expect(audio.length).toBeLessThan(60 * 16_000)
          },
        ),
        { numRuns: RANDOM_RUNS },
      )
    },
    60_000,
  )

  it.each(COMPRESSED_NAMES)('never hang when they are noise after a good start: %s', async (name) => {
    const start = compressed(name).subarray(0, 9000)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 20_000, maxLength: 60_000 }), async (noise) => {
        const { audio } = await decoded(Buffer.concat([start, noise]))
        expect(audio.every((sample) => sample >= -1 && sample <= 1)).toBe(true)
      }),
      { numRuns: 5 },
    )
  })
})

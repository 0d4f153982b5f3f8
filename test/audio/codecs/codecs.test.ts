import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMPRESSED, COMPRESSED_NAMES, compressed, decoded, likeness } from '../../helpers/compressed.js'
import { fixture } from '../../helpers/speech.js'

const { audio: speech } = fixture('jfk')

/** Compared as bytes, which is much faster than sample by sample. */
function bytesOf(audio: Float32Array): Buffer {
  return Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength)
}

describe('a compressed recording', () => {
  it.each(COMPRESSED_NAMES)('is as long as what was recorded, and the same: %s', async (name) => {
    const { audio, warnings, error } = await decoded(compressed(name))
    expect([warnings, error]).toEqual([[], null])
    expect(audio.length).toBe(COMPRESSED[name].seconds * 16_000)
    // Where nothing says what the encoder has added, that comes first.
    const found = likeness(speech, audio, name === 'jfk_cbr.mp3' ? 1200 : 2)
    expect(found.value).toBeGreaterThan(COMPRESSED[name].likeness)
    if (name !== 'jfk_cbr.mp3') expect(Math.abs(found.lag)).toBeLessThanOrEqual(1)
  })

  it.each(COMPRESSED_NAMES)('is the same however its bytes come: %s', async (name) => {
    const bytes = compressed(name)
    const { audio } = await decoded(bytes)
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9000 })), {
      minLength: 10,
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(sizes, async (cuts) => {
        const again = await decoded(bytes, {}, cuts)
        expect([again.warnings, again.error]).toEqual([[], null])
        expect(bytesOf(again.audio).equals(bytesOf(audio))).toBe(true)
      }),
      { numRuns: 8 },
    )
  })

  it.each(COMPRESSED_NAMES)('begins where it is told to: %s', async (name) => {
    const { audio } = await decoded(compressed(name))
    const later = await decoded(compressed(name), { startAtSec: 4.25 })
    expect(Math.abs(later.audio.length - (audio.length - 4.25 * 16_000))).toBeLessThanOrEqual(1)
    expect(likeness(later.audio, audio.subarray(4.25 * 16_000), 1).value).toBeGreaterThan(0.999)
  })

  it.each(COMPRESSED_NAMES)('has nothing after its end: %s', async (name) => {
    const { audio, error } = await decoded(compressed(name), { startAtSec: 12 })
    expect(audio).toHaveLength(0)
    expect(error?.message).toContain('s of audio: nothing is left after 12 s')
  })

  it.each(['jfk.flac', 'jfk.opus', 'jfk.ogg', 'jfk_cbr.mp3'] as const)('may follow another: %s', async (name) => {
    const bytes = compressed(name)
    const { audio } = await decoded(bytes)
    const twice = await decoded(Buffer.concat([bytes, bytes]))
    expect([twice.warnings, twice.error]).toEqual([[], null])
    expect(Math.abs(twice.audio.length - 2 * audio.length)).toBeLessThanOrEqual(1)
  })

  it('may have tags before it and after it', async () => {
    const { audio } = await decoded(compressed('jfk_cbr.mp3'))
    const before = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x02\x01', 'latin1'), Buffer.alloc(257, 0xff)])
    const after = Buffer.concat([Buffer.from('TAG'), Buffer.alloc(125, 0x20)])
    const bytes = Buffer.concat([before, before, compressed('jfk_cbr.mp3'), after])
    expect(await decoded(bytes)).toEqual({ audio, warnings: [], error: null })
  })

  it('is heard by one of its channels', async () => {
    const bytes = compressed('jfk_vbr_stereo.mp3')
    const right = await decoded(bytes, { channel: 'right' })
    expect(likeness(speech, right.audio).value).toBeGreaterThan(0.97)
    const { error } = await decoded(compressed('jfk.flac'), { channel: 'right' })
    expect(error?.message).toContain('has one channel')
  })
})

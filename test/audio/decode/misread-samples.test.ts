import { describe, expect, it } from 'vitest'
import { roomNoise } from '../../../bench/attacks/sounds.js'
import { type LooksLike, MisreadSamples, soundsLikeAudio } from '../../../src/audio/decode/misread-samples.js'
import { decodeSamples, frameBytes, type PcmFormat } from '../../../src/audio/decode/pcm.js'
import { DEFAULT_RAW_FORMAT, rawFormat } from '../../../src/audio/decode/raw-format.js'
import { StreamSource } from '../../../src/audio/sources/stream-source.js'
import { companded, inPieces, s16le } from '../../helpers/bytes.js'
import { compressed } from '../../helpers/compressed.js'
import { rememberingLog } from '../../helpers/logs.js'
import { joined } from '../../helpers/recordings.js'
import { fixture } from '../../helpers/speech.js'
import { chunk, fmt, riff } from '../../helpers/wavs.js'

const SPEECH = ['jfk', 'austen_870', 'austen_880', 'two_cities', 'es_echo_test', 'it_echo_test', 'ru_demo_server']

function written(
  audio: Float32Array,
  bytes: number,
  write: (view: DataView, at: number, sample: number) => void,
): Buffer {
  const buffer = Buffer.alloc(audio.length * bytes)
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
  for (const [i, sample] of audio.entries()) write(view, i * bytes, sample)
  return buffer
}

const asFloats = (audio: Float32Array) => written(audio, 4, (view, at, sample) => view.setFloat32(at, sample, true))
const asLongs = (audio: Float32Array) =>
  written(audio, 4, (view, at, sample) => view.setInt32(at, Math.round(sample * 0.9 * 2 ** 31), true))
const highFirst = (audio: Float32Array) =>
  written(audio, 2, (view, at, sample) => view.setInt16(at, Math.round(sample * 32_767), false))
const inThreeBytes = (audio: Float32Array) =>
  written(audio, 3, (view, at, sample) => {
    const value = Math.round(sample * 8_388_607)
    view.setUint8(at, value & 255)
    view.setInt16(at + 1, value >> 8, true)
  })
const twice = (audio: Float32Array) => s16le(Float32Array.from({ length: 2 * audio.length }, (_, i) => audio[i >> 1]!))

/** Speech in pieces of odd sizes, long enough to be judged in every form. */
function looksLike(bytes: Uint8Array, format: PcmFormat = DEFAULT_RAW_FORMAT): readonly LooksLike[] {
  const misread = new MisreadSamples(format)
  const found: LooksLike[] = []
  for (let from = 0, size = 2; from < bytes.length - 8; from += size, size = 2 + ((size * 7) % 4000) * 2) {
    const piece = bytes.subarray(from, Math.min(from + size, bytes.length - (bytes.length % 2)))
    const looks = misread.take(piece, decodeSamples(piece, format))
    if (looks !== null) found.push(looks)
  }
  return found
}

/** Of whole frames that come at once and end there. */
function atEnd(bytes: Uint8Array, format: PcmFormat = DEFAULT_RAW_FORMAT): readonly LooksLike[] {
  const misread = new MisreadSamples(format)
  const whole = bytes.subarray(0, bytes.length - (bytes.length % frameBytes(format)))
  return [misread.take(whole, decodeSamples(whole, format)), misread.finish()].filter((looks) => looks !== null)
}

describe('audio that is read as 16 bit integers', () => {
  it.each(SPEECH)('is right, loud or quiet, from anywhere on: %s', (name) => {
    const audio = joined([fixture(name).audio, fixture(name).audio])
    for (const gain of [1, 0.1, 0.01]) {
      const bytes = s16le(audio.map((sample) => gain * sample))
      for (let from = 0; from < bytes.length - 100_000; from += 64_000)
        expect(looksLike(bytes.subarray(from))).toEqual([])
    }
  })

  it.each([0, 0.5, 0.9])('is right when it is noise, as it is in a room, however loud: %d', (colour) => {
    for (const level of [-60, -30, -12]) expect(looksLike(s16le(roomNoise(8, level, colour, 7)))).toEqual([])
  })

  it.each<readonly [string, (audio: Float32Array) => Buffer, LooksLike]>([
    ['floats', asFloats, { encoding: 'f32le' }],
    ['integers of 32 bit', asLongs, { encoding: 's32le' }],
    ['integers of 24 bit', inThreeBytes, { encoding: 's24le' }],
    ['the high byte first', highFirst, { encoding: 's16be' }],
    ['mu-law', (audio) => companded(audio, 'toMuLaw'), { encoding: 'mulaw' }],
    ['two channels with one sound', twice, { channels: 2 }],
  ])('and is something else is noticed, once: %s', (_, write, looks) => {
    const speech = joined([new Float32Array(16_001), fixture('jfk').audio])
    expect(looksLike(write(speech))).toEqual([looks])
  })

  it('and has another sound in each channel is noticed', () => {
    const [one, other] = [fixture('jfk').audio, fixture('two_cities').audio]
    const both = Float32Array.from({ length: 300_000 }, (_, i) => (i % 2 === 0 ? one : other)[i >> 1]!)
    expect(looksLike(s16le(both))).toEqual([{ channels: 2 }])
  })

  it('and is bytes of any value is no audio', () => {
    let state = 1
    const bytes = Uint8Array.from({ length: 200_000 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return state >>> 23
    })
    expect(looksLike(bytes)).toEqual(['no audio'])
  })
})

describe('little that comes without a header', () => {
  const BYTES = [3000, 9000, 24_000, 45_000]

  it.each(['jfk.m4a', 'jfk.ogg', 'jfk.flac'])('is no audio where it is compressed: %s', (name) => {
    const bytes = compressed(name)
    const parts = BYTES.map((length) => bytes.subarray(20_000, 20_000 + length)).filter(({ length }) => length >= 3000)
    expect(parts.map((part) => atEnd(part))).toEqual(parts.map(() => ['no audio']))
  })

  it.each(SPEECH)('is right where it is speech, also where it is clipped: %s', (name) => {
    const { audio } = fixture(name)
    for (const gain of [0.1, 1, 8]) {
      const bytes = s16le(audio.map((sample) => Math.max(-1, Math.min(1, gain * sample))))
      for (const length of BYTES)
        for (let from = 0; from + length <= bytes.length; from += 2 * length)
          expect(atEnd(bytes.subarray(from, from + length))).toEqual([])
    }
  })

  it('is right where it is noise of low level, a tone or clicks', () => {
    const tone = (hertz: number) =>
      Float32Array.from({ length: 22_000 }, (_, i) => 0.99 * Math.sin((2 * Math.PI * hertz * i) / 16_000 + 0.5))
    const sounds = [
      ...[-60, -30, -12].map((level) => roomNoise(1.4, level, 0, 7)),
      ...[250, 1000, 4000, 5333, 7900].map(tone),
      Float32Array.from({ length: 22_000 }, (_, i) => (i % 400 === 0 ? 1 : 0)),
    ]
    for (const sound of sounds)
      for (const length of BYTES.slice(0, 3)) expect(atEnd(s16le(sound).subarray(0, length))).toEqual([])
  })
})

it('a constant is not noise, however loud', () => {
  expect(looksLike(new Uint8Array(200_000).fill(0x40))).toEqual([])
})

it('floats that are read as such are right, also where some are next to nothing', () => {
  const format = rawFormat('f32le', 16_000, 1)
  const { audio } = fixture('jfk')
  expect(looksLike(asFloats(audio), format)).toEqual([])
  expect(looksLike(asFloats(audio.map((sample, i) => (i % 40 === 0 ? 1e-30 : sample))), format)).toEqual([])
})

describe('what a header says wrongly', () => {
  const stereo = rawFormat('s16le', 16_000, 2)
  const unsigned = (audio: Float32Array) =>
    written(audio, 2, (view, at, sample) => view.setUint16(at, 32_768 + Math.round(sample * 32_767), true))
  const quiet = (audio: Float32Array) => audio.map((sample) => 0.1 * sample)

  it.each(['jfk', 'austen_870'])('is noticed of speech, loud and quiet: %s', (name) => {
    for (const audio of [fixture(name).audio, quiet(fixture(name).audio)]) {
      expect(looksLike(s16le(audio), stereo)).toEqual([{ channels: 1 }])
      expect(looksLike(unsigned(audio))).toEqual([{ encoding: 'u16le' }])
      expect(looksLike(asLongs(audio), rawFormat('f32le', 16_000, 1))).toEqual([{ encoding: 's32le' }])
    }
  })

  it.each(SPEECH)('is nothing where there are two channels: %s', (name) => {
    const { audio } = fixture(name)
    const others = [
      audio,
      audio.map((sample) => 0.5 * sample),
      audio.map((sample) => -sample),
      audio.subarray(1),
      audio.subarray(9),
      joined([fixture('austen_880').audio, audio]),
      new Float32Array(audio.length),
    ]
    for (const other of others) {
      const frames = Float32Array.from({ length: 2 * audio.length }, (_, i) => (i % 2 ? other : audio)[i >> 1] ?? 0)
      expect(looksLike(s16le(frames), stereo)).toEqual([])
    }
  })
})

it('bytes behind announced audio sound like it or not', () => {
  expect(soundsLikeAudio(s16le(fixture('jfk').audio).subarray(32_000, 56_001), DEFAULT_RAW_FORMAT)).toBe(true)
  expect(
    soundsLikeAudio(Buffer.from('a note of who has recorded this, and where; '.repeat(200)), DEFAULT_RAW_FORMAT),
  ).toBe(false)
  expect(soundsLikeAudio(new Uint8Array(24_000), DEFAULT_RAW_FORMAT)).toBe(false)
})

describe('a source', () => {
  const warningsOf = async (bytes: Uint8Array, raw?: PcmFormat) => {
    const log = rememberingLog()
    let samples = 0
    const source = new StreamSource({ name: 'x', open: () => inPieces(bytes, [4096]), log, ...(raw ? { raw } : {}) })
    for await (const audio of source.read()) samples += audio.length
    return { warnings: log.warnings, samples }
  }

  it('says which option reads raw audio as it is, or how to convert it', async () => {
    const { audio } = fixture('jfk')
    expect((await warningsOf(asFloats(audio))).warnings).toEqual([
      'x is read as s16le, and sounds like f32le: its text is wrong then; give --raw-encoding f32le',
    ])
    expect((await warningsOf(twice(audio))).warnings).toEqual([
      'x is read as one channel, and sounds like two: its text is wrong then; give --raw-channels 2',
    ])
    expect((await warningsOf(highFirst(audio))).warnings[0]).toContain('ffmpeg -f s16be -ar 16000 -ac 1 -i -')
  })

  it('says when the header of a WAV is wrong about its samples', async () => {
    const { warnings } = await warningsOf(riff([fmt(), chunk('data', highFirst(fixture('jfk').audio))]))
    expect(warnings).toEqual([
      'x says that it has s16le, and sounds like s16be: its text is wrong then; check the program that wrote its header',
    ])
    const halves = riff([fmt({ channels: 2 }), chunk('data', s16le(fixture('jfk').audio))])
    expect((await warningsOf(halves)).warnings).toEqual([
      'x says that it has two channels, and sounds like one: its text is wrong then; check the program that wrote its header',
    ])
  })

  it('reads on where only the size of the audio is too small', async () => {
    const data = s16le(fixture('jfk').audio)
    const wav = riff([fmt(), chunk('data', data, { size: 32_000 })])
    expect(await warningsOf(wav)).toEqual({
      warnings: ['x announces 1.0 s of audio, and more follows: it is read as well'],
      samples: data.length / 2,
    })
  })
})

describe('a recording of two seconds', () => {
  const begins = (seconds: number) =>
    SPEECH.map((name) => fixture(name).audio.subarray(8000, 8000 + 16_000 * seconds)).filter(
      (audio) => audio.some((sample) => Math.abs(sample) > 0.01) && audio.length === 16_000 * seconds,
    )

  it('is looked at where it ends', () => {
    for (const audio of begins(2)) {
      expect(atEnd(asFloats(audio))).toEqual([{ encoding: 'f32le' }])
      expect(atEnd(s16le(audio))).toEqual([])
    }
  })

  it.each([1, 3, 7, 9, 11, 63])('is read in so many channels as well: %i', (channels) => {
    const [audio] = begins(2)
    const frames = Float32Array.from({ length: audio!.length * channels }, (_, i) => audio![Math.floor(i / channels)]!)
    expect(atEnd(s16le(frames), { ...DEFAULT_RAW_FORMAT, channels })).toEqual([])
    expect(atEnd(asFloats(frames), { ...DEFAULT_RAW_FORMAT, channels })).toEqual([{ encoding: 'f32le' }])
  })
})

it('clicks are no samples of one byte', () => {
  const clicks = Float32Array.from({ length: 60_000 }, (_, i) => {
    const since = i % 8000
    return since < 80 ? 0.8 * Math.exp(-since / 15) * (i % 2 === 0 ? 1 : -1) : 0
  })
  expect(looksLike(s16le(clicks))).toEqual([])
})

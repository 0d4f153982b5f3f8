import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sniffFormat } from '../../../src/audio/decode/sniff-format.js'
import { companded, s16le } from '../../helpers/bytes.js'
import { fixture } from '../../helpers/speech.js'

async function content(bytes: Uint8Array): Promise<string | null> {
  return (await sniffFormat(async (count) => bytes.subarray(0, count)))?.what ?? null
}

const bytesOf = (text: string) => Buffer.from(text, 'latin1')

/** Frames of a header and nothing. */
function frames(header: readonly number[], length: number, count = 4): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, () => Buffer.concat([Buffer.from(header), Buffer.alloc(length - header.length, 3)])),
  )
}

function packets(size: number, before = 0): Buffer {
  const all = Buffer.alloc(size * 6, 1)
  for (let at = before; at < all.length; at += size) all[at] = 0x47
  return all
}

function tar(name: string): Buffer {
  const block = Buffer.alloc(1024)
  block.write(name)
  block.write('ustar\x0000', 257)
  return block
}

const PADDING = Buffer.alloc(2000, 7)

/** Letters in several bytes, of which one is theirs and the others are zero. */
const wide = (text: string, width: number, place: number) =>
  Buffer.from(
    [...text].flatMap((letter) => Array.from({ length: width }, (_, at) => (at === place ? letter.charCodeAt(0) : 0))),
  )

describe('what is surely no raw audio', () => {
  it.each([
    ['an MP3 of 128 kbit/s, 44.1 kHz', frames([0xff, 0xfb, 0x90, 0x64], 417), 'an MP3 file'],
    ['an MP3 of 16 kHz, MPEG 2', frames([0xff, 0xf3, 0x28, 0xc4], 72), 'an MP3 file'],
    ['an MP3 of 8 kHz, MPEG 2.5', frames([0xff, 0xe3, 0x18, 0xc4], 72), 'an MP3 file'],
    ['an MP2', frames([0xff, 0xfd, 0xa4, 0x04], 576), 'an MP3 file'],
    ['an MP3 that ends after two frames', frames([0xff, 0xfb, 0x90, 0x64], 417, 2), 'an MP3 file'],
    ['an MP3 with a tag', Buffer.concat([bytesOf('ID3\x04\0\0\0\0\x02\x01'), PADDING]), 'an MP3 file'],
    ['AAC with ADTS', frames([0xff, 0xf1, 0x50, 0x80, 0x19, 0x1f, 0xfc], 200), 'an AAC file'],
    ['AAC with LOAS', frames([0x56, 0xe0, 0xc5], 200), 'an AAC file'],
    ['AC-3', frames([0x0b, 0x77, 0, 0, 0x14, 0x40, 0], 768), 'an AC-3 file'],
    ['E-AC-3', frames([0x0b, 0x77, 0, 0xff, 0x34, 0x80, 0], 512), 'an AC-3 file'],
    ['a transport stream', packets(188), 'an MPEG-TS file'],
    ['a transport stream of a camera', packets(192, 4), 'an MPEG-TS file'],
    ['FLAC', bytesOf('fLaC\0\0\0\x22\x10\0\x10\0'), 'a FLAC file'],
    ['AU', bytesOf('.snd\0\0\0\x20\xff\xff\xff\xff'), 'an AU file'],
    ['CAF', bytesOf('caff\0\x01\0\0desc'), 'a CAF file'],
    ['M4A', bytesOf('\0\0\0\x1cftypM4A '), 'an MP4 or M4A file'],
    ['a pipe of sox', bytesOf('.SoX\x1c\0\0\0\xff\xff\xff\xff'), "audio in SoX's own format (`-t wav` writes WAV)"],
    ['8SVX', bytesOf('FORM\0\0\x12\x348SVXVHDR'), 'an 8SVX file'],
    ['IRCAM', bytesOf('\x64\xa3\x02\0\0\0\x7a\x46\x01\0\0\0'), 'an IRCAM file'],
    ['gzip', bytesOf('\x1f\x8b\x08\x08\x12\x34\x56\x78\0\x03a.wav'), 'a gzip file'],
    ['ZIP', bytesOf('PK\x03\x04\x14\0\0\0\x08\0\x12\x34'), 'a ZIP file'],
    ['PNG', bytesOf('\x89PNG\r\n\x1a\n\0\0\0\x0d'), 'a PNG picture'],
    ['JPEG', bytesOf('\xff\xd8\xff\xe0\0\x10JFIF\0\x01'), 'a JPEG picture'],
    ['TLS', bytesOf('\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\x55'), 'an encrypted connection (TLS)'],
    ['HTTP', bytesOf('GET / HTTP/1.1\r\n'), 'an HTTP request or answer'],
    ['a page', bytesOf('<!DOCTYPE html>\n<p>Not found</p>'), 'text (HTML): "<!DOCTYPE html> <p>Not found</p>"'],
    ['JSON', bytesOf('{"error": "not found"}\n'), 'text (JSON): "{"error": "not found"}"'],
    ['XML', bytesOf('<?xml version="1.0"?><a/>'), 'text (XML): "<?xml version="1.0"?><a/>"'],
    ['a playlist', bytesOf('#EXTM3U\n#EXTINF:10,\na.ts\n'), 'text (a playlist): "#EXTM3U #EXTINF:10, a.ts"'],
    [
      'a text of PowerShell',
      Buffer.from('\ufeffThe device is not there', 'utf16le'),
      'text: "The device is not there"',
    ],
    ['such a text in Russian', Buffer.from('\ufeffУстройство не найдено, звука нет', 'utf16le'), 'text'],
    ['a text with the high bytes first', wide('the device is not there', 2, 1), 'text: "the device is not there"'],
    ['a text in two bytes a letter', wide('the device is not there', 2, 0), 'text: "the device is not there"'],
    ['a text in four', wide('the device is not there', 4, 0), 'text: "the device is not there"'],
    ['a text in colors', bytesOf('\x1b[31merror\x1b[0m: no device'), 'text: "error: no device"'],
    [
      'a message before a WAV',
      bytesOf('underrun occurred\nRIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80>\0\0'),
      'text: "underrun occurred", and a WAV file behind it',
    ],
    ['a text', bytesOf('404 Not Found or whatever'), 'text: "404 Not Found or whatever"'],
    [
      'a text that begins as a transport stream',
      bytesOf('Gone with the wind, that is how it is'),
      'text: "Gone with the wind, that is how it is"',
    ],
    ['a Russian text', Buffer.from('это просто текст, не звук'), 'text'],
    ['a word or two', bytesOf('not found\n'), 'text: "not found"'],
    ['a Latin-1 text', bytesOf('Das Ger\xe4t \xabMikrofon\xbb ist nicht da'), 'text'],
    ['a Latin-1 text that begins with such letters', bytesOf('\xc9t\xe9: le micro est d\xe9branch\xe9'), 'text'],
    ['a short Latin-1 text', bytesOf('Caf\xe9 est ferm\xe9\n'), 'text'],
    [
      'a Cyrillic text of Windows',
      bytesOf('\xd3\xf1\xf2\xf0\xee\xe9\xf1\xf2\xe2\xee \xed\xe5 \xed\xe0\xe9\xe4\xe5\xed\xee'),
      'text',
    ],
    [
      'a Cyrillic text of Unix',
      bytesOf('\xd5\xd3\xd4\xd2\xcf\xca\xd3\xd4\xd7\xcf \xce\xc5 \xce\xc1\xca\xc4\xc5\xce\xcf'),
      'text',
    ],
    [
      'a Japanese text of Windows',
      bytesOf('\x83t\x83@\x83C\x83\x8b\x82\xaa\x8c\xa9\x82\xc2\x82\xa9\x82\xe8\x82\xdc\x82\xb9\x82\xf1\n'),
      'text',
    ],
    ['a tar archive', tar('a.wav'), 'a tar archive'],
    ['a tar archive of a file with a long name', tar('recordings/of/today/speech.wav'), 'a tar archive'],
    ['a text cut in a letter', Buffer.from('простотекст'.repeat(50)).subarray(0, 511), 'text'],
  ])('is told: %s', async (_, bytes, what) => {
    expect(await content(bytes)).toBe(what)
  })

  it('is told from what has arrived, where nobody sends more before there is an answer', async () => {
    let most = 0
    const request = bytesOf('GET / HTTP/1.1\r\n\r\n')
    await sniffFormat(async (count) => {
      most = Math.max(most, count)
      return request.subarray(0, count)
    })
    expect(most).toBeLessThanOrEqual(request.length)
  })
})

describe('raw audio', () => {
  const speech = fixture('jfk').audio
  const asFloats = (audio: Float32Array) => Buffer.from(Float32Array.from(audio).buffer)
  const noise = (amplitude: number) =>
    fc
      .array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 300, maxLength: 1000 })
      .map((values) => Float32Array.from(values, (value) => (value / 32_768) * amplitude))

  it('is never taken for anything else, wherever speech is cut, however loud', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(speech.length - 4000), fc.constantFrom(1, 0.1, 3, -1), async (from, gain) => {
        const audio = speech.subarray(from, from + 4000).map((sample) => Math.max(-1, Math.min(1, sample * gain)))
        expect(await content(s16le(audio))).toBeNull()
        expect(await content(asFloats(audio))).toBeNull()
        expect(await content(companded(audio, 'toMuLaw'))).toBeNull()
        expect(await content(companded(audio, 'toALaw'))).toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  it('is never taken for anything else when it is noise', async () => {
    const amplitude = fc.constantFrom(1, 0.3, 0.004, 0.0001)
    const bytes = amplitude
      .chain((loud) => noise(loud))
      .chain((audio) => fc.constantFrom(s16le(audio), asFloats(audio)))
    await fc.assert(
      fc.asyncProperty(bytes, async (raw) => {
        expect(await content(raw)).toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['silence', Buffer.alloc(4000)],
    ['a constant', s16le(new Float32Array(2000).fill(0.503))],
    ['a clipped wave', s16le(Float32Array.from({ length: 2000 }, (_, i) => (i % 160 < 80 ? 0.99 : -0.99)))],
    ['the silence of A-law', Buffer.alloc(4000, 0x55)],
    ['faint noise around -1', s16le(Float32Array.from({ length: 2000 }, (_, i) => -(1 + (i % 3)) / 32_768))],
    ['two samples', Buffer.from('GET ')],
    [
      'a sync word among samples',
      s16le(Float32Array.from({ length: 2000 }, (_, i) => (i % 7 === 0 ? -1025 / 32_768 : i / 4000))),
    ],
  ])('is never taken for anything else: %s', async (_, bytes) => {
    expect(await content(bytes)).toBeNull()
  })
})

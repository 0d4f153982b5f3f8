import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AudioFileSource } from '../../../src/audio/sources/audio-file-source.js'
import { StreamSource } from '../../../src/audio/sources/stream-source.js'
import type { AudioSource } from '../../../src/core/types.js'
import { inPieces } from '../../helpers/bytes.js'
import { rememberingLog } from '../../helpers/logs.js'
import { temporaryFolder } from '../../helpers/program.js'
import { chunk, fmt, riff } from '../../helpers/wavs.js'

const SAMPLES = 8000
const WAV = riff([fmt(), chunk('data', Buffer.alloc(2 * SAMPLES, 1))])
const MPEG = Buffer.concat(
  Array.from({ length: 8 }, () => Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413, 3)])),
)

async function lengthOf(source: AudioSource): Promise<number> {
  let length = 0
  for await (const audio of source.read()) length += audio.length
  return length
}

describe('what follows a WAV and is none', () => {
  it.each([
    ['an MP3', MPEG, /with an MP3 (file|stream) behind its WAV/],
    ['an MP3 with a tag', Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\x03abc'), MPEG]), /with an MP3/],
    ['a FLAC', Buffer.from('fLaC\0\0\0\x22\x10\0\x10\0and so on'), /with a FLAC/],
    [
      'an Ogg',
      Buffer.from(`OggS\0\x02${'\0'.repeat(20)}\x01\x13OpusHead`, 'latin1'),
      /with an Ogg (file|stream) \(Opus\)/,
    ],
    ['messages', Buffer.from('Duration 0:07, 1 channel, done.\n'), /with text: "Duration/],
  ])('is left out, with a warning: %s', async (_, bytes, warns) => {
    const both = Buffer.concat([WAV, bytes])
    const path = join(temporaryFolder(), 'x.wav')
    writeFileSync(path, both)
    const ofFile = rememberingLog()
    expect(await lengthOf(await AudioFileSource.open(path, { log: ofFile }))).toBe(SAMPLES)
    expect(ofFile.warnings).toEqual([expect.stringMatching(warns)])
    const ofPipe = rememberingLog()
    const open = () => inPieces(both, [1, 50, 7, 4000])
    expect(await lengthOf(new StreamSource({ name: 'x', open, log: ofPipe }))).toBe(SAMPLES)
    expect(ofPipe.warnings).toEqual([expect.stringMatching(warns)])
  })
})

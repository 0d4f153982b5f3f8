import { describe, expect, it } from 'vitest'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import { COMPRESSED_NAMES, compressed, compressedPath } from '../helpers/compressed.js'
import { aiff, caf } from '../helpers/pcm-files.js'
import { fixture } from '../helpers/speech.js'
import { wordErrors } from '../helpers/word-errors.js'

/** The model over some recordings, on a busy machine. */
const MAX_MS = 120_000

describe('the same recording in another format', () => {
  it('has the same words within one, from a file and from memory', { timeout: MAX_MS }, async () => {
    await using transcriber = await createTranscriber({ offline: true })
    const errorsOf = async (audio: string | Uint8Array) => {
      const texts: string[] = []
      for await (const event of transcriber.stream(audio)) {
        if (event.type === 'text-final') texts.push(event.segment.text)
      }
      return wordErrors('jfk', texts.join(transcriber.separator))
    }
    const { audio } = fixture('jfk')
    for (const name of COMPRESSED_NAMES) expect(await errorsOf(compressedPath(name)), name).toBeLessThanOrEqual(1)
    for (const name of ['jfk.opus', 'jfk.flac']) expect(await errorsOf(compressed(name)), name).toBeLessThanOrEqual(1)
    expect(await errorsOf(aiff(audio, 's16'))).toBeLessThanOrEqual(1)
    expect(await errorsOf(caf(audio, 'f32'))).toBeLessThanOrEqual(1)
  })
})

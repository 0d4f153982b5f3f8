import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { damaged, KINDS } from '../../../bench/attacks/damage.js'
import { chance } from '../../../bench/attacks/random.js'
import { openFile } from '../../../src/audio/sources/open-address.js'
import { InputError } from '../../../src/core/errors.js'
import { compressed } from '../../helpers/compressed.js'
import { rememberingLog } from '../../helpers/logs.js'
import { aiff, caf } from '../../helpers/pcm-files.js'
import { temporaryFolder } from '../../helpers/program.js'
import { fixture, fixturePath } from '../../helpers/speech.js'

const ROUNDS = 20
const PATIENCE_MS = 120_000
const speech = fixture('jfk').audio.subarray(0, 4 * 16_000)

/** Recordings, and the damage that each can tell: uncompressed audio has nothing to compare samples with. */
const FORMATS = {
  'a.wav': { bytes: () => readFileSync(fixturePath('jfk')), tells: ['cut'] },
  'a.aiff': { bytes: () => aiff(speech, 's16'), tells: ['cut'] },
  'a.caf': { bytes: () => caf(speech, 's16'), tells: ['cut'] },
  'a.flac': { bytes: () => compressed('jfk.flac'), tells: KINDS },
  'a.opus': { bytes: () => compressed('jfk.opus'), tells: KINDS },
  'a.ogg': { bytes: () => compressed('jfk.ogg'), tells: KINDS },
  // Most MP3 have no checksums: a wrong bit is noise.
  'cbr.mp3': { bytes: () => compressed('jfk_cbr.mp3'), tells: ['cut', 'hole', 'gap'] },
  'vbr.mp3': { bytes: () => compressed('jfk_vbr_stereo.mp3'), tells: ['cut', 'hole', 'gap'] },
  // By ffmpeg; without it that is told.
  'a.m4a': { bytes: () => compressed('jfk.m4a'), tells: ['cut', 'hole'] },
} as const satisfies Readonly<Record<string, { bytes: () => Buffer; tells: readonly (typeof KINDS)[number][] }>>

/** Reads a file to its end. @returns whether anything was told of it */
async function isTold(path: string): Promise<boolean> {
  const log = rememberingLog()
  try {
    const source = await openFile(path, { log })
    for await (const piece of source.read()) expect(piece.every((sample) => Math.abs(sample) <= 1)).toBe(true)
    // What is told while it is read, ends in an error, so that the exit code is 1.
    expect(source.damage?.() !== null || log.warnings.length === 0 || path.endsWith('.m4a')).toBe(true)
    return log.warnings.length > 0
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return true
  }
}

// bench/attacks/recordings.ts does this for longer.
describe('a damaged file', () => {
  it.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])(
    'ends, and is told: %s',
    async (name) => {
      const { bytes, tells }: { bytes: () => Buffer; tells: readonly string[] } = FORMATS[name]
      const path = join(temporaryFolder(), name)
      const random = chance(5)
      writeFileSync(path, bytes())
      for (let round = 0; round < ROUNDS; round++) {
        const damage = damaged(bytes(), random, KINDS[round % KINDS.length])
        writeFileSync(path, damage.bytes)
        const told = await isTold(path)
        if (tells.includes(damage.kind)) expect({ round, kind: damage.kind, told }).toMatchObject({ told: true })
      }
    },
    PATIENCE_MS,
  )
})

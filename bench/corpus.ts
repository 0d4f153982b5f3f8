import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ReferenceWord } from './measures.js'

const referenceSchema = z.object({
  language: z.string(),
  text: z.string().default(''),
  duration: z.number(),
  words: z.array(z.object({ word: z.string(), start: z.number(), end: z.number() })),
})

/** Recorded speech with what is said in it. */
export interface Recording {
  readonly name: string
  readonly audio: string
  readonly language: string
  readonly durationSec: number
  /** All that is said; empty where the reference has only words. */
  readonly text: string
  /** Empty where there is no speech. */
  readonly words: readonly ReferenceWord[]
}

/** The recordings of a folder: each `NAME.wav` with a `NAME.ref.json` beside it. */
export async function readCorpus(folder: string): Promise<readonly Recording[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ref.json')).sort()
  return Promise.all(
    names.map(async (file) => {
      const name = file.slice(0, -'.ref.json'.length)
      const { language, text, duration, words } = referenceSchema.parse(
        JSON.parse(await readFile(join(folder, file), 'utf8')),
      )
      return { name, audio: join(folder, `${name}.wav`), language, text, durationSec: duration, words }
    }),
  )
}

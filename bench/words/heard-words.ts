import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Word } from '../../src/core/types.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import type { Transcriber } from '../../src/transcriber/transcriber.js'
import type { Recording } from '../corpus.js'

/** The ways of transcribing whose words are judged, by name. */
export const WORD_MODES = {
  offline: { offline: true },
  'offline-fast': { offline: true, fast: true },
  'local-agreement': { compUnaware: true, minChunkSize: 1 },
  alignatt: { compUnaware: true, minChunkSize: 0.5, policy: 'alignatt' },
} as const satisfies Readonly<Record<string, TranscriberSettings>>

/** The name of one of them. */
export type WordMode = keyof typeof WORD_MODES

/**
 * The final words of recordings, one after the other, and of each what was heard before where the file has it: measures can
 * then be changed without hearing all again.
 *
 * @param fileOf where the words of a recording are kept
 */
export async function* heardWords(
  recordings: readonly Recording[],
  settings: TranscriberSettings,
  fileOf: (recording: Recording) => string,
): AsyncGenerator<readonly [Recording, readonly Word[]], void, undefined> {
  let transcriber: Transcriber | undefined
  let spoken: string | undefined
  try {
    for (const recording of recordings) {
      const file = fileOf(recording)
      const kept = await readFile(file, 'utf8').catch(() => null)
      if (kept !== null) {
        yield [recording, JSON.parse(kept) as readonly Word[]]
        continue
      }
      const { language, audio } = recording
      if (transcriber === undefined || spoken !== language) {
        await transcriber?.close()
        transcriber = await createTranscriber({ ...settings, lan: language })
        spoken = language
      }
      const words: Word[] = []
      for await (const event of transcriber.stream(audio)) {
        if (event.type === 'text-final') words.push(...event.segment.words)
      }
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, JSON.stringify(words))
      process.stderr.write(`${file}: ${words.length} words\n`)
      yield [recording, words]
    }
  } finally {
    await transcriber?.close()
  }
}

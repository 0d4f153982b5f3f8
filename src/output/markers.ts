import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { UsageError } from '../core/errors.js'
import { terminalText } from '../core/terminal-text.js'
import type { Segment } from '../core/types.js'
import type { StreamFacts } from './formats/format.js'
import { gatherSentences } from './text/sentences.js'
import type { TranscriptSink } from './transcript-outputs.js'
import { writeWhole } from './writers/aside-writer.js'
import type { FileOptions } from './writers/file-writer.js'
import { writeError } from './writers/line-writer.js'

/** The package that writes markers has the whole file in memory, more than once. */
const MAX_BYTES = 1_000_000_000
/** What WAV files begin with. */
const WAV_TAGS = ['RIFF', 'RIFX', 'RF64']
const TAG_BYTES = 4

/** How markers are written. */
export interface MarkerOptions extends FileOptions {
  /** Whether each marker is a sentence. */
  readonly sentences?: boolean | undefined
  /** Whether a file that is there is replaced. True if absent. */
  readonly clobber?: boolean | undefined
}

/**
 * Refuses audio that cannot get markers, before it is transcribed.
 * @throws UsageError when it is no WAV file, or larger than 1 GB
 */
export async function refuseUnmarkable(audio: string): Promise<void> {
  const status = await stat(audio).catch(() => null)
  // That it cannot be read is said by who reads it first.
  if (!status) return
  if (!status.isFile() || !(await isWav(audio))) {
    throw new UsageError(`--markers needs a WAV file, of which it writes a copy; ${audio} is none`, {
      hint: 'leave out --markers, or convert the audio to WAV before',
    })
  }
  if (status.size > MAX_BYTES) {
    throw new UsageError(`${audio} is too large for --markers: ${status.size} bytes, at most ${MAX_BYTES}`, {
      hint: 'leave out --markers, or split the file before',
    })
  }
}

/**
 * Writes, at the end of a stream, a copy of its WAV file with a cue marker for each piece of text. No sample is changed.
 *
 * @param audio path of the WAV file
 * @param path of the copy
 */
export function markerSink(
  audio: string,
  path: string,
  { separator, language }: StreamFacts,
  { sentences = false, clobber = true, ...waiting }: MarkerOptions = {},
): TranscriptSink {
  const gatherer = sentences ? gatherSentences(separator, language) : null
  const segments: Segment[] = []
  return {
    async take(event) {
      for (const one of gatherer?.take(event) ?? [event]) if (one.type === 'text-final') segments.push(one.segment)
    },
    async complete(isWhole) {
      if (!isWhole) return
      const bytes = await withMarkers(audio, segments).catch((cause) => Promise.reject(writeError(path, cause)))
      await writeWhole(path, bytes, clobber, waiting)
    },
    close: async () => {},
  }
}

async function withMarkers(audio: string, segments: readonly Segment[]): Promise<Uint8Array> {
  const { default: wavefile } = await import('wavefile')
  const wav = new wavefile.WaveFile(await readFile(audio))
  for (const { begin, text } of segments) {
    // With an end of its own readers find the first label only.
    wav.setCuePoint({ position: begin * 1000, label: terminalText(text).trim() })
  }
  return wav.toBuffer()
}

async function isWav(path: string): Promise<boolean> {
  let file: FileHandle | null = null
  try {
    file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAG_BYTES), 0, TAG_BYTES, 0)
    return bytesRead === TAG_BYTES && WAV_TAGS.includes(buffer.toString('latin1'))
  } catch (cause) {
    throw writeError(path, cause)
  } finally {
    await file?.close()
  }
}

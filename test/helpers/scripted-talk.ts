import { join } from 'node:path'
import type { TranscriptEvent } from '../../src/core/events.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'
import { folderWith, silentWav, spokenWords } from './program.js'

/** Words of a talk that the scripted backend plays, two a second. */
export const TEXTS: readonly string[] = Array.from({ length: 40 }, (_, index) => `w${index}`)
/** Length of the talk. */
export const SECONDS = 20

/** A folder with the talk, `talk.wav`, and its words. */
export const talkFolder = (): string => folderWith({ 'words.json': spokenWords(TEXTS), 'talk.wav': silentWav(SECONDS) })

/** A transcriber that plays the words of a folder. */
export const scripted = (cwd: string, settings: TranscriberSettings = {}, options = {}) =>
  createTranscriber({ backend: 'scripted', options: { script: join(cwd, 'words.json'), ...options }, ...settings })

/** All events of a stream. */
export async function eventsOf(stream: AsyncIterable<TranscriptEvent>): Promise<readonly TranscriptEvent[]> {
  const events: TranscriptEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

/** The words that are final. */
export const finalWords = (events: readonly TranscriptEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'text-final' ? event.segment.words.map(({ text }) => text) : []))

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TranscriptEvent } from '../../src/core/events.js'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import type { Transcriber } from '../../src/transcriber/transcriber.js'
import { eventsOf, finalWords } from '../helpers/scripted-talk.js'
import { fixturePath } from '../helpers/speech.js'
import { checkedVtt, readAgain, srtCues, written } from '../helpers/transcripts.js'

/** Without spaces. */
const letters = (text: string) => text.replace(/\s+/g, '')

describe('what the embedded model makes of recordings', () => {
  let transcriber: Transcriber
  beforeAll(async () => {
    transcriber = await createTranscriber({ vac: true })
  })
  afterAll(() => transcriber.close())

  it.each(['jfk', 'austen_870', 'austen_880', 'austen_890', 'austen_920', 'austen_930'])(
    'is the same text in every format, in valid subtitles: %s',
    async (name) => {
      const events: readonly TranscriptEvent[] = await eventsOf(transcriber.stream(fixturePath(name)))
      const text = letters(finalWords(events).join(''))
      expect(text.length).toBeGreaterThan(10)
      const srt = written('srt', events)
      const cues = srtCues(srt)
      expect(letters(cues.flatMap(({ lines }) => lines).join(''))).toBe(text)
      expect(await readAgain(srt, 'srt')).toEqual(cues)
      const vtt = written('vtt', events, { wordTimestamps: true })
      expect(checkedVtt(vtt).errors).toEqual([])
      expect(letters(written('txt', events))).toBe(text)
      const rows = written('tsv', events).trim().split('\n').slice(1)
      expect(letters(rows.map((row) => row.split('\t')[2]).join(''))).toBe(text)
      // A cue is shown while its words are said, and not much before.
      const [first] = events.flatMap((event) => (event.type === 'text-final' ? event.segment.words : []))
      expect(cues[0]?.begin).toBeCloseTo(first?.begin ?? Number.NaN, 2)
    },
  )
})

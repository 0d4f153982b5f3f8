import { describe, expect, it } from 'vitest'
import { mergeChannels } from '../../src/channels/merge-channels.js'
import type { ProgressEvent, TranscriptEvent } from '../../src/core/events.js'
import { END, final, said } from '../helpers/transcripts.js'

const OPTIONS = { separator: '', sentences: false, stepSec: 1, leave: () => {} }

const at = (recognizedSec: number, takenSec = recognizedSec): ProgressEvent => ({
  type: 'progress',
  takenSec,
  recognizedSec,
  lagSec: 0,
  computingSec: 0,
})
const text = (words: string, from: number) => final(said(words, { from }))
const partial = (from: number): TranscriptEvent => {
  const [word] = said('maybe', { from })
  if (word === undefined) throw new Error('there is no word')
  return { type: 'text-partial', segment: { ...word, words: [word] } }
}

async function* events(list: readonly TranscriptEvent[], failure?: Error) {
  for (const event of list) yield event
  if (failure) throw failure
}

async function merged(
  left: readonly TranscriptEvent[],
  right: readonly TranscriptEvent[],
  { failure, ...options }: Partial<typeof OPTIONS> & { readonly failure?: Error } = {},
) {
  const streams = [
    { name: 'Left', events: events(left, failure) },
    { name: 'Right', events: events(right) },
  ]
  const all: TranscriptEvent[] = []
  let error: unknown = null
  try {
    for await (const event of mergeChannels(streams, { ...OPTIONS, ...options })) all.push(event)
  } catch (thrown) {
    error = thrown
  }
  return { all, error, texts: textsOf(all) }
}

const textsOf = (all: readonly TranscriptEvent[]) =>
  all.flatMap((event) => (event.type === 'text-final' ? [`${event.channel}${event.segment.text}`] : []))

describe('the streams of channels', () => {
  it('are joined in order of what begins first, however early they come', async () => {
    const left = [text('one', 0), text('four', 9), END]
    const right = [at(1), at(2), text('two', 2), text('three', 5), END]
    expect((await merged(left, right)).texts).toEqual(['Left one', 'Right two', 'Right three', 'Left four'])
  })

  it('give text as soon as nobody else can have an earlier one', async () => {
    let asked = 0
    async function* slow() {
      for (const sec of [0, 1, 2, 3, 4, 5, 6, 7]) {
        asked++
        yield at(sec)
      }
      yield END
    }
    const streams = [
      { name: 'Left', events: events([text('early', 1), END]) },
      { name: 'Right', events: slow() },
    ]
    for await (const event of mergeChannels(streams, OPTIONS)) if (event.type === 'text-final') break
    expect(asked).toBeGreaterThan(3)
    expect(asked).toBeLessThan(8)
  })

  it('wait for text that may still change', async () => {
    const left = [text('second', 3), END]
    const right = [partial(1), at(9), at(10), text('first', 1), END]
    expect((await merged(left, right)).texts).toEqual(['Right first', 'Left second'])
  })

  it.each([
    ['is gone', { type: 'text-partial', segment: null } as const],
    ['begins later', partial(6)],
  ])('wait an update longer for text that may still change and %s', async (_, changed) => {
    const left = [text('second', 3), END]
    const updates = [partial(2), changed, partial(2)].flatMap((one, index) => [
      at(5 + index, 6 + index),
      one,
      at(6 + index),
    ])
    const right = [...updates, at(8, 9), text('first', 2), END]
    expect((await merged(left, right)).texts).toEqual(['Right first', 'Left second'])
  })

  it('wait no longer for text that was taken back', async () => {
    let asked = 0
    async function* doubtful() {
      yield partial(2)
      for (const sec of [5, 6, 7, 8, 9]) {
        asked++
        yield at(sec - 1, sec)
        yield partial(sec)
        yield at(sec)
      }
      yield END
    }
    const streams = [
      { name: 'Left', events: events([text('early', 3), END]) },
      { name: 'Right', events: doubtful() },
    ]
    for await (const event of mergeChannels(streams, OPTIONS)) if (event.type === 'text-final') break
    expect(asked).toBeLessThan(4)
  })

  it('are gathered into sentences before, each by itself', async () => {
    const left = [text('I am', 0), at(2), text('here.', 2), text('Yes.', 8), END]
    const right = [text('You', 1), text('are not.', 2), END]
    const { texts } = await merged(left, right, { sentences: true })
    expect(texts).toEqual(['Left I am here.', 'Right You are not.', 'Left Yes.'])
  })

  it('end when all have ended, those that failed last, with their error', async () => {
    const failed = { ...END, reason: 'failed' } as const
    const { all, error, texts } = await merged([text('so', 0), failed], [text('far', 8), END], {
      failure: new Error('broken'),
    })
    expect(texts).toEqual(['Left so', 'Right far'])
    expect(all.slice(-2)).toMatchObject([
      { type: 'end', reason: 'complete', channel: 'Right' },
      { type: 'end', reason: 'failed', channel: 'Left' },
    ])
    expect(String(error)).toBe('Error: broken')
  })
})

import { describe, expect, it } from 'vitest'
import { SharedWords } from '../../src/channels/shared-words.js'
import { rememberingLog } from '../helpers/logs.js'
import { final, said } from '../helpers/transcripts.js'

const SENTENCE = 'ask not what your country can do for you'
const OTHER = 'and mister dashwood had then leisure to consider how'

/** What is warned of when channels say this, each its text from a second on. */
function warnings(...texts: readonly (readonly [channel: string, text: string, fromSec: number])[]) {
  const log = rememberingLog()
  const shared = new SharedWords(log)
  for (const [channel, text, from] of texts) shared.take({ ...final(said(text, { from })), channel })
  return log.warnings
}

describe('channels that hear each other', () => {
  it('are told of once', () => {
    const told = warnings(['Right', SENTENCE, 0.2], ['Left', SENTENCE, 0], ['Right', OTHER, 12], ['Left', OTHER, 12])
    expect(told).toEqual([
      expect.stringMatching(/^Left and Right have the same words at the same times: .*--channels$/),
    ])
  })

  it('are told of where one speaks much and the other is heard in it', () => {
    expect(
      warnings(['Left', OTHER, 0], ['Left', OTHER, 10], ['Left', SENTENCE, 20], ['Right', SENTENCE, 20]),
    ).toHaveLength(1)
  })

  it.each([
    [
      'the same sentence is said after the other',
      [
        ['Left', SENTENCE, 0],
        ['Right', SENTENCE, 4],
      ],
    ],
    [
      'something else is said at once',
      [
        ['Left', SENTENCE, 0],
        ['Right', OTHER, 0],
      ],
    ],
    [
      'one channel says the same again',
      [
        ['Left', SENTENCE, 0],
        ['Left', SENTENCE, 0.1],
      ],
    ],
    [
      'a few words are the same',
      [
        ['Left', 'yes it is so', 0],
        ['Right', 'yes it is so', 0],
      ],
    ],
  ] as const)('are not, where %s', (_, texts) => {
    expect(warnings(...texts)).toEqual([])
  })
})

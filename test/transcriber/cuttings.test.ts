import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chance } from '../../bench/attacks/random.js'
import { excerpt, madeSounds } from '../../bench/attacks/sounds.js'
import { cutting, type Listener, listener, POLICIES, troubles } from '../../bench/attacks/streams.js'
import { SAMPLE_RATE } from '../../src/core/sample-rate.js'
import { fixture } from '../helpers/speech.js'
import { errorsOf, scoreOf } from '../helpers/word-errors.js'

/** Where two words are nearly as likely, a little more audio decides. */
const TIES = 3
/** Mostly nothing and now and then much; all at once, as a file comes through a pipe. */
const CUTTINGS = [2, 4]
const PIECES = 2
/** The model over a minute of speech, on a busy machine. */
const MAX_MS = 300_000

describe.each(POLICIES)('%s', (_, config) => {
  let ears: Listener
  beforeAll(async () => {
    ears = await listener(config)
  })
  afterAll(() => ears.close())

  it(
    'hears as much however the audio is cut into updates',
    async () => {
      const { audio } = fixture('jfk')
      const even = await ears.hear(audio, () => 1)
      expect(troubles(even)).toEqual([])
      for (const kind of CUTTINGS) {
        const heard = await ears.hear(audio, cutting(chance(kind), kind))
        const text = heard.lines.map((line) => line.text).join('')
        expect(troubles(heard)).toEqual([])
        expect(errorsOf(scoreOf('jfk', heard.lines)), text).toBeLessThanOrEqual(
          errorsOf(scoreOf('jfk', even.lines)) + TIES,
        )
      }
    },
    MAX_MS,
  )

  it(
    'hears each of sentences that are nearly the same when all come at once',
    async () => {
      const { audio } = fixture('two_cities')
      const { lines } = await ears.hear(audio.subarray(Math.round(1.2 * SAMPLE_RATE), 25 * SAMPLE_RATE), () => 60)
      expect(lines.map(({ text }) => text).join('')).toMatch(
        /season of darkness\W+it was the spring of hope\W+it was the winter/i,
      )
    },
    MAX_MS,
  )

  it(
    'stands pieces of music, noise and silence between speech',
    async () => {
      const random = chance(7)
      const sounds = [...Object.entries(madeSounds(random)), ['jfk', fixture('jfk').audio] as const]
      for (let piece = 0; piece < PIECES; piece++) {
        const { name, audio } = excerpt(sounds, random)
        expect(troubles(await ears.hear(audio, cutting(random, piece))), name).toEqual([])
      }
    },
    MAX_MS,
  )
})

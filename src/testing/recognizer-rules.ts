import { messageOf } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { ASRBase } from '../core/types.js'
import {
  checkEndShapes,
  checkFinite,
  checkInside,
  checkLimits,
  checkOrder,
  checkWordShapes,
  kindOf,
  textsOf,
} from '../core/word-checks.js'
import type { Harness, RawTranscript } from './harness.js'
import { type BackendRule, demand, demandUntouched, RuleViolation, succeed } from './rule.js'
import { bursts, everySound, part, type Sound, secondsOf } from './sounds.js'
import { everyTranscript, longSound, readTranscript, transcribeSound } from './transcript.js'

/** Far enough from the start of the stream that times of the stream cannot pass for times of the audio. */
const FAR_SEC = 1000
const PROMPTS = {
  'a long prompt': 'a long prompt that goes on and on, '.repeat(300),
  'a prompt of odd characters': 'Ünïcödé 日本語 עברית 👩‍🚀 \u0000\u0007\n\t <|endoftext|> <|0.00|> \ud800 "\'\\',
} as const

const of = 'recognizer'

/** What a recognizer gives: shapes and times. */
export const recognizerRules: readonly BackendRule[] = [
  {
    id: 'separator',
    of,
    title: 'sep is a string',
    async check(harness) {
      const asr = await harness.recognizer()
      demand(typeof asr.sep === 'string', `sep is ${kindOf(asr.sep)}`, "it is '' or what joins words")
      checkLimits(asr)
    },
  },
  ...everySound().map(
    ({ id, ...sound }): BackendRule => ({
      id: `hears-${id}`,
      of,
      title: `${sound.what}: recognized, with or without words`,
      check: (harness) => checkTranscript(sound, harness),
    }),
  ),
  {
    id: 'hears-long',
    of,
    title: 'audio longer than maxAudioSec: recognized, as --offline hands it over',
    check: async (harness) => checkTranscript(longSound(await harness.recognizer()), harness),
  },
  {
    id: 'words-shape',
    of,
    title: 'tsWords gives an array of { begin, end, text }',
    check: (harness) =>
      forEachAnswer(harness, 'words', async (answer, what) => {
        const [words] = await succeed(answer, `tsWords of ${what}`, 1)
        checkWordShapes(words, what)
      }),
  },
  {
    id: 'segment-ends-shape',
    of,
    title: 'segmentsEndTs gives an array of numbers',
    check: (harness) =>
      forEachAnswer(harness, 'ends', async (answer, what) => {
        const [ends] = await succeed(answer, `segmentsEndTs of ${what}`, 1)
        checkEndShapes(ends, what)
      }),
  },
  {
    id: 'times-finite',
    of,
    title: 'times are finite numbers',
    async check(harness) {
      for (const { words, ends, what } of await everyTranscript(harness)) checkFinite(words, ends, what)
    },
  },
  {
    id: 'times-in-order',
    of,
    title: 'words and segment ends are in order, and nothing ends before it begins',
    async check(harness) {
      for (const { words, ends, what } of await everyTranscript(harness)) checkOrder(words, ends, what)
    },
  },
  {
    id: 'times-inside',
    of,
    title: 'times lie in the audio',
    async check(harness) {
      for (const transcript of await everyTranscript(harness))
        checkInside(transcript.words, transcript.ends, transcript)
    },
  },
  {
    id: 'times-from-audio',
    of,
    title: 'times count from the start of the audio, wherever that lies in the stream',
    async check(harness) {
      const { main } = harness
      const position = { positionSamples: FAR_SEC * SAMPLE_RATE }
      const { words, ends, what } = await transcribeSound(await harness.recognizer(), main, harness, position)
      const far = [...words.map(({ begin }) => begin), ...ends].find((time) => time > FAR_SEC / 2)
      demand(
        far === undefined,
        `${what}, told to lie at ${FAR_SEC} s of a stream, has a time of ${far} s`,
        'times are seconds from the start of the audio, whatever positionSamples says',
      )
    },
  },
  {
    id: 'growing-buffer',
    of,
    title: 'a buffer that grows, and is then cut in front, is recognized each time',
    async check(harness) {
      const { main } = harness
      const asr = await harness.recognizer()
      const toSec = Math.floor(secondsOf(main.audio))
      const cuts = [...Array.from({ length: toSec }, (_, second) => [0, second + 1] as const), [1.3, toSec] as const]
      for (const [fromSec, untilSec] of cuts.filter(([from, until]) => from < until)) {
        await checkAtPosition(asr, part(main, fromSec, untilSec), fromSec, harness)
      }
    },
  },
  {
    id: 'same-again',
    of,
    title: 'the same audio gives the same words',
    async check(harness) {
      const asr = await harness.recognizer()
      const [first, second] = [
        await transcribeSound(asr, harness.main, harness),
        await transcribeSound(asr, harness.main, harness),
      ]
      demand(
        textsOf(first.words) === textsOf(second.words),
        `${first.what} gives ${textsOf(first.words)} first and ${textsOf(second.words)} the second time`,
        'a word is final once two updates agree on it, so they have to be the same',
      )
    },
  },
  ...Object.entries(PROMPTS).map(
    ([what, prompt]): BackendRule => ({
      id: what.includes('long') ? 'prompt-long' : 'prompt-odd',
      of,
      title: `${what} is accepted`,
      async check(harness) {
        const { main } = harness
        await transcribeSound(await harness.recognizer(), { ...main, what: `${main.what} after ${what}` }, harness, {
          prompt,
        })
      },
    }),
  ),
  {
    id: 'audio-untouched',
    of,
    title: 'audio stays as it is where leavesAudio says so',
    async check(harness) {
      const asr = await harness.recognizer()
      if (asr.leavesAudio !== true) return
      const { what, audio } = harness.main
      const handed = audio.slice()
      await succeed(() => asr.transcribe(handed, { prompt: '' }), `recognizing ${what}`, harness.withinSec)
      demandUntouched(handed, { what, audio })
    },
  },
  {
    id: 'result-untouched',
    of,
    title: 'a result is not changed by later recognitions',
    async check(harness) {
      const asr = await harness.recognizer()
      const { main } = harness
      const ask = () => asr.transcribe(main.audio.slice(), { prompt: '' })
      const result = await succeed(ask, `recognizing ${main.what}`, harness.withinSec)
      const before = JSON.stringify(await readTranscript(asr, result, main))
      await transcribeSound(asr, part(main, 0, secondsOf(main.audio) / 2), harness)
      await transcribeSound(asr, bursts(1.5), harness)
      const after = JSON.stringify(await readTranscript(asr, result, main))
      demand(
        before === after,
        `the result of ${main.what} was ${before} and is ${after} after two more recognitions`,
        'each call gives a result of its own',
      )
    },
  },
]

/** Hands over what tsWords or segmentsEndTs said of each sound, as a call that ends as theirs did. */
async function forEachAnswer(
  harness: Harness,
  about: keyof RawTranscript,
  check: (answer: () => readonly [unknown], what: string) => Promise<void>,
): Promise<void> {
  for (const sound of harness.sounds) {
    const raw = await harness.rawTranscript(sound)
    if (raw.kind !== 'value') continue
    const outcome = raw.value[about]
    const answer = (): readonly [unknown] => {
      if (outcome.kind === 'value') return outcome.value
      throw outcome.kind === 'error' ? outcome.error : new Error('it does not end')
    }
    await check(answer, sound.what)
  }
}

async function checkTranscript(sound: Sound, harness: Harness): Promise<void> {
  const outcome = await harness.rawTranscript(sound)
  const late = `recognizing ${sound.what} has not ended after ${harness.withinSec} s`
  demand(outcome.kind !== 'late', late, 'it has to end')
  if (outcome.kind === 'value') return
  throw new RuleViolation(
    `recognizing ${sound.what} fails: ${messageOf(outcome.error)}`,
    'give no words where there are none',
    outcome.error,
  )
}

/** A place in the stream must not carry words out of the audio that lie in it otherwise. */
async function checkAtPosition(asr: ASRBase, sound: Sound, fromSec: number, harness: Harness): Promise<void> {
  const placed = await transcribeSound(asr, sound, harness, { positionSamples: fromSec * SAMPLE_RATE })
  const outside = complaintOf(() => checkInside(placed.words, placed.ends, placed))
  if (outside === null) return
  const plain = await transcribeSound(asr, sound, harness)
  if (complaintOf(() => checkInside(plain.words, plain.ends, plain)) === null) throw outside
}

function complaintOf(check: () => void): unknown {
  try {
    check()
    return null
  } catch (broken) {
    return broken
  }
}

import { messageOf } from '../core/errors.js'
import type { Segment } from '../core/types.js'
import { checkFinite, checkInside, checkOrder, checkWordShapes, kindOf } from '../core/word-checks.js'
import type { Harness } from './harness.js'
import { type BackendRule, demand, RuleViolation, succeed } from './rule.js'
import { everySound } from './sounds.js'
import { type DrivenStream, drivenStreamOf, driveStream, everyDrivenStream, segmentsOf } from './stream-driver.js'

const FAR_SEC = 1000
const FORM = 'a segment is { begin, end, text, words } with seconds of the stream, and nothing new is null'
const of = 'processor'

/** What a processor gives: shapes and times. */
export const processorRules: readonly BackendRule[] = [
  ...everySound().map(
    ({ id, ...sound }): BackendRule => ({
      id: `plays-${id}`,
      of,
      title: `a stream of ${sound.what}: recognized, with or without words`,
      async check(harness) {
        const outcome = await drivenStreamOf(harness, sound)
        const late = `a stream of ${sound.what} has not ended after ${harness.withinSec} s`
        demand(outcome.kind !== 'late', late, 'it has to end')
        if (outcome.kind === 'value') return
        const fails = `a stream of ${sound.what} fails: ${messageOf(outcome.error)}`
        throw new RuleViolation(fails, 'give null where there is nothing', outcome.error)
      },
    }),
  ),
  {
    id: 'empty-pieces',
    of,
    title: 'pieces without samples do no harm',
    async check(harness) {
      const processor = await harness.processor()
      const what = `${harness.main.what} with empty pieces`
      await succeed(() => driveStream(processor, harness.main, { withEmptyPieces: true }), what, harness.withinSec)
    },
  },
  {
    id: 'efforts',
    of,
    title: 'setEffort, if there is one, may be called between any two updates: times stay in order and in the audio',
    async check(harness) {
      const processor = await harness.processor()
      if (!processor.setEffort) return
      const what = `${harness.main.what} with setEffort() between updates`
      const play = () => driveStream(processor, harness.main, { withEfforts: true })
      const segments = segmentsOf(await succeed(play, what, harness.withinSec))
      checkOrder(segments, [], what)
      checkTimes(segments, what, 0)
    },
  },
  {
    id: 'segment-shape',
    of,
    title: 'answers are null or { begin, end, text, words }',
    check: (harness) => forEachDrivenStream(harness, checkAnswers),
  },
  {
    id: 'nothing-is-null',
    of,
    title: 'what is not new is null: before there is audio, and after the end',
    check: checkNothing,
  },
  {
    id: 'times-finite',
    of,
    title: 'times are finite numbers',
    check: (harness) =>
      forEachDrivenStream(harness, (stream) => {
        const segments = segmentsOf(stream)
        checkFinite([...segments, ...segments.flatMap(({ words }) => words)], [], stream.what)
      }),
  },
  {
    id: 'times-in-order',
    of,
    title: 'segments and words are in order, and nothing ends before it begins',
    check: (harness) =>
      forEachDrivenStream(harness, (stream) => {
        const segments = segmentsOf(stream)
        checkOrder(segments, [], stream.what)
        checkOrder(
          segments.flatMap(({ words }) => words),
          [],
          stream.what,
        )
      }),
  },
  {
    id: 'times-inside',
    of,
    title: 'times lie in the audio that had been handed over',
    check: (harness) => forEachDrivenStream(harness, (stream) => checkTimes(segmentsOf(stream), stream.what, 0)),
  },
  {
    id: 'offset',
    of,
    title: 'times are seconds of the stream: init(offset) shifts them all',
    async check(harness) {
      const processor = await harness.processor()
      const what = `${harness.main.what} from ${FAR_SEC} s on`
      const call = () => driveStream(processor, harness.main, { offset: FAR_SEC })
      for (const { begin, end, text, words } of segmentsOf(await succeed(call, what, harness.withinSec))) {
        const near = [begin, end, ...words.flatMap((word) => [word.begin, word.end])].find((time) => time < FAR_SEC / 2)
        demand(near === undefined, `"${text}" of ${what} has a time of ${near} s`, `it counts from ${FAR_SEC} s on`)
      }
    },
  },
  {
    id: 'unconfirmed-shape',
    of,
    title: 'unconfirmed, if there is one, gives null or { begin, end, text, words }',
    check: (harness) =>
      forEachDrivenStream(harness, ({ unconfirmed, what }) => {
        for (const answer of unconfirmed) if (answer !== null) checkSegment(answer, `unconfirmed() of ${what}`)
      }),
  },
]

async function forEachDrivenStream(harness: Harness, check: (stream: DrivenStream) => void): Promise<void> {
  for (const stream of await everyDrivenStream(harness)) check(stream)
}

function checkAnswers({ answers, what }: DrivenStream): void {
  for (const { call, answer, consumedSec } of answers) {
    if (answer !== null) checkSegment(answer, `${call} at ${consumedSec} s of ${what}`)
  }
}

function checkSegment(answer: unknown, what: string): void {
  demand(
    typeof answer === 'object' && answer !== null && !Array.isArray(answer),
    `${what} gives ${kindOf(answer)}`,
    FORM,
  )
  const { begin, end, text, words } = answer as Partial<Segment>
  for (const [name, time] of Object.entries({ begin, end })) {
    demand(typeof time === 'number', `${name} of what ${what} gives is ${kindOf(time)}`, FORM)
  }
  demand(typeof text === 'string', `text of what ${what} gives is ${kindOf(text)}`, FORM)
  demand(text !== '', `${what} gives a segment without text`, FORM)
  checkWordShapes(words, `what ${what} gives`)
}

/** Each time against the audio that there was when it came. */
function checkTimes(segments: ReturnType<typeof segmentsOf>, what: string, fromSec: number): void {
  for (const { consumedSec, words, ...segment } of segments) {
    checkInside([{ ...segment }, ...words], [], { what, fromSec, toSec: consumedSec })
  }
}

async function checkNothing(harness: Harness): Promise<void> {
  const processor = await harness.processor()
  const nothing = async (call: 'processIter' | 'finish', when: string) => {
    const answer: unknown = await succeed(() => processor[call](), `${call} ${when}`, harness.withinSec)
    demand(answer === null, `${call} ${when} gives ${JSON.stringify(answer) ?? 'undefined'}`, 'nothing new is null')
  }
  processor.init()
  await nothing('processIter', 'before there is audio')
  await nothing('finish', 'before there is audio')
  await succeed(() => driveStream(processor, harness.main), `a stream of ${harness.main.what}`, harness.withinSec)
  await nothing('finish', 'for the second time')
}

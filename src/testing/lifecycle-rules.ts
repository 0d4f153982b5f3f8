import type { ASRBase } from '../core/types.js'
import { textsOf } from '../core/word-checks.js'
import type { Harness } from './harness.js'
import {
  type BackendRule,
  demand,
  isTyped,
  MOMENTS,
  type Outcome,
  outcomeOf,
  RuleViolation,
  shown,
  succeed,
} from './rule.js'
import { bursts, hum, type Sound } from './sounds.js'
import { type KitTranscript, readTranscript, transcribeSound } from './transcript.js'

/** Audio that takes a while. */
const LONG_SEC = 25
const TYPED = 'a failure is an error of asr-stream, as BackendError'

const of = 'recognizer'

/** How a recognizer behaves: when it is stopped, asked twice at once, shared, closed. */
export const lifecycleRules: readonly BackendRule[] = [
  {
    id: 'abort-before',
    of,
    title: 'with a signal that is aborted already it rejects with its reason, or ends',
    async check(harness) {
      const asr = await harness.recognizer()
      const reason = new Error('nobody wants this any more')
      checkAborted(
        await aborted(asr, harness.main, AbortSignal.abort(reason), harness),
        reason,
        'before it began',
        harness,
      )
    },
  },
  {
    id: 'abort-running',
    of,
    title: 'aborted while it runs it rejects with the reason of the signal, or ends, soon',
    async check(harness) {
      const reason = new Error('nobody wants this any more')
      const asr = await harness.recognizer()
      for (const moment of MOMENTS)
        checkAborted(await abortedAfter(moment, asr, reason, harness), reason, 'while it ran', harness)
    },
  },
  {
    id: 'after-abort',
    of,
    title: 'after an abort it works as before',
    check: (harness) =>
      harness.fresh(async ({ asr }) => {
        if (!asr) return
        const before = await transcribeSound(asr, harness.main, harness)
        await aborted(asr, harness.main, AbortSignal.abort(), harness)
        for (const moment of MOMENTS) await abortedAfter(moment, asr, new Error('not wanted'), harness)
        const after = await transcribeSound(
          asr,
          { ...harness.main, what: `${harness.main.what} after an abort` },
          harness,
        )
        demand(
          textsOf(before.words) === textsOf(after.words),
          `${before.what} gives ${textsOf(before.words)}, and ${textsOf(after.words)} after an abort`,
          'an abort ends one call and leaves nothing behind',
        )
      }),
  },
  {
    id: 'concurrent',
    of,
    title: 'two calls at once give what each gives alone, or reject with a typed error',
    async check(harness) {
      const asr = await harness.recognizer()
      await checkTogether([asr, asr], harness)
    },
  },
  {
    id: 'sessions',
    of,
    title: 'sessions, if there are any, share the model and nothing else',
    check: (harness) => harness.fresh(async ({ asr }) => (asr?.session ? checkSessions(asr, harness) : undefined)),
  },
  {
    id: 'translation',
    of,
    title: 'setTranslateTask, if there is one, works or says with a typed error that the model cannot translate',
    check: (harness) =>
      harness.fresh(async ({ asr }) => {
        const outcome = await outcomeOf(() => asr?.setTranslateTask?.(), 1)
        if (outcome.kind === 'error') {
          demand(isTyped(outcome.error), `setTranslateTask throws ${shown(outcome.error)}`, TYPED)
        } else if (asr) await transcribeSound(asr, harness.main, harness)
      }),
  },
  {
    id: 'after-close',
    of,
    title: 'closed, it rejects with a typed error, or answers',
    check: (harness) =>
      harness.fresh(async ({ asr }) => {
        if (!asr?.close) return
        await succeed(() => asr.close?.(), 'close()', harness.withinSec)
        const { what, audio } = harness.main
        const outcome = await outcomeOf(() => asr.transcribe(audio.slice(), { prompt: '' }), harness.withinSec)
        demand(outcome.kind !== 'late', `recognizing ${what} after close() does not end`, 'it rejects')
        if (outcome.kind === 'error') {
          demand(isTyped(outcome.error), `recognizing ${what} after close() throws ${shown(outcome.error)}`, TYPED)
        }
      }),
  },
  {
    id: 'close-twice',
    of: 'all',
    title: 'closing it twice does no harm',
    check: (harness) =>
      harness.fresh(async ({ asr, processor }) => {
        const closable = asr ?? processor
        await succeed(async () => closable.close?.(), 'close()', harness.withinSec)
        await succeed(async () => closable.close?.(), 'the second close()', harness.withinSec)
      }),
  },
]

function aborted(asr: ASRBase, { audio }: Sound, signal: AbortSignal, harness: Harness): Promise<Outcome<unknown>> {
  return outcomeOf(() => asr.transcribe(audio.slice(), { prompt: '', signal }), harness.abortWithinSec)
}

async function abortedAfter(
  moment: () => Promise<void>,
  asr: ASRBase,
  reason: Error,
  harness: Harness,
): Promise<Outcome<unknown>> {
  const abort = new AbortController()
  const running = (async () => asr.transcribe(bursts(LONG_SEC).audio, { prompt: '', signal: abort.signal }))()
  // What fails before it is asked about must not end the process.
  running.catch(() => {})
  await moment()
  abort.abort(reason)
  return outcomeOf(() => running, harness.abortWithinSec)
}

function checkAborted(outcome: Outcome<unknown>, reason: Error, when: string, { abortWithinSec }: Harness): void {
  demand(
    outcome.kind !== 'late',
    `a recognition that was aborted ${when} has not ended after ${abortWithinSec} s`,
    'look at signal.aborted while computing',
  )
  if (outcome.kind === 'value') return
  demand(
    outcome.error === reason,
    `a recognition that was aborted ${when} rejects with ${shown(outcome.error)}`,
    'it rejects with signal.reason itself, as signal.throwIfAborted() does',
  )
}

/** Each recognizer gets a sound of its own at the same time as the other. */
async function checkTogether([first, second]: readonly [ASRBase, ASRBase], harness: Harness): Promise<void> {
  const pairs = [
    [first, harness.main],
    [second, { ...hum(2.5), what: 'a hum' }],
  ] as const
  const alone: KitTranscript[] = []
  for (const [asr, sound] of pairs) alone.push(await transcribeSound(asr, sound, harness))
  const outcomes = await Promise.all(
    pairs.map(([asr, { audio }]) => outcomeOf(() => asr.transcribe(audio.slice(), { prompt: '' }), harness.withinSec)),
  )
  for (const [index, [asr, sound]] of pairs.entries()) {
    const outcome = outcomes[index]
    const before = alone[index]
    if (!outcome || !before) continue
    demand(
      outcome.kind !== 'late',
      `recognizing ${sound.what} beside another sound does not end`,
      'calls may wait, but end',
    )
    if (outcome.kind === 'error') {
      const what = `recognizing ${sound.what} beside another sound throws ${shown(outcome.error)}`
      if (!isTyped(outcome.error)) throw new RuleViolation(what, TYPED, outcome.error)
      continue
    }
    const { words } = await readTranscript(asr, outcome.value, sound)
    demand(
      textsOf(words) === textsOf(before.words),
      `${sound.what} gives ${textsOf(before.words)} alone and ${textsOf(words)} beside another sound`,
      'calls must not share what they compute with: let the second one wait',
    )
  }
}

async function checkSessions(asr: ASRBase, harness: Harness): Promise<void> {
  const open = async () => succeed(async () => asr.session?.(), 'session()', harness.withinSec)
  const [first, second] = [await open(), await open()]
  for (const session of [first, second]) {
    demand(
      typeof session?.transcribe === 'function' && typeof session.tsWords === 'function',
      'session() gives no recognizer',
      'it gives a promise of one',
    )
  }
  if (!first || !second) return
  await checkTogether([first, second], harness)
  await succeed(async () => first.close?.(), 'closing a session', harness.withinSec)
  for (const [whose, other] of [
    ['another session', second],
    ['the recognizer that it came from', asr],
  ] as const) {
    const what = `${harness.main.what} by ${whose}, after a session was closed,`
    await transcribeSound(other, { ...harness.main, what }, harness)
  }
}

import type { Recording } from '../corpus.js'
import { mean, quantile } from '../measures.js'
import { type Entrant, knows } from './entrants.js'
import { errorsOf, type Group, groupOf, type Heard, heardWell } from './groups.js'
import { blocksOf, type Interval, interval, rate, rateDifference } from './intervals.js'
import type { Runs } from './runs.js'

/** A program with a model over the recordings of a group that it has heard. */
export interface Standing {
  readonly model: string
  readonly program: string
  readonly own: boolean
  readonly heard: readonly Heard[]
  readonly errors: number
  readonly words: number
  /** Errors over words. */
  readonly errorRate: number
  readonly errorRateInterval: Interval | null
  /** Seconds; NaN when all text comes at the end, or nothing has a time. */
  readonly lagMean: number
  readonly lagP95: number
}

/** One of ours beside its peer, over the recordings that both have heard. */
export interface Difference {
  readonly model: string
  readonly ours: string
  readonly peer: string
  readonly recordings: number
  /** Ours minus those of the peer. */
  readonly errors: number
  readonly errorRate: number
  readonly errorRateInterval: Interval | null
}

/** All programs over one group of recordings. */
export interface GroupStanding {
  readonly group: Group
  /** All of the group, in order. */
  readonly recordings: readonly string[]
  readonly standings: readonly Standing[]
  readonly differences: readonly Difference[]
}

/** How all entrants stand, by groups, from what they have heard so far. */
export function standingsOf(
  recordings: readonly Recording[],
  entrants: readonly Entrant[],
  runs: Runs,
): readonly GroupStanding[] {
  const names = [...new Set(recordings.map(({ language }) => groupOf(language).name))]
  return names.map((name) => {
    const members = recordings.filter(({ language }) => groupOf(language).name === name)
    const language = members[0]!.language
    const standings = entrants
      .filter(({ model }) => knows(model, language))
      .map((entrant) => standingOf(entrant, members, runs))
      .filter(({ heard }) => heard.length > 0)
    return {
      group: groupOf(language),
      recordings: members.map((member) => member.name),
      standings,
      differences: entrants.flatMap((entrant) => differenceOf(entrant, standings)),
    }
  })
}

function standingOf(entrant: Entrant, members: readonly Recording[], runs: Runs): Standing {
  const { model, contestant } = entrant
  const heard = members.flatMap((recording) => {
    const run = runs.heard(entrant, recording.name)
    return run === null ? [] : [heardWell(recording, run.lines)]
  })
  const blocks = heard.flatMap(({ errors }) => blocksOf([errors]))
  const lags = contestant.offline ? [] : heard.flatMap((one) => one.lags)
  return {
    model,
    program: contestant.name,
    own: contestant.own,
    heard,
    errors: heard.reduce((sum, one) => sum + errorsOf(one), 0),
    words: heard.reduce((sum, { errors }) => sum + errors.length, 0),
    errorRate: rate(blocks),
    errorRateInterval: interval(blocks, (chosen) => rate(chosen)),
    lagMean: mean(lags),
    lagP95: quantile(lags, 0.95),
  }
}

function differenceOf({ model, contestant, against }: Entrant, standings: readonly Standing[]): readonly Difference[] {
  const find = (program: string | null) => standings.find((one) => one.model === model && one.program === program)
  const [ours, peer] = [find(contestant.name), find(against)]
  if (!ours || !peer) return []
  const pairs = ours.heard.flatMap((mine) => {
    const theirs = peer.heard.find(({ recording }) => recording === mine.recording)
    return theirs ? [[mine, theirs] as const] : []
  })
  if (pairs.length === 0) return []
  const blocks = pairs.flatMap(([mine, theirs]) => blocksOf([mine.errors, theirs.errors]))
  return [
    {
      model,
      ours: ours.program,
      peer: peer.program,
      recordings: pairs.length,
      errors: pairs.reduce((sum, [mine, theirs]) => sum + errorsOf(mine) - errorsOf(theirs), 0),
      errorRate: rateDifference(blocks),
      errorRateInterval: interval(blocks, rateDifference),
    },
  ]
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pairedContestants } from '../peers/configurations.js'
import type { Contestant } from '../peers/contestant.js'
import { findPeers, folderOfModel, INCLUDED_MODEL } from '../peers/peers.js'
import { fingerprintOf } from './fingerprint.js'

/** Variable of `NAME=FOLDER` with commas between: model folders of this program. */
const MODEL_FOLDERS = 'ASR_BENCH_MODEL_DIRS'
const INCLUDED_FOLDER = fileURLToPath(new URL('../../models/whisper-tiny.en/', import.meta.url))
const BUILD = fileURLToPath(new URL('../../dist/', import.meta.url))
const LAUNCHERS = fileURLToPath(new URL('../peers/launchers/', import.meta.url))

/** A program with a model. */
export interface Entrant {
  readonly model: string
  readonly contestant: Contestant
  /** The peer that one of ours is measured by; null for a peer. */
  readonly against: string | null
  /** Changes with the program, its options and the weights: what another one heard says nothing about this one. */
  readonly fingerprint: string
}

/** Who takes part, ours first, and why others do not, a sentence each. */
export interface Entrants {
  readonly entrants: readonly Entrant[]
  readonly skipped: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** All programs with all models, as far as they are on this machine; peers only when they are asked for. */
export function findEntrants(models: readonly string[], withPeers: boolean, environment: Environment): Entrants {
  const found = models.flatMap((model) => [
    ownEntrants(model, environment),
    ...(withPeers ? [peerEntrants(model, environment)] : []),
  ])
  const entrants = found.flatMap((one) => one.entrants)
  const isOwn = ({ contestant }: Entrant) => contestant.own
  return {
    entrants: [...entrants.filter(isOwn), ...entrants.filter((one) => !isOwn(one))],
    skipped: found.flatMap((one) => one.skipped),
  }
}

/** Whether a model can be asked to write a language: names that end with `.en` are those of English-only models. */
export function knows(model: string, language: string): boolean {
  return language === 'en' || !model.endsWith('.en')
}

function ownEntrants(model: string, environment: Environment): Entrants {
  const named = folderOfModel(environment[MODEL_FOLDERS] ?? '', model)
  const folder = named === '' && model === INCLUDED_MODEL ? INCLUDED_FOLDER : named
  if (folder === '') return without(`asr-stream ${model} is skipped: ${MODEL_FOLDERS} names no folder for ${model}`)
  const description = join(folder, 'asr-stream.json')
  if (!existsSync(description))
    return without(`asr-stream ${model} is skipped: there is no asr-stream.json in ${folder}`)
  const build = readdirSync(BUILD, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .sort()
    .map((path) => readFileSync(join(BUILD, path)))
  const program = fingerprintOf([...build, readFileSync(description)])
  const entrants = pairedContestants(['--model-dir', folder]).map(({ contestant, against, options }) => ({
    model,
    contestant,
    against,
    fingerprint: fingerprintOf([program, options]),
  }))
  return { entrants, skipped: [] }
}

function peerEntrants(model: string, environment: Environment): Entrants {
  const { contestants, skipped } = findPeers(environment, model)
  const wanted = new Set(pairedContestants([]).map(({ against }) => against))
  const weights = folderOfModel(environment.ASR_BENCH_CTRANSLATE2_MODEL ?? '', model)
  const launchers = readdirSync(LAUNCHERS)
    .filter((file) => file.endsWith('.py'))
    .sort()
  return {
    entrants: contestants
      .filter(({ name }) => wanted.has(name))
      .map((contestant) => ({
        model,
        contestant,
        against: null,
        fingerprint: fingerprintOf([
          readFileSync(join(weights, 'model.bin')),
          ...launchers.map((file) => readFileSync(join(LAUNCHERS, file))),
          contestant.name,
        ]),
      })),
    skipped: skipped
      .filter((line) => [...wanted].some((name) => line.startsWith(name)))
      .map((line) => `${model}: ${line}`),
  }
}

function without(reason: string): Entrants {
  return { entrants: [], skipped: [reason] }
}

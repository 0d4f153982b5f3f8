import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Command, nodeCommand } from '../run-program.js'
import { type Audio, type Contestant, THREADS } from './contestant.js'

/** Environment variables that say where the peers are; bench/README.md explains each. */
const VARIABLES = {
  python: 'ASR_BENCH_PYTHON',
  ctranslate2Model: 'ASR_BENCH_CTRANSLATE2_MODEL',
  openaiModel: 'ASR_BENCH_OPENAI_MODEL',
  whisperStreaming: 'ASR_BENCH_WHISPER_STREAMING',
  simulStreaming: 'ASR_BENCH_SIMULSTREAMING',
  transformersJs: 'ASR_BENCH_TRANSFORMERS_JS',
  transformersJsModel: 'ASR_BENCH_TRANSFORMERS_JS_MODEL',
} as const

type Place = keyof typeof VARIABLES
type Places = Readonly<Record<Place, string>> & { readonly model: string }

interface Peer {
  readonly name: string
  readonly offline?: boolean
  readonly needs: readonly Place[]
  command(places: Places, audio: Audio): Omit<Command, 'name'>
}

const PEERS: readonly Peer[] = [
  {
    name: 'whisper_online.py, 1 s',
    needs: ['python', 'whisperStreaming', 'ctranslate2Model'],
    command: (places, { audio, language }) =>
      python(places, 'whisper_online.py', [
        ...[places.whisperStreaming, String(THREADS), audio],
        ...['--backend', 'faster-whisper', '--model', places.model, '--model_dir', places.ctranslate2Model],
        ...['--lan', language, '--min-chunk-size', '1', '--comp_unaware', '--log-level', 'WARNING'],
      ]),
  },
  simulStreaming('1.0'),
  simulStreaming('0.5'),
  fasterWhisper('greedy', 1),
  fasterWhisper('beam 5', 5),
  {
    name: 'transformers.js q8',
    offline: true,
    needs: ['transformersJs', 'transformersJsModel'],
    command: ({ transformersJs, transformersJsModel }, { audio }) =>
      nodeCommand(launcher('transformers.mjs'), [transformersJs, transformersJsModel, audio, String(THREADS)]),
  },
]

function simulStreaming(seconds: string): Peer {
  return {
    name: `SimulStreaming, ${Number(seconds)} s`,
    needs: ['python', 'simulStreaming', 'openaiModel'],
    command: (places, { audio, language }) =>
      python(places, 'simulstreaming.py', [
        ...[places.simulStreaming, String(THREADS), places.openaiModel, audio],
        ...['--language', language, '--task', 'transcribe', '--min-chunk-size', seconds],
        ...['--comp_unaware', '--out-txt', '--log-level', 'WARNING'],
      ]),
  }
}

function fasterWhisper(search: string, beamSize: number): Peer {
  return {
    name: `faster-whisper ${search}`,
    offline: true,
    needs: ['python', 'ctranslate2Model'],
    command: (places, { audio, language }) =>
      python(places, 'faster_whisper_offline.py', [
        ...[places.ctranslate2Model, audio, language, String(THREADS), String(beamSize)],
      ]),
  }
}

function python({ python }: Places, script: string, args: readonly string[]): Omit<Command, 'name'> {
  const env = { OMP_NUM_THREADS: String(THREADS), HF_HUB_OFFLINE: '1' }
  return { file: python, args: [launcher(script), ...args], env }
}

function launcher(file: string): string {
  return fileURLToPath(new URL(`./launchers/${file}`, import.meta.url))
}

/** The peers that are there, and why each of the others is not, in a sentence that begins with its name. */
export interface FoundPeers {
  readonly contestants: readonly Contestant[]
  readonly skipped: readonly string[]
}

/** The model that the repository has. */
export const INCLUDED_MODEL = 'tiny.en'

/** Looks for the peers of a model where the environment says they are. */
export function findPeers(
  environment: Readonly<Record<string, string | undefined>>,
  model: string = INCLUDED_MODEL,
): FoundPeers {
  const contestants: Contestant[] = []
  const skipped: string[] = []
  const found = Object.fromEntries(
    Object.entries(VARIABLES).map(([place, variable]) => [place, environment[variable] ?? '']),
  ) as Readonly<Record<Place, string>>
  const places = { ...found, model, ctranslate2Model: folderOfModel(found.ctranslate2Model, model) }
  for (const { name, offline = false, needs, command } of PEERS) {
    const lacking = needs.flatMap((place) => lack(VARIABLES[place], found[place], places[place], model))
    if (lacking.length > 0) skipped.push(`${name} is skipped: ${lacking.join(', ')}`)
    else contestants.push({ name, own: false, offline, command: (audio) => ({ ...command(places, audio), name }) })
  }
  return { contestants, skipped }
}

/**
 * The folder of a model in a variable of `NAME=FOLDER` with commas between; a folder alone is that of the included
 * model. Empty where there is none.
 */
export function folderOfModel(variable: string, model: string): string {
  if (!variable.includes('=')) return model === INCLUDED_MODEL ? variable : ''
  const entry = variable.split(',').find((one) => one.startsWith(`${model}=`))
  return entry?.slice(model.length + 1) ?? ''
}

function lack(variable: string, value: string, path: string, model: string): string[] {
  if (value === '') return [`${variable} is not set`]
  if (path === '') return [`${variable} names no folder for ${model}`]
  return existsSync(path) ? [] : [`${variable} names ${path}, which is not there`]
}

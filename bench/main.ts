import '../src/backends/onnx/telemetry.js'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { hasSpaces } from '../src/evaluation/material/spoken.js'
import { type Recording, readCorpus } from './corpus.js'
import { endurance } from './long/endurance.js'
import { streamsInRealTime } from './long/streams.js'
import { describeMachine } from './machine.js'
import { scoreRecording } from './measures.js'
import { compareModels } from './models/compare-models.js'
import { compare } from './peers/compare.js'
import { runProgram } from './run-program.js'
import { type BenchRow, markdownTable } from './table.js'

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))
/** What the included model knows, and recordings without speech. */
const ENGLISH = ['en', 'zxx']
const RESULTS = fileURLToPath(new URL('./results/', import.meta.url))

interface BenchOptions {
  readonly only?: string
  readonly modelDir?: string
  readonly args: string
  readonly name?: string
  readonly save: boolean
  readonly peers: boolean
  readonly models?: string
  readonly minutes?: number
  readonly runs: number
  readonly programs?: string
  readonly endurance?: number
  readonly streams?: readonly number[]
}

const program = new Command('npm run bench --')
  .description('Runs asr-stream over recorded speech and prints word error rate, lag, computing time and memory.')
  .argument('[folder]', 'folder of NAME.wav and NAME.ref.json', FIXTURES)
  .option('--only <names>', 'recordings, with commas between; by default those whose language the model knows')
  .option('--model-dir <folder>', 'a model besides the included one, which hears all languages that it knows')
  .option('--args <options>', 'options of asr-stream', '--comp-unaware --min-chunk-size 1')
  .option('--peers', 'run it in several configurations beside other programs, see bench/README.md', false)
  .option('--models <names>', 'word errors of these models, by groups of languages; with --peers beside them')
  .option('--minutes <count>', 'with --models: start no run after so many minutes; the same command goes on', Number)
  .option('--runs <count>', 'with --peers: runs of each program', Number, 3)
  .option('--programs <names>', 'with --peers or --models: parts of names of programs, with commas between')
  .option(
    '--endurance <minutes>',
    'one run over so much audio, the recordings again and again: memory and computing',
    Number,
  )
  .option('--streams <counts>', 'so many streams of the first recording at once in real time, as 1,8', numbers)
  .option('--name <name>', 'name of the files that are stored (default: latest, or peers)')
  .option('--no-save', 'print only')
  .action(bench)

await program.parseAsync()

async function bench(folder: string, options: BenchOptions): Promise<void> {
  const isOfAll = options.models !== undefined || options.modelDir !== undefined
  const recordings = chosen(await readCorpus(folder), options.only?.split(','), isOfAll ? null : ENGLISH)
  if (recordings.length === 0) throw new Error(`no recording to run in ${folder}`)
  if (options.models !== undefined) await benchModels(recordings, options.models.split(','), options)
  else if (options.peers) await benchPeers(recordings, options)
  else if (options.endurance)
    await benchLong('endurance', await endurance(recordings, options.endurance, options.args), options)
  else if (options.streams)
    await benchLong('streams', await streamsInRealTime(recordings[0]!, options.streams, options.args), options)
  else await benchOwn(folder, recordings, options)
}

async function benchLong(kind: string, table: string, { args, name = kind, save }: BenchOptions): Promise<void> {
  const report = `\`${args}\`, ${describeMachine()}\n\n${table}\n`
  process.stdout.write(`${report}\n`)
  if (!save) return
  await mkdir(RESULTS, { recursive: true })
  await writeFile(join(RESULTS, `${name}.md`), report)
}

function numbers(list: string): readonly number[] {
  return list.split(',').map(Number)
}

function benchPeers(recordings: readonly Recording[], options: BenchOptions): Promise<void> {
  const { runs, programs, name = 'peers', save } = options
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs has to be a whole number from 1')
  return compare({
    recordings,
    runs,
    ...(programs === undefined ? {} : { programs: programs.split(',') }),
    ...(save ? { save: { folder: RESULTS, name } } : {}),
  })
}

function benchModels(
  recordings: readonly Recording[],
  models: readonly string[],
  { peers, programs, minutes = Number.POSITIVE_INFINITY, name = 'models', save }: BenchOptions,
): Promise<void> {
  const asked = programs?.split(',') ?? null
  return compareModels({ recordings, models, programs: asked, peers, minutes, folder: RESULTS, name, save })
}

/** The included model, and another one where it is given, over the recordings that they know. */
async function benchOwn(
  folder: string,
  recordings: readonly Recording[],
  { args, modelDir, name = 'latest', save }: BenchOptions,
): Promise<void> {
  const models = [
    { title: 'tiny.en, which is included', args, recordings: chosen(recordings, undefined, ENGLISH) },
    ...(modelDir === undefined
      ? []
      : [
          {
            title: basename(modelDir),
            args: `${args} --model-dir ${modelDir}`,
            recordings: knownTo(modelDir, recordings),
          },
        ]),
  ].filter((model) => model.recordings.length > 0)
  if (models.length === 0) throw new Error('the included model knows English only: give --model-dir as well')
  const results = []
  for (const model of models) results.push({ model: model.title, rows: await rowsOf(model.recordings, model.args) })
  const tables = results.map(({ model, rows }) => `## ${model}\n\n${markdownTable(rows)}\n`)
  const report = `${describeRun(args, folder)}\n\n${tables.join('\n')}`
  process.stdout.write(`${report}\n`)
  if (!save) return
  await mkdir(RESULTS, { recursive: true })
  await writeFile(join(RESULTS, `${name}.md`), report)
  const data = { args, date: new Date().toISOString(), machine: describeMachine(), results }
  await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(data, null, 1)}\n`)
}

async function rowsOf(recordings: readonly Recording[], args: string): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = []
  for (const recording of recordings) {
    const language = recording.language === 'zxx' ? 'en' : recording.language
    const { lines, ...run } = await runProgram(['--lan', language, ...args.split(' '), recording.audio])
    rows.push({
      recording: recording.name,
      unit: hasSpaces(language) ? 'words' : 'characters',
      durationSec: recording.durationSec,
      score: scoreRecording(recording, lines),
      run,
    })
    process.stderr.write(`${recording.name} done\n`)
  }
  return rows
}

function knownTo(modelDir: string, recordings: readonly Recording[]): readonly Recording[] {
  return basename(modelDir).endsWith('.en') ? chosen(recordings, undefined, ENGLISH) : recordings
}

/** By name, or all in some languages; in any where these are null. */
function chosen(
  recordings: readonly Recording[],
  only: readonly string[] | undefined,
  languages: readonly string[] | null,
): readonly Recording[] {
  if (only) return recordings.filter(({ name }) => only.includes(name))
  return recordings.filter(({ language }) => languages?.includes(language) ?? true)
}

function describeRun(args: string, folder: string): string {
  return `\`asr-stream ${args}\` over ${basename(folder.replace(/\/$/, ''))}, ${describeMachine()}`
}

import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { type Recording, readCorpus } from './corpus.js'
import { score } from './measures.js'
import { runProgram } from './run-program.js'
import { type BenchRow, markdownTable } from './table.js'

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))
const RESULTS = fileURLToPath(new URL('./results/', import.meta.url))

interface BenchOptions {
  readonly only?: string
  readonly args: string
  readonly name: string
  readonly save: boolean
}

const program = new Command('npm run bench --')
  .description('Runs asr-stream over recorded speech and prints word error rate, lag, computing time and memory.')
  .argument('[folder]', 'folder of NAME.wav and NAME.ref.json', FIXTURES)
  .option('--only <names>', 'recordings, with commas between; those in English and without speech by default')
  .option('--args <options>', 'options of asr-stream', '--comp-unaware --min-chunk-size 1')
  .option('--name <name>', 'name of the table that is stored', 'latest')
  .option('--no-save', 'print only')
  .action(bench)

await program.parseAsync()

async function bench(folder: string, { only, args, name, save }: BenchOptions): Promise<void> {
  const recordings = chosen(await readCorpus(folder), only?.split(','))
  if (recordings.length === 0) throw new Error(`no recording to run in ${folder}`)
  const rows: BenchRow[] = []
  for (const recording of recordings) {
    const { lines, ...run } = await runProgram([
      '--lan',
      recording.language === 'zxx' ? 'en' : recording.language,
      ...args.split(' '),
      recording.audio,
    ])
    rows.push({
      recording: recording.name,
      durationSec: recording.durationSec,
      score: score(recording.words, lines),
      run,
    })
    process.stderr.write(`${recording.name} done\n`)
  }
  const report = `${describeMachine(args, folder)}\n\n${markdownTable(rows)}\n`
  process.stdout.write(`${report}\n`)
  if (!save) return
  await mkdir(RESULTS, { recursive: true })
  await writeFile(join(RESULTS, `${name}.md`), report)
  await writeFile(
    join(RESULTS, `${name}.json`),
    `${JSON.stringify({ args, date: new Date().toISOString(), rows }, null, 1)}\n`,
  )
}

function chosen(recordings: readonly Recording[], only: readonly string[] | undefined): readonly Recording[] {
  if (only) return recordings.filter(({ name }) => only.includes(name))
  return recordings.filter(({ language }) => language === 'en' || language === 'zxx')
}

function describeMachine(args: string, folder: string): string {
  const processors = cpus()
  const machine = `${processors.length} x ${processors[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`
  return `\`asr-stream ${args}\` over ${basename(folder.replace(/\/$/, ''))}, ${new Date().toISOString().slice(0, 10)}, ${machine}`
}

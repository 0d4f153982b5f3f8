import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { type Recording, readCorpus } from './corpus.js'
import { score } from './measures.js'
import { PROGRAM } from './run-program.js'
import { alignedTable } from './table.js'

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))
const HEADER_BYTES = 44
const RUN_TIMEOUT_MS = 300_000
/** The modes, by name, with their options. */
const MODES: Readonly<Record<string, string>> = {
  offline: '--offline',
  'local-agreement': '--comp-unaware --min-chunk-size 1',
  alignatt: '--comp-unaware --min-chunk-size 0.5 --policy alignatt',
  'local-agreement-vac': '--comp-unaware --min-chunk-size 1 --vac',
  'alignatt-vac': '--comp-unaware --min-chunk-size 0.5 --policy alignatt --vac',
  'local-agreement-vad': '--comp-unaware --min-chunk-size 1 --vad',
  'alignatt-vad': '--comp-unaware --min-chunk-size 0.5 --policy alignatt --vad',
}

interface LevelOptions {
  readonly only?: string
  readonly modes: string
  readonly peaks: string
  readonly args: string
  readonly program: string
  readonly lock?: string
}

await new Command('bench/levels.ts')
  .description('Word errors of recordings scaled to several levels, in steps of 16 bit, for each mode.')
  .argument('[folder]', 'folder of NAME.wav (16 bit, 16 kHz, mono) and NAME.ref.json', FIXTURES)
  .option('--only <names>', 'recordings, with commas between; all in English and without speech by default')
  .option('--modes <names>', 'modes, with commas between', Object.keys(MODES).join(','))
  .option('--peaks <levels>', 'levels of the loudest sample in dBFS, with commas between', '0,-10,-20,-30,-40,-50')
  .option('--args <options>', 'more options of asr-stream, as --keep-level', '')
  .option('--program <path>', 'bin/asr-stream.js of another version', PROGRAM)
  .option('--lock <file>', 'held with flock during each run, not longer, where several measure on one machine')
  .action(bench)
  .parseAsync()

async function bench(folder: string, options: LevelOptions): Promise<void> {
  const names = options.only?.split(',')
  const recordings = (await readCorpus(folder)).filter(({ name, language }) =>
    names ? names.includes(name) : language === 'en' || language === 'zxx',
  )
  const peaks = options.peaks.split(',').map(Number)
  const work = await mkdtemp(join(tmpdir(), 'asr-levels-'))
  try {
    for (const mode of options.modes.split(',')) {
      const rows: number[][] = []
      for (const recording of recordings) rows.push(await errorsAt(peaks, recording, mode, work, options))
      const sums = peaks.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0))
      const cells = recordings.map(({ name, words }, i) => [name, String(words.length), ...rows[i]!.map(String)])
      const all = ['all', String(recordings.reduce((sum, { words }) => sum + words.length, 0)), ...sums.map(String)]
      const header = ['recording', 'words', ...peaks.map((peak) => `${peak} dBFS`)]
      process.stdout.write(`\nWord errors, ${mode} ${options.args}\n\n${alignedTable(header, [...cells, all])}\n`)
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function errorsAt(
  peaks: readonly number[],
  { audio, language, words, name }: Recording,
  mode: string,
  work: string,
  { args, program, lock }: LevelOptions,
): Promise<number[]> {
  const errors: number[] = []
  for (const peak of peaks) {
    const file = join(work, `${name}.wav`)
    await writeFile(file, scaled(await readFile(audio), peak))
    const run = [program, '--lan', language === 'zxx' ? 'en' : language, ...`${MODES[mode]} ${args}`.trim().split(' ')]
    const lines = await output(lock ? ['flock', lock, process.execPath] : [process.execPath], [...run, file])
    const { substitutions, deletions, insertions } = score(words, lines)
    errors.push(substitutions + deletions + insertions)
    process.stderr.write(`${mode} ${name} ${peak} dBFS: ${errors.at(-1)} of ${words.length}\n`)
  }
  return errors
}

/** A WAV file of 16 bit whose loudest sample is at a level. */
function scaled(wav: Buffer, peakDb: number): Buffer {
  const out = Buffer.from(wav)
  let most = 1
  for (let at = HEADER_BYTES; at + 1 < wav.length; at += 2) most = Math.max(most, Math.abs(wav.readInt16LE(at)))
  const gain = (32_767 / most) * 10 ** (peakDb / 20)
  for (let at = HEADER_BYTES; at + 1 < wav.length; at += 2) {
    out.writeInt16LE(Math.min(32_767, Math.max(-32_768, Math.round(wav.readInt16LE(at) * gain))), at)
  }
  return out
}

async function output(command: readonly string[], args: readonly string[]) {
  const [file, ...first] = command
  const child = spawn(file!, [...first, ...args], { stdio: ['ignore', 'pipe', 'inherit'], timeout: RUN_TIMEOUT_MS })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return text.split('\n').flatMap((line) => {
    const [, emitted, said] = /^(\S+) -?\d+ -?\d+ (.*)$/.exec(line) ?? []
    return said === undefined ? [] : [{ emitted: Number(emitted) / 1000, text: said }]
  })
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { type Recording, readCorpus } from './corpus.js'
import { score } from './measures.js'
import { MODES } from './modes.js'
import { PROGRAM } from './run-program.js'
import { alignedTable } from './table.js'

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))
const HEADER_BYTES = 44
const RUN_TIMEOUT_MS = 300_000
/** Those of `MODES` that are run by default. */
const DEFAULT_MODES =
  'offline,local-agreement,alignatt,local-agreement-vac,alignatt-vac,local-agreement-vad,alignatt-vad'

interface LevelOptions {
  readonly only?: string
  readonly modes: string
  readonly peaks: string
  readonly args: string
  readonly float?: boolean
  readonly program: string
  readonly lock?: string
}

await new Command('bench/levels.ts')
  .description('Word errors of recordings scaled to several levels, in steps of 16 bit, for each mode.')
  .argument('[folder]', 'folder of NAME.wav (16 bit, 16 kHz, mono) and NAME.ref.json', FIXTURES)
  .option('--only <names>', 'recordings, with commas between; all in English and without speech by default')
  .option('--modes <names>', 'modes, with commas between', DEFAULT_MODES)
  .option('--peaks <levels>', 'levels of the loudest sample in dBFS, with commas between', '0,-10,-20,-30,-40,-50')
  .option('--float', 'in floats, which have no steps: what is lost then is not lost to the 16 bit')
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
  { args, program, lock, float = false }: LevelOptions,
): Promise<number[]> {
  const errors: number[] = []
  for (const peak of peaks) {
    const file = join(work, `${name}.wav`)
    const wav = await readFile(audio)
    await writeFile(file, float ? scaledFloats(wav, peak) : scaled(wav, peak))
    const run = [program, '--lan', language === 'zxx' ? 'en' : language, ...`${MODES[mode]} ${args}`.trim().split(' ')]
    const lines = await output(lock ? ['flock', lock, process.execPath] : [process.execPath], [...run, file])
    const { substitutions, deletions, insertions } = score(words, lines)
    errors.push(substitutions + deletions + insertions)
    process.stderr.write(`${mode} ${name} ${peak} dBFS: ${errors.at(-1)} of ${words.length}\n`)
  }
  return errors
}

/** The factor that brings the loudest sample to a level. */
function gainTo(wav: Buffer, peakDb: number): number {
  let most = 1
  for (let at = HEADER_BYTES; at + 1 < wav.length; at += 2) most = Math.max(most, Math.abs(wav.readInt16LE(at)))
  return (32_767 / most) * 10 ** (peakDb / 20)
}

/** A WAV file of 16 bit whose loudest sample is at a level. */
function scaled(wav: Buffer, peakDb: number): Buffer {
  const out = Buffer.from(wav)
  const gain = gainTo(wav, peakDb)
  for (let at = HEADER_BYTES; at + 1 < wav.length; at += 2) {
    out.writeInt16LE(Math.min(32_767, Math.max(-32_768, Math.round(wav.readInt16LE(at) * gain))), at)
  }
  return out
}

/** The same in floats of 32 bit, which lose nothing. */
function scaledFloats(wav: Buffer, peakDb: number): Buffer {
  const samples = (wav.length - HEADER_BYTES) >> 1
  const out = Buffer.alloc(HEADER_BYTES + 4 * samples)
  wav.copy(out, 0, 0, HEADER_BYTES)
  out.writeUInt32LE(out.length - 8, 4)
  out.writeUInt16LE(3, 20)
  out.writeUInt32LE(out.readUInt32LE(28) * 2, 28)
  out.writeUInt16LE(4, 32)
  out.writeUInt16LE(32, 34)
  out.writeUInt32LE(4 * samples, 40)
  const gain = gainTo(wav, peakDb) / 32_768
  for (let i = 0; i < samples; i++) out.writeFloatLE(wav.readInt16LE(HEADER_BYTES + 2 * i) * gain, HEADER_BYTES + 4 * i)
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

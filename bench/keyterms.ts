import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { WhisperTokenizer } from '../src/backends/onnx-whisper/model/tokenizer.js'
import { align } from './alignment.js'
import { type Recording, readCorpus } from './corpus.js'
import { describeMachine } from './machine.js'
import { type OutputLine, scoringWords } from './measures.js'
import { MODES } from './modes.js'
import { ownProgram, runCommand } from './run-program.js'
import { alignedTable, percent } from './table.js'

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))
const TOKENIZER = fileURLToPath(new URL('../models/whisper-tiny.en/tokenizer.json', import.meta.url))
/** Those of `MODES` that are run by default. */
const DEFAULT_MODES = 'local-agreement,alignatt,offline-fast,offline'
const MIN_LETTERS = 5
const MAX_TIMES = 3

interface KeyTermOptions {
  readonly only?: string
  readonly language: string
  readonly modes: string
  readonly distractors: number
  readonly args: string
  readonly lock?: string
  readonly skipWithout?: boolean
  readonly verbose?: boolean
}

/** Errors of the words that are terms, and of the others. */
interface Errors {
  terms: number
  termErrors: number
  others: number
  otherErrors: number
  cpuSec: number
}

await new Command('bench/keyterms.ts')
  .description('Errors of rare words and of all others, without and with a list of the rare words, for each mode.')
  .argument('[folder]', 'folder of NAME.wav and NAME.ref.json', FIXTURES)
  .option('--only <names>', 'recordings, with commas between; all in the language by default')
  .option('--language <code>', 'language of the recordings', 'en')
  .option('--modes <names>', 'modes, with commas between', DEFAULT_MODES)
  .option('--distractors <count>', 'terms in the list that nobody says', Number, 0)
  .option('--args <options>', 'more options of asr-stream, as --model-dir', '')
  .option('--lock <file>', 'held with flock during each run, where several measure on one machine')
  .option('--skip-without', 'only with the list')
  .option('--verbose', 'each rare word that one of the two has wrong')
  .action(bench)
  .parseAsync()

async function bench(folder: string, options: KeyTermOptions): Promise<void> {
  const names = options.only?.split(',')
  const all = (await readCorpus(folder)).filter(({ language }) => language === options.language)
  const recordings = names ? all.filter(({ name }) => names.includes(name)) : all
  const rare = rareWords(all, await WhisperTokenizer.load(TOKENIZER))
  const list = [...rare, ...distractors(rare, all, options.distractors)]
  const work = await mkdtemp(join(tmpdir(), 'asr-keyterms-'))
  const file = join(work, 'terms.txt')
  await writeFile(file, `${list.join('\n')}\n`)
  try {
    const rows: string[][] = []
    for (const mode of options.modes.split(',')) {
      const without = options.skipWithout ? null : await errorsOf(recordings, rare, mode, '', options)
      const withList = await errorsOf(recordings, rare, mode, `--keyterms ${file}`, options)
      rows.push(rowOf(mode, without, withList))
      process.stderr.write(`${rows.at(-1)!.join(' | ')}\n`)
    }
    const terms = `${rare.size} rare words, ${list.length} terms in the list`
    const header = ['mode', 'terms', 'without', 'with', 'other words', 'without', 'with', 'computing']
    process.stdout.write(`${describeMachine()}; ${terms}; ${options.args}\n\n${alignedTable(header, rows)}\n`)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

function rowOf(mode: string, without: Errors | null, withList: Errors): string[] {
  const share = (errors: number, of: number) => `${errors} (${percent(errors / of)})`
  return [
    mode,
    String(withList.terms),
    without ? share(without.termErrors, without.terms) : '-',
    share(withList.termErrors, withList.terms),
    String(withList.others),
    without ? share(without.otherErrors, without.others) : '-',
    share(withList.otherErrors, withList.others),
    without ? `${(withList.cpuSec / without.cpuSec).toFixed(2)} times` : '-',
  ]
}

/**
 * Words of five letters or more that are seldom said and that the tokenizer has no token of their own for: it has one for
 * each word that is frequent.
 */
function rareWords(recordings: readonly Recording[], tokenizer: WhisperTokenizer): ReadonlySet<string> {
  const times = new Map<string, number>()
  for (const { words } of recordings) {
    for (const word of words.flatMap((one) => scoringWords(one.word))) times.set(word, (times.get(word) ?? 0) + 1)
  }
  const isRare = (word: string) => {
    const capitalized = word.charAt(0).toUpperCase() + word.slice(1)
    return [word, capitalized].every((form) => tokenizer.encode(` ${form}`).length > 1)
  }
  const rare = [...times].filter(
    ([word, count]) => word.length >= MIN_LETTERS && !word.includes("'") && count <= MAX_TIMES && isRare(word),
  )
  return new Set(rare.map(([word]) => word))
}

/** Words that begin like one of the rare words and end like another one, which are the hardest to tell from them. */
function distractors(rare: ReadonlySet<string>, recordings: readonly Recording[], count: number): readonly string[] {
  const said = new Set(recordings.flatMap(({ words }) => words.flatMap(({ word }) => scoringWords(word))))
  const words = [...rare].sort()
  const found = new Set<string>()
  for (let step = 1; step < words.length && found.size < count; step++) {
    for (let at = 0; at < words.length && found.size < count; at++) {
      const [one, other] = [words[at]!, words[(at + step) % words.length]!]
      const made = one.slice(0, Math.ceil(one.length / 2)) + other.slice(Math.ceil(other.length / 2))
      if (!said.has(made)) found.add(made)
    }
  }
  return [...found]
}

async function errorsOf(
  recordings: readonly Recording[],
  rare: ReadonlySet<string>,
  mode: string,
  list: string,
  { args, lock, language, verbose = false }: KeyTermOptions,
): Promise<Errors> {
  const sum: Errors = { terms: 0, termErrors: 0, others: 0, otherErrors: 0, cpuSec: 0 }
  for (const { audio, words, name } of recordings) {
    const given = `${MODES[mode]} --lan ${language} ${list} ${args}`.trim().split(/\s+/)
    const own = ownProgram([audio, ...given])
    const command = lock ? { ...own, file: 'flock', args: [lock, own.file, ...own.args] } : own
    const { lines, cpuSec } = await runCommand(command)
    const said = words.flatMap(({ word }) => scoringWords(word))
    const wrong = count(said, lines, rare, sum)
    sum.cpuSec += cpuSec
    if (verbose) process.stderr.write(`${mode} ${list === '' ? 'without' : 'with'} ${name}: ${wrong.join(' ')}\n`)
  }
  return sum
}

/**
 * Adds the errors of a text; a word too many counts to the terms where it is one.
 *
 * Ref: Le et al. 2021, "Contextualized Streaming End-to-End Speech Recognition with Trie-Based Deep Biasing and Shallow
 * Fusion": errors of biased and of unbiased words.
 *
 * @returns what was wrong, as "said>recognized"
 */
function count(
  said: readonly string[],
  lines: readonly OutputLine[],
  rare: ReadonlySet<string>,
  sum: Errors,
): string[] {
  const recognized = scoringWords(lines.map(({ text }) => text).join(''))
  const wrong: string[] = []
  for (const { kind, said: i, recognized: j } of align(said, recognized)) {
    const word = kind === 'insertion' ? recognized[j]! : said[i]!
    const isTerm = rare.has(word)
    if (kind !== 'insertion') sum[isTerm ? 'terms' : 'others']++
    if (kind === 'match') continue
    sum[isTerm ? 'termErrors' : 'otherErrors']++
    const heard = kind === 'deletion' ? '' : recognized[j]!
    wrong.push(`${isTerm ? '*' : ''}${kind === 'insertion' ? '' : said[i]}>${heard}`)
  }
  return wrong
}

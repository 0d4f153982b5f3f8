import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { inspectModelFolder } from '../src/backends/onnx-whisper/model/model-files.js'
import { calibrated, GENERAL_CONFIDENCE } from '../src/backends/onnx-whisper/timing/confidence.js'
import { type Recording, readCorpus } from './corpus.js'
import { scoringWords } from './measures.js'
import { alignedTable, percent } from './table.js'
import { binsOf, calibrationError, fitted, type Judged, separation, uncalibrated } from './words/calibration.js'
import { heardWords, WORD_MODES, type WordMode } from './words/heard-words.js'
import { type JudgedWord, judgedWords } from './words/judged-words.js'
import { withinTable } from './words/time-errors.js'

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))
const EMBEDDED = fileURLToPath(new URL('../models/whisper-tiny.en/', import.meta.url))
const WORK = fileURLToPath(new URL('results/work/words/', import.meta.url))
const BINS = 10

interface ConfidenceOptions {
  readonly only?: string
  readonly modes: string
  readonly modelDir: string
  readonly threads: number
  readonly work: string
}

await new Command('bench/confidence.ts')
  .description(
    'How far the confidence of words is from how many of them are right, mode by mode, and how near their times are.',
  )
  .argument('[folder]', 'folder of NAME.wav and NAME.ref.json', FIXTURES)
  .option('--only <names>', 'recordings, with commas between; by default all with speech that the model can know')
  .option('--modes <names>', 'modes, with commas between', Object.keys(WORD_MODES).join(','))
  .option('--model-dir <folder>', 'folder of the model, in the fast layout', EMBEDDED)
  .option('--threads <count>', 'threads of the model', Number, 0)
  .option(
    '--work <folder>',
    'folder that keeps what was heard; delete it when the program or the model has changed',
    WORK,
  )
  .action(bench)
  .parseAsync()

/** A word of a recording, and how likely its spelling was. */
interface Heard {
  readonly recording: Recording
  readonly judged: JudgedWord
  readonly spelling: number
}

async function bench(folder: string, options: ConfidenceOptions): Promise<void> {
  const { config } = await inspectModelFolder(options.modelDir)
  const map = config.confidence ?? GENERAL_CONFIDENCE
  const names = options.only?.split(',')
  const isKnown = (language: string) => (config.multilingual ? language !== 'zxx' : language === 'en')
  const recordings = (await readCorpus(folder))
    .filter(({ name, language }) => (names ? names.includes(name) : isKnown(language)))
    .sort((one, other) => one.language.localeCompare(other.language))
  const all: Heard[] = []
  const rows: string[][] = []
  const times: (readonly [string, readonly JudgedWord[]])[] = []
  for (const mode of options.modes.split(',') as WordMode[]) {
    const settings = { ...WORD_MODES[mode], modelDir: options.modelDir, threads: options.threads }
    const fileOf = ({ name }: Recording) => join(options.work, config.name, mode, `${name}.json`)
    const heard: Heard[] = []
    for await (const [recording, words] of heardWords(recordings, settings, fileOf)) {
      for (const judged of judgedWords(recording, words)) {
        heard.push({ recording, judged, spelling: uncalibrated(judged.word.confidence ?? 0, map) })
      }
    }
    all.push(...heard)
    for (const [language, of] of byLanguage(heard)) {
      rows.push(rowOf(`${mode}, ${language}`, of))
      times.push([`${mode}, ${language}`, of.map(({ judged }) => judged)])
    }
  }
  rows.push(rowOf('all', all))
  const header = ['mode', 'words', 'right', 'probability', 'confidence', 'fitted', 'separation']
  process.stdout.write(`${config.name}: calibration error\n\n${alignedTable(header, rows)}\n\n`)
  process.stdout.write(`reliability of the confidence\n\n${reliability(all.map(shipped))}\n\n`)
  process.stdout.write(`words within 0.1 s of the reference\n\n${withinTable(times)}\n\n`)
  process.stdout.write(`fitted to all: ${JSON.stringify({ confidence: fitted(all.map(spelt)) })}\n`)
}

function byLanguage(heard: readonly Heard[]): readonly (readonly [string, readonly Heard[]])[] {
  const english = heard.filter(({ recording }) => recording.language === 'en')
  const others = heard.filter(({ recording }) => recording.language !== 'en')
  return (
    [
      ['English', english],
      ['others', others],
    ] as const
  ).filter(([, of]) => of.length > 0)
}

function spelt({ spelling, judged: { isRight } }: Heard): Judged {
  return { probability: spelling, isRight }
}

function shipped({ judged: { word, isRight } }: Heard): Judged {
  return { probability: word.confidence ?? 0, isRight }
}

function plain({ judged: { word, isRight } }: Heard): Judged {
  return { probability: word.probability ?? 0, isRight }
}

function rowOf(name: string, heard: readonly Heard[]): string[] {
  const error = (judged: readonly Judged[]) => calibrationError(judged, BINS).toFixed(3)
  return [
    name,
    String(heard.length),
    percent(heard.filter(({ judged }) => judged.isRight).length / heard.length),
    error(heard.map(plain)),
    error(heard.map(shipped)),
    error(leftOut(heard)),
    separation(heard.map(shipped)).toFixed(3),
  ]
}

/** What a map says of each recording that was fitted to the others, those left out that have a text in common with it. */
function leftOut(heard: readonly Heard[]): readonly Judged[] {
  const recordings = [...new Set(heard.map(({ recording }) => recording))]
  return recordings.flatMap((own) => {
    const map = fitted(heard.filter(({ recording }) => !haveCommonText(recording, own)).map(spelt))
    const judged = heard.filter(({ recording }) => recording === own).map(spelt)
    return judged.map(({ probability, isRight }) => ({ probability: calibrated(probability, map), isRight }))
  })
}

/** Whether one says what the other one says, or a part of it: the same speaker with noise. */
function haveCommonText(one: Recording, other: Recording): boolean {
  const [first, second] = [one, other].map(({ text }) => scoringWords(text).join(' ')) as [string, string]
  return first.includes(second) || second.includes(first)
}

function reliability(judged: readonly Judged[]): string {
  const cells = binsOf(judged, BINS).map(({ from, to, count, said, right }) => [
    `${from.toFixed(1)} to ${to.toFixed(1)}`,
    String(count),
    percent(said),
    percent(right),
  ])
  return alignedTable(['confidence', 'words', 'mean', 'right'], cells)
}

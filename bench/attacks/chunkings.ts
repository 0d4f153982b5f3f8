import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { readCorpus } from '../corpus.js'
import { score } from '../measures.js'
import { chance } from './random.js'
import { samplesOf } from './sounds.js'
import { cutting, listener, POLICIES, troubles } from './streams.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))
/** Words that may come out otherwise: where two are nearly as likely, a little more audio decides. */
const MIN_TIES = 3
const TIES = 0.06
/** Where the first of even updates ends, in seconds: the same text may be heard otherwise for that alone. */
const PHASES_SEC = [1, 0.25, 0.5, 0.75]
/** So many words in a row are no tie any more. */
const MAX_GAP_WORDS = 6

await new Command('chunkings')
  .description(
    'Hears each recording in updates of many sizes, in every policy: the text must be as good as in even updates of a second, wherever the first one ends.',
  )
  .argument('[folder]', 'folder of NAME.wav and NAME.ref.json; 16 kHz, mono, 16 bit', FIXTURES)
  .option('--only <names>', 'recordings, with commas between')
  .option('--policy <number>', `one of ${POLICIES.map(([name], at) => `${at}: ${name}`).join('; ')}`, Number)
  .option('--least <seconds>', 'the shortest update; the program has none below --min-chunk-size, 1 s', Number, 0)
  .option('--seeds <count>', 'cuttings of each', Number, 5)
  .option('--from <seed>', 'the first', Number, 0)
  .action(check)
  .parseAsync()

interface Options {
  readonly only?: string
  readonly policy?: number
  readonly least: number
  readonly seeds: number
  readonly from: number
}

async function check(folder: string, { only, policy, least, seeds, from }: Options): Promise<void> {
  const names = only?.split(',')
  const all = (await readCorpus(folder)).filter(({ name, language }) =>
    names ? names.includes(name) : ['en', 'zxx'].includes(language),
  )
  let failed = 0
  for (const [name, config] of POLICIES.filter((_, at) => policy === undefined || at === policy)) {
    const ears = await listener(config)
    const sums = { even: 0, cut: 0 }
    for (const recording of all) {
      const audio = samplesOf(await readFile(recording.audio))
      const even = []
      for (const firstSec of PHASES_SEC)
        even.push(score(recording.words, (await ears.hear(audio, evenly(firstSec))).lines))
      const evenErrors = even.map(errorsOf)
      const worst = Math.max(...evenErrors)
      const mostErrors = worst + Math.max(MIN_TIES, Math.ceil(TIES * recording.words.length))
      const mostGapWords = Math.max(MAX_GAP_WORDS, ...even.map(({ longestGapWords }) => longestGapWords))
      sums.even += evenErrors.reduce((sum, count) => sum + count) / even.length
      for (let seed = from; seed < from + seeds; seed++) {
        const recognized = await ears.hear(audio, gathered(cutting(chance(seed), seed), least))
        const own = score(recording.words, recognized.lines)
        const errors = errorsOf(own)
        sums.cut += errors / seeds
        const isWorse = errors > mostErrors || own.longestGapWords > mostGapWords
        if (isWorse || troubles(recognized).length > 0) failed++
        const verdict = isWorse ? 'WORSE' : 'good'
        const said = `${errors} errors (even updates: ${evenErrors.join(', ')}), longest gap ${own.longestGapWords} words`
        console.log(`${recording.name} ${name} seed ${seed}: ${verdict}, ${said}`, ...troubles(recognized))
        if (isWorse) console.log(recognized.lines.map(({ text }) => text).join(''))
      }
    }
    await ears.close()
    console.log(`${name}: ${sums.cut.toFixed(1)} errors on average, even updates ${sums.even.toFixed(1)}`)
  }
  console.log(`${failed} faults`)
  process.exitCode = failed === 0 ? 0 : 1
}

function errorsOf({ substitutions, deletions, insertions }: ReturnType<typeof score>): number {
  return substitutions + deletions + insertions
}

/** Updates of a second; the first one may be shorter. */
function evenly(firstSec: number): () => number {
  let isFirst = true
  return () => {
    const sec = isFirst ? firstSec : 1
    isFirst = false
    return sec
  }
}

/** Pieces come together until they are long enough, as where audio comes in. */
function gathered(nextSec: () => number, leastSec: number): () => number {
  return () => {
    let sec = nextSec()
    while (sec < leastSec) sec += nextSec()
    return sec
  }
}

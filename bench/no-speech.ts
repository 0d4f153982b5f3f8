import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { type Recording, readCorpus } from './corpus.js'
import { score } from './measures.js'
import { MODES } from './modes.js'
import { runProgram } from './run-program.js'

const FIXTURES = fileURLToPath(new URL('../../shared/fixtures', import.meta.url))
const HEADER_BYTES = 44

await new Command('no-speech')
  .description(
    'Puts each recording without speech before, between and after two with speech, and checks in every mode that the program ends well, that the speech is whole, and that nothing else is said.',
  )
  .argument('[folder]', 'folder of NAME.wav and NAME.ref.json; 16 kHz, mono, 16 bit', FIXTURES)
  .option('--only <names>', 'recordings without speech, with commas between')
  .option('--speech <names>', 'the two with speech, with a comma between', 'en_jfk,en_austen_880')
  .option('--mode <options>', 'one mode only')
  .option('--extra <count>', 'words that may be wrong', Number, 3)
  .action(check)
  .parseAsync()

interface CheckOptions {
  readonly only?: string
  readonly speech: string
  readonly mode?: string
  readonly extra: number
}

async function check(folder: string, { only, speech, mode, extra }: CheckOptions): Promise<void> {
  const all = await readCorpus(folder)
  const spoken = speech.split(',').map((name) => found(all, name))
  const names = only?.split(',')
  const sounds = all.filter(({ name, language }) => (names ? names.includes(name) : language === 'zxx'))
  const work = await mkdtemp(join(tmpdir(), 'asr-stream-no-speech-'))
  let failed = 0
  try {
    for (const sound of sounds) {
      const path = join(work, `${sound.name}.wav`)
      await writeFile(path, await interleaved(sound, spoken))
      for (const options of mode === undefined ? Object.values(MODES) : [mode]) {
        const verdict = await verdictOn(path, options, spoken, extra)
        if (!verdict.startsWith('good')) failed++
        process.stdout.write(`${sound.name} ${options}: ${verdict}\n`)
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  process.stdout.write(`${failed} failed\n`)
  process.exitCode = failed === 0 ? 0 : 1
}

async function verdictOn(path: string, options: string, spoken: readonly Recording[], extra: number): Promise<string> {
  const words = spoken.flatMap((recording) => recording.words)
  try {
    const { lines } = await runProgram([path, '--lan', 'en', ...options.split(' ')])
    const { substitutions, deletions, insertions } = score(words, lines)
    const errors = substitutions + deletions + insertions
    const text = lines.map((line) => line.text).join('')
    return `${errors <= extra ? 'good' : 'bad'}, ${errors} of ${words.length} words wrong:${text}`
  } catch (error) {
    return `bad, ${String(error)}`
  }
}

/** The recordings with the sound before, between and after them, as a WAV file. */
async function interleaved(sound: Recording, spoken: readonly Recording[]): Promise<Buffer> {
  const samplesOf = async ({ audio }: Recording) => (await readFile(audio)).subarray(HEADER_BYTES)
  const noise = await samplesOf(sound)
  const parts = [noise]
  for (const recording of spoken) parts.push(await samplesOf(recording), noise)
  const header = Buffer.from((await readFile(sound.audio)).subarray(0, HEADER_BYTES))
  const bytes = parts.reduce((sum, { length }) => sum + length, 0)
  header.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4)
  header.writeUInt32LE(bytes, HEADER_BYTES - 4)
  return Buffer.concat([header, ...parts])
}

function found(recordings: readonly Recording[], name: string): Recording {
  const recording = recordings.find((one) => one.name === name)
  if (!recording) throw new Error(`there is no recording ${name}`)
  return recording
}

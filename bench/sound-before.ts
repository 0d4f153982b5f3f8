import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import wavefile from 'wavefile'
import { samplesOf } from './attacks/sounds.js'
import { type Recording, readCorpus } from './corpus.js'

const RATE = 16_000
/** Of a quiet room. */
const ROOM_DB = -58

await new Command('sound-before')
  .description('Writes recordings with sound without speech before them, for `npm run bench -- OUTPUT`.')
  .argument('<folder>', 'folder of NAME.wav and NAME.ref.json; 16 kHz, mono, 16 bit')
  .argument('<output>', 'a folder for what is made')
  .option('--only <names>', 'recordings, with commas between; by default all English ones')
  .option('--sounds <names>', 'recordings without speech, with commas between', 'x_music_strings,x_rain')
  .option('--seconds <seconds>', 'how much of each sound', Number, 15)
  .action(write)
  .parseAsync()

interface SoundOptions {
  readonly only?: string
  readonly sounds: string
  readonly seconds: number
}

async function write(folder: string, output: string, { only, sounds, seconds }: SoundOptions): Promise<void> {
  const all = await readCorpus(folder)
  const named = (names: string) => all.filter(({ name }) => names.split(',').includes(name))
  const spoken = only ? named(only) : all.filter(({ language, words }) => language === 'en' && words.length > 0)
  const samples = seconds * RATE
  const before: [string, Int16Array][] = [
    ['silence', new Int16Array(samples)],
    ['room', room(samples)],
  ]
  for (const { name, audio } of named(sounds)) before.push([name, toIntegers(await heard(audio)).subarray(0, samples)])
  await mkdir(output, { recursive: true })
  for (const [name, sound] of before) for (const one of spoken) await writeBoth(one, name, sound, output)
}

async function writeBoth({ name, audio, words }: Recording, of: string, sound: Int16Array, output: string) {
  const speech = toIntegers(await heard(audio))
  const beforeSec = sound.length / RATE
  const wav = new wavefile.WaveFile()
  wav.fromScratch(1, RATE, '16', joined(sound, speech))
  const moved = words.map((word) => ({ ...word, start: word.start + beforeSec, end: word.end + beforeSec }))
  const reference = { language: 'en', duration: beforeSec + speech.length / RATE, words: moved }
  await writeFile(join(output, `${of}-${name}.wav`), wav.toBuffer())
  await writeFile(join(output, `${of}-${name}.ref.json`), JSON.stringify(reference))
}

async function heard(path: string): Promise<Float32Array> {
  return samplesOf(await readFile(path))
}

function toIntegers(audio: Float32Array): Int16Array {
  return Int16Array.from(audio, (sample) => Math.round(sample * 32_768))
}

function joined(first: Int16Array, second: Int16Array): Int16Array {
  const all = new Int16Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}

/** Noise with more power in its low tones, the same in every run. */
function room(samples: number): Int16Array {
  let [state, low] = [7, 0]
  const raw = Float32Array.from({ length: samples }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    low = 0.9 * low + (state / 1_073_741_824 - 1)
    return low
  })
  const level = Math.sqrt(raw.reduce((sum, sample) => sum + sample * sample, 0) / samples)
  return Int16Array.from(raw, (sample) => Math.round((sample / level) * 10 ** (ROOM_DB / 20) * 32_768))
}

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import wavefile from 'wavefile'
import { roomNoise, samplesOf } from './attacks/sounds.js'
import { type Recording, readCorpus } from './corpus.js'
import { RATE } from './long/recorded-speech.js'

/** Of a quiet room: its level in decibels of full scale, how much of it is in low tones, and which noise it is. */
const ROOM = [-58, 0.9, 3] as const

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
    ['room', toIntegers(roomNoise(seconds, ...ROOM))],
  ]
  for (const sound of named(sounds)) before.push([sound.name, (await heard(sound)).subarray(0, samples)])
  await mkdir(output, { recursive: true })
  for (const [name, sound] of before) for (const one of spoken) await writeBoth(one, name, sound, output)
}

async function writeBoth(spoken: Recording, of: string, sound: Int16Array, output: string) {
  const { name, words } = spoken
  const speech = await heard(spoken)
  const beforeSec = sound.length / RATE
  const wav = new wavefile.WaveFile()
  wav.fromScratch(1, RATE, '16', Int16Array.from([...sound, ...speech]))
  const moved = words.map((word) => ({ ...word, start: word.start + beforeSec, end: word.end + beforeSec }))
  const reference = { language: 'en', duration: beforeSec + speech.length / RATE, words: moved }
  await writeFile(join(output, `${of}-${name}.wav`), wav.toBuffer())
  await writeFile(join(output, `${of}-${name}.ref.json`), JSON.stringify(reference))
}

async function heard({ audio }: Recording): Promise<Int16Array> {
  return toIntegers(samplesOf(await readFile(audio)))
}

function toIntegers(audio: Float32Array): Int16Array {
  return Int16Array.from(audio, (sample) => Math.round(sample * 32_768))
}

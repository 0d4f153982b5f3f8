// Transcribes a file with the pipeline of transformers.js in one go:
//   node transformers.mjs FOLDER_WITH_NODE_MODULES MODEL_FOLDER AUDIO THREADS
// Prints one line: emission, begin and end in milliseconds, and the text. All text comes at the end of the audio.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import wavefile from 'wavefile'

const [folder, model, audio, threads] = process.argv.slice(2)
const { env, pipeline } = createRequire(resolve(folder, 'package.json'))('@huggingface/transformers')
globalThis.benchVersions = { 'transformers.js': env.version }
env.allowRemoteModels = false
env.localModelPath = '/'

const recognizer = await pipeline('automatic-speech-recognition', resolve(model), {
  dtype: 'q8',
  device: 'cpu',
  session_options: { intraOpNumThreads: Number(threads) },
})
const samples = samplesOf(await readFile(audio))
const { text } = await recognizer(samples, { chunk_length_s: 30 })
const milliseconds = (samples.length / 16).toFixed(4)
process.stdout.write(`${milliseconds} 0 ${milliseconds} ${text}\n`)

function samplesOf(bytes) {
  const wav = new wavefile.WaveFile(bytes)
  if (wav.fmt.sampleRate !== 16000 || wav.fmt.numChannels !== 1) throw new Error(`${audio} is not 16 kHz mono`)
  wav.toBitDepth('32f')
  return Float32Array.from(wav.getSamples(false))
}

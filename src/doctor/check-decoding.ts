import { ffmpegAudio } from '../audio/sources/ffmpeg-source.js'
import { ffmpegInstallCommand, isOnPath } from '../audio/sources/programs.js'
import { StreamSource } from '../audio/sources/stream-source.js'
import { messageOf } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import { silentLog } from '../core/silent-log.js'
import type { Finding } from './finding.js'
import { SAMPLE_SPEECH } from './sample-speech.js'
import { SAMPLE_FLAC, SAMPLE_MP3, SAMPLE_VORBIS } from './sample-tones.js'
import { toneWav } from './tone-wav.js'

/** What is decoded, and how long it is in seconds; encoders may add this much. */
const SAMPLES = [
  { format: 'WAV', bytes: toneWav(0.4), seconds: 0.4 },
  { format: 'MP3', bytes: SAMPLE_MP3, seconds: 0.4 },
  { format: 'FLAC', bytes: SAMPLE_FLAC, seconds: 0.4 },
  { format: 'Ogg Vorbis', bytes: SAMPLE_VORBIS, seconds: 0.4 },
  { format: 'Ogg Opus', bytes: SAMPLE_SPEECH, seconds: 11 },
] as const
const MAX_ADDED_SEC = 0.25
/** Sound is louder than this, as root mean square; a tone of ffmpeg has 0.09. */
const MIN_LOUDNESS = 0.02

/** Lets each decoder decode something small that the program has in it, ffmpeg too where it is installed. */
export async function checkDecoding(): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const works: string[] = []
  for (const { format, bytes, seconds } of SAMPLES) {
    const source = new StreamSource({ name: `a sample of ${format}`, open: () => once(bytes), log: silentLog })
    const fault = await faultOf(source.read(), seconds)
    if (fault === null) works.push(format)
    else {
      const hint = 'its decoder is not whole; install again: npm install -g asr-stream --ignore-scripts'
      findings.push({ area: 'decode', state: 'failed', message: `${format} cannot be decoded: ${fault}`, hint })
    }
  }
  if (works.length > 0) {
    const details = { formats: works }
    findings.unshift({ area: 'decode', state: 'ok', message: `${works.join(', ')} are decoded`, details })
  }
  return [...findings, await checkFfmpeg()]
}

async function checkFfmpeg(): Promise<Finding> {
  if (!(await isOnPath('ffmpeg'))) {
    const message = 'ffmpeg is not installed; it is needed for video, M4A, WMA and addresses only'
    return { area: 'decode', state: 'note', message, hint: `install it with: ${await ffmpegInstallCommand()}` }
  }
  const run = { name: 'a sample', input: { kind: 'pipe' }, bytes: once(toneWav(0.4)) } as const
  const fault = await faultOf(ffmpegAudio(run, { log: silentLog }), 0.4)
  if (fault === null) return { area: 'decode', state: 'ok', message: 'ffmpeg decodes everything else' }
  const hint = `install it again: ${await ffmpegInstallCommand()}`
  return { area: 'decode', state: 'failed', message: `ffmpeg is installed, but does not decode: ${fault}`, hint }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** What is wrong with what a decoder makes of a sample; null: nothing. */
async function faultOf(audio: AsyncIterable<Float32Array>, seconds: number): Promise<string | null> {
  let [count, power] = [0, 0]
  try {
    for await (const piece of audio) {
      count += piece.length
      for (const sample of piece) power += sample * sample
    }
  } catch (error) {
    return messageOf(error)
  }
  const there = count / SAMPLE_RATE
  if (Math.abs(there - seconds - MAX_ADDED_SEC / 2) > MAX_ADDED_SEC / 2 + 0.01) {
    return `of ${seconds} s of audio it makes ${there.toFixed(2)} s`
  }
  return Math.sqrt(power / count) > MIN_LOUDNESS ? null : 'it makes silence of sound'
}

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { WaveFile } from 'wavefile'
import { scoringWords } from '../../bench/measures.js'
import { sharedFolder } from './shared-files.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url))

/** A recording with what is said in it. */
export interface Speech {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** The words, as they are scored, with times in seconds. */
  readonly words: readonly { readonly text: string; readonly begin: number; readonly end: number }[]
}

/** A recording of `fixtures/`, by name. */
export function fixture(name: string): Speech {
  return speech(FIXTURES, name)
}

/** The path of a recording of `fixtures/`. */
export function fixturePath(name: string): string {
  return `${FIXTURES}${name}.wav`
}

/** A recording of the shared fixtures; null where they are not there. */
export function sharedSpeech(name: string): Speech | null {
  const folder = sharedFolder('fixtures')
  return folder === null ? null : speech(`${folder}/`, name)
}

function speech(folder: string, name: string): Speech {
  const wav = new WaveFile(readFileSync(`${folder}${name}.wav`))
  const samples = wav.getSamples(false, Int16Array) as unknown as Int16Array
  const { words } = JSON.parse(readFileSync(`${folder}${name}.ref.json`, 'utf8')) as {
    readonly words: readonly { readonly word: string; readonly start: number; readonly end: number }[]
  }
  return {
    audio: Float32Array.from(samples, (sample) => sample / 32_768),
    words: words.flatMap(({ word, start, end }) => scoringWords(word).map((text) => ({ text, begin: start, end }))),
  }
}

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scoringWords } from '../../bench/measures.js'
import { folderWith, runProgram, wordsOf } from '../helpers/program.js'
import { joined, quiet, wavOf } from '../helpers/recordings.js'
import { fixture } from '../helpers/speech.js'

/** Somebody near, then somebody from afar, 45 dB below. */
function nearAndFar() {
  const [near, far] = [fixture('austen_880'), fixture('austen_930')]
  const audio = joined([near.audio, quiet(1.5).map((sample) => sample / 20), far.audio.map((sample) => sample / 178)])
  const wav = join(folderWith({ 'talk.wav': wavOf(audio) }), 'talk.wav')
  return { wav, far: far.words.map(({ text }) => text) }
}

async function heard(args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout } = await runProgram([...args, '--lan', 'en'])
  expect(code).toBe(0)
  return scoringWords(wordsOf(stdout).join(' '))
}

describe('quiet speech after loud speech', () => {
  const missing = (far: readonly string[], words: readonly string[]) =>
    far.filter((word) => !words.slice(-far.length - 2).includes(word))

  it.each([['--comp-unaware', '--vac'], ['--offline']])('is heard: %j', async (...mode: readonly string[]) => {
    const { wav, far } = nearAndFar()
    const words = await heard([...mode, wav])
    expect(missing(far, words).length, words.join(' ')).toBeLessThanOrEqual(1)
  })

  it('is left as it is where that is wanted', async () => {
    const { wav, far } = nearAndFar()
    const words = await heard(['--comp-unaware', '--vac', '--keep-level', wav])
    expect(missing(far, words).length, words.join(' ')).toBeGreaterThan(3)
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoringWords } from '../../../bench/measures.js'
import { OnnxWhisperASR } from '../../../src/backends/onnx-whisper/whisper-asr.js'
import { AlignAttProcessor } from '../../../src/online/alignatt/alignatt-processor.js'
import { OnlineASRProcessor } from '../../../src/online/local-agreement/online-asr-processor.js'
import { folderWith, runProgram } from '../../helpers/program.js'
import { fixture, fixturePath } from '../../helpers/speech.js'
import { wordsInSteps } from '../../helpers/steps.js'

const RATE = 16_000
const WITH_TERM = 'he was not an ill disposed young man'
/** Nobody says them in the recordings, and some begin like what is said. */
const UNSAID = ['Kubernetes', 'Netherfield', 'Hezekiah', 'Manichaean', 'Youngstown', 'Zarathustra']

const POLICIES = [
  ['LocalAgreement', (own: OnnxWhisperASR) => new OnlineASRProcessor(own), RATE],
  ['AlignAtt', (own: OnnxWhisperASR) => new AlignAttProcessor(own), RATE / 2],
  ['offline', (own: OnnxWhisperASR) => new OnlineASRProcessor(own, { maxBufferSec: Number.POSITIVE_INFINITY }), 1e7],
] as const

async function load(options: ConstructorParameters<typeof OnnxWhisperASR>[0]): Promise<OnnxWhisperASR> {
  const asr = new OnnxWhisperASR({ language: 'en', threads: 2, ...options })
  await asr.loadModel(null, null, null)
  return asr
}

describe('a term that the real model has wrong', () => {
  const { audio } = fixture('austen_880')
  let plain: OnnxWhisperASR
  let favoring: OnnxWhisperASR
  beforeAll(async () => {
    plain = await load({})
    favoring = await load({ keyTerms: ['ill-disposed', ...UNSAID] })
  })
  afterAll(() => Promise.all([plain.close(), favoring.close()]))

  it.each(POLICIES)(
    'comes out right where it is favored: %s',
    async (policy, processorOf, step) => {
      const found = await wordsInSteps(processorOf(await favoring.session()), audio, step)
      expect(found).toBe(WITH_TERM)
      if (policy === 'offline')
        expect(await wordsInSteps(processorOf(await plain.session()), audio, step)).not.toBe(WITH_TERM)
    },
    60_000,
  )

  it('has the probability that the model gives it', async () => {
    const wordsOf = async (asr: OnnxWhisperASR) => asr.tsWords(await asr.transcribe(audio, { prompt: '' }))
    const [own, favored] = [await wordsOf(plain), await wordsOf(favoring)]
    const term = favored.find(({ text }) => /ill/.test(text))
    expect(term?.probability).toBeLessThan(0.5)
    for (const [at, { text, probability }] of favored.slice(0, 3).entries()) {
      expect({ text, probability }).toEqual({ text: own[at]?.text, probability: own[at]?.probability })
    }
  }, 60_000)
})

describe('terms that nobody says', () => {
  it.each([
    ['greedily', {}],
    ['with beams', { beamSize: 3 }],
  ])(
    'change nothing, to the bit: %s',
    async (_, search) => {
      const heard = async (keyTerms: readonly string[]) => {
        const asr = await load({ ...search, keyTerms })
        try {
          return (await asr.transcribe(fixture('austen_920').audio, { prompt: '' })).segments
        } finally {
          await asr.close()
        }
      }
      expect(await heard(UNSAID)).toEqual(await heard([]))
    },
    60_000,
  )
})

describe('terms that nobody says, in a stream', () => {
  it.each(POLICIES)(
    'change no word: %s',
    async (_, processorOf, step) => {
      const texts = await Promise.all(
        [UNSAID, []].map(async (keyTerms) => {
          const asr = await load({ keyTerms })
          const text = await wordsInSteps(processorOf(asr), fixture('austen_920').audio, step)
          await asr.close()
          return text
        }),
      )
      expect(texts[0]).toBe(texts[1])
    },
    60_000,
  )
})

describe('the command line', () => {
  const wav = fixturePath('austen_880')
  const textOf = (stdout: string) => scoringWords(stdout.replace(/^\S+ \S+ \S+/gm, '')).join(' ')

  it('takes terms from a file and from a short list, both at once', async () => {
    const cwd = folderWith({ 'terms.txt': '# adjectives\n\nill-disposed\n' })
    const run = await runProgram(['--offline', '--keyterms', 'terms.txt', '--hotwords', 'Sintra, Lord Byron', wav], {
      cwd,
    })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(textOf(run.stdout)).toBe(WITH_TERM)
  }, 60_000)

  it('says what is wrong with a file before it loads anything', async () => {
    const cwd = folderWith({})
    writeFileSync(join(cwd, 'latin.txt'), Uint8Array.of(0xe9, 0x0a))
    expect(await runProgram(['--keyterms', 'none.txt', wav], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('there is no file of terms none.txt'),
    })
    expect((await runProgram(['--keyterms', 'latin.txt', wav], { cwd })).stderr).toContain('is not text in UTF-8')
  }, 60_000)

  it('refuses terms where the backend cannot favor them', async () => {
    const run = await runProgram(['--backend', 'openai-api', '--hotwords', 'Sintra', wav], { cwd: folderWith({}) })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('--hotwords has no effect: the backend "openai-api" cannot favor terms')
  }, 60_000)
})

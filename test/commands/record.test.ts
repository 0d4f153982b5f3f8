import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { WaveFile } from 'wavefile'
import { type RunRecord, runRecordLine } from '../../src/evaluation/recorded/run-file.js'
import { runProgram, temporaryFolder } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'

const place = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const SCHEMA = JSON.parse(readFileSync(place('docs/run.schema.json'), 'utf8')) as object
const validate = new Ajv2020({ allErrors: true, strictRequired: false, strictTypes: false }).compile(SCHEMA)
const VERSIONS = place('test/vectors/runs')

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
const faultsOf = (text: string) => linesOf(text).flatMap((line) => (validate(line) ? [] : [line, validate.errors]))
const typesOf = (text: string) => [...new Set(linesOf(text).map(({ type }) => type))]
const wav = (path: string) => {
  const file = new WaveFile(readFileSync(path))
  return { bitDepth: file.bitDepth, samples: [...(file.getSamples() as unknown as Float64Array)] }
}

describe('docs/run.schema.json', () => {
  it.each([
    ['local agreement', ['--comp-unaware'], ['hypothesis', 'text-partial', 'text-final', 'progress', 'end']],
    ['alignatt', ['--comp-unaware', '--policy', 'alignatt', '--min-confidence', '0.9'], ['hypothesis', 'text-final']],
    ['utterances', ['--comp-unaware', '--vac'], ['utterance-end']],
  ])('allows what is recorded: %s', async (_, options, types) => {
    const file = join(temporaryFolder(), 'run.jsonl')
    await runProgram([fixturePath('jfk'), ...options, '--record', file])
    const text = readFileSync(file, 'utf8')
    expect(faultsOf(text)).toEqual([])
    expect(typesOf(text)).toEqual(expect.arrayContaining(types))
  })

  it('allows what is rarely recorded', () => {
    const effort = { stepSec: 2, windowSec: 10, isFull: false, lagSec: 3.5 }
    const rare: readonly RunRecord[] = [
      { type: 'effort', clockSec: 7, change: 'less', ...effort },
      { type: 'effort', clockSec: 7, change: 'least', beamSize: 1, ...effort },
      { type: 'gap', clockSec: 9, begin: 3, end: 4.5, cause: 'backlog', reason: 'it came too fast' },
      {
        type: 'hypothesis',
        clockSec: 9,
        fromSec: null,
        audioSec: 4,
        prompt: '',
        words: [],
        segmentEnds: [],
        ended: null,
      },
    ]
    expect(faultsOf(rare.map(runRecordLine).join('\n'))).toEqual([])
  })

  it('allows recordings of all versions that are kept', () => {
    const kept = readdirSync(VERSIONS).filter((name) => name.endsWith('.jsonl'))
    expect(kept.length).toBeGreaterThan(0)
    for (const name of kept) expect(faultsOf(readFileSync(join(VERSIONS, name), 'utf8'))).toEqual([])
  })

  it('refuses what is no line of a recorded run', () => {
    const lines = linesOf(readFileSync(join(VERSIONS, 'version-1.jsonl'), 'utf8'))
    const [head, ...records] = lines
    const heard = records.find(({ type }) => type === 'hypothesis')
    const final = records.find(({ type }) => type === 'text-final')
    for (const wrong of [
      { ...head, version: 2 },
      { ...head, kind: 'other' },
      { ...head, config: undefined },
      { ...heard, clockSec: undefined },
      { ...heard, words: [{ begin: 0, text: 'a' }] },
      { ...final, segment: null },
      { ...final, emittedAt: '3' },
      { ...final, type: 'final' },
    ]) {
      expect(validate(JSON.parse(JSON.stringify(wrong)))).toBe(false)
    }
  })
})

describe('--record-audio', () => {
  it('keeps the samples that were heard, from which the same text comes again', async () => {
    const folder = temporaryFolder()
    const options = ['--comp-unaware', '--record', join(folder, 'run.jsonl'), '--record-audio']
    const first = await runProgram([fixturePath('jfk'), ...options])
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(linesOf(readFileSync(join(folder, 'run.jsonl'), 'utf8'))[0]).toMatchObject({ audioFile: 'run.wav' })
    expect(wav(join(folder, 'run.wav'))).toEqual(wav(fixturePath('jfk')))
    expect(await runProgram([join(folder, 'run.wav'), '--comp-unaware'])).toEqual(first)
    expect(readdirSync(folder).sort()).toEqual(['run.jsonl', 'run.wav'])
  })

  it('loses nothing of audio that 16 bit cannot hold', async () => {
    const folder = temporaryFolder()
    const options = ['--comp-unaware', '--record', join(folder, 'run.jsonl'), '--record-audio']
    const first = await runProgram([fixturePath('compressed/jfk_cbr').replace(/\.wav$/, '.mp3'), ...options])
    expect(first.code).toBe(0)
    expect(wav(join(folder, 'run.wav')).bitDepth).toBe('32f')
    expect(await runProgram([join(folder, 'run.wav'), '--comp-unaware'])).toEqual(first)
  })

  it('never replaces the audio, nor what must stay', async () => {
    const folder = temporaryFolder()
    const [audio, run] = [join(folder, 'talk.wav'), join(folder, 'talk.jsonl')]
    copyFileSync(fixturePath('jfk'), audio)
    const own = await runProgram([audio, '--comp-unaware', '--record', run, '--record-audio'])
    expect(own).toMatchObject({ code: 2, stdout: '' })
    expect(own.stderr).toMatch(/--record-audio, in .*talk\.wav would overwrite the audio/)
    expect(existsSync(run)).toBe(false)
    writeFileSync(run, 'mine')
    const kept = await runProgram([audio, '--comp-unaware', '--record', run, '--no-clobber'])
    expect(kept).toMatchObject({ code: 1, stdout: '' })
    expect(kept.stderr).toMatch(/talk\.jsonl is there already/)
    expect(readFileSync(run, 'utf8')).toBe('mine')
    const both = await runProgram([fixturePath('jfk'), '--record', join(folder, 'x.wav'), '--record-audio'])
    expect(both).toMatchObject({ code: 2, stdout: '' })
    expect(both.stderr).toMatch(/is the name of the audio as well/)
  })

  it('is refused where nothing is recorded', async () => {
    const { code, stderr } = await runProgram([fixturePath('jfk'), '--record-audio'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/--record-audio has an effect only with --record/)
  })
})

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OnnxWhisperASR, type OnnxWhisperOptions } from '../../../../src/backends/onnx-whisper/whisper-asr.js'
import { rememberingLog } from '../../../helpers/logs.js'
import { fixture } from '../../../helpers/speech.js'

/** A hundred languages and random weights: what it detects means nothing, but it does so like any other. */
const MULTILINGUAL = fileURLToPath(new URL('../../../fixtures-models/tiny-multilingual/', import.meta.url))
const { audio } = fixture('jfk')

async function open(options: OnnxWhisperOptions) {
  const log = rememberingLog()
  const asr = new OnnxWhisperASR({ threads: 1, log, ...options })
  onTestFinished(() => asr.close())
  await asr.loadModel(null, null, MULTILINGUAL)
  const hear = (positionSamples: number, sound = audio) => asr.transcribe(sound, { prompt: '', positionSamples })
  return { hear, log }
}

describe('detection', () => {
  it('finds a language, and keeps to those that are allowed', async () => {
    const any = await (await open({})).hear(0)
    expect(any.detected?.code).toBe(any.language)
    for (const languages of [['cs', 'ja'], ['de']]) {
      const { language } = await (await open({ languages })).hear(0)
      expect(languages).toContain(language)
    }
  })

  it('does not happen where the language is given, by code or by name', async () => {
    const { hear, log } = await open({ language: 'German' })
    expect(await hear(0)).toMatchObject({ language: 'de', detected: null })
    expect(log.infos).toEqual([])
  })

  it('is told when it is sure, once', async () => {
    const { hear, log } = await open({ languages: ['cs', 'ja'] })
    const first = await hear(0)
    await hear(0)
    const told = log.infos.filter((line) => line.includes('language: '))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(new RegExp(`language: .*\\(${first.language}\\), \\d+ %`))
  })

  it('does not listen to silence', async () => {
    const { hear } = await open({})
    expect(await hear(0, new Float32Array(32_000))).toMatchObject({ detected: null, segments: [] })
  })

  it('refuses a language that the model does not have, with the list of those it has', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'asr-stream-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    cpSync(MULTILINGUAL, folder, { recursive: true })
    const tokenizer = readFileSync(join(folder, 'tokenizer.json'), 'utf8')
    writeFileSync(join(folder, 'tokenizer.json'), tokenizer.replaceAll('<|yue|>', '<|other|>'))
    const asr = new OnnxWhisperASR({ language: 'yue', threads: 1 })
    onTestFinished(() => asr.close())
    await expect(asr.loadModel(null, null, folder)).rejects.toMatchObject({
      message: expect.stringContaining('Cantonese (yue)'),
      hint: expect.stringMatching(/^it knows: en, zh, de, /),
    })
  })
})

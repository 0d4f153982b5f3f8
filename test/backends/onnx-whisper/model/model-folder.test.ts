import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findModelFolder, inspectModelFolder } from '../../../../src/backends/onnx-whisper/model/model-files.js'
import { runProgram } from '../../../helpers/program.js'
import { fixturePath } from '../../../helpers/speech.js'

const EMBEDDED = fileURLToPath(new URL('../../../../models/whisper-tiny.en/', import.meta.url))

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'asr-stream-model-')), 'tiny.en')
  cpSync(EMBEDDED, folder, { recursive: true })
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const inFolder = (name: string) => join(folder, name)
/** Changes the description of the model. */
const redescribe = (changes: object) => {
  const description = JSON.parse(readFileSync(inFolder('asr-stream.json'), 'utf8')) as object
  writeFileSync(inFolder('asr-stream.json'), JSON.stringify({ ...description, ...changes }))
}

describe('a model folder', () => {
  it('is found by name in a cache folder', async () => {
    expect(await findModelFolder('tiny.en', join(folder, '..'), null)).toBe(folder)
  })

  it('is not found by another name', async () => {
    await expect(findModelFolder('large-v9', join(folder, '..'), null)).rejects.toThrow(
      /"large-v9" is not on this machine/,
    )
  })

  const damages: readonly (readonly [string, RegExp, () => void])[] = [
    ['a graph is missing', /decoder\.onnx is missing/, () => rmSync(inFolder('decoder.onnx'))],
    ['the tokenizer is missing', /tokenizer\.json is missing/, () => rmSync(inFolder('tokenizer.json'))],
    [
      'a graph is cut short',
      /encoder\.onnx is damaged: 1000 bytes instead of/,
      () => truncateSync(inFolder('encoder.onnx'), 1000),
    ],
    ['a byte is another', /encoder\.onnx is damaged: its SHA-256/, () => flipByte(inFolder('encoder.onnx'))],
    ['the manifest is no JSON', /asr-stream\.json is damaged/, () => writeFileSync(inFolder('asr-stream.json'), '{')],
    [
      'the manifest is of another kind',
      /asr-stream\.json is damaged/,
      () => writeFileSync(inFolder('asr-stream.json'), '{"a":1}'),
    ],
    [
      'nothing of a model is there',
      /neither asr-stream\.json nor config\.json/,
      () => rmSync(inFolder('asr-stream.json')),
    ],
    [
      'its map of confidence falls',
      /asr-stream\.json is damaged: confidence\.scale: is above 0: what is likelier must stay likelier/,
      () => redescribe({ confidence: { scale: -1, offset: 0 } }),
    ],
    [
      'its map of confidence leads nowhere',
      /asr-stream\.json is damaged: confidence\.offset: is a number of no more than 10/,
      () => redescribe({ confidence: { scale: 1, offset: 1000 } }),
    ],
    [
      'its map of confidence is half of one',
      /asr-stream\.json is damaged: confidence\.offset/,
      () => redescribe({ confidence: { scale: 1 } }),
    ],
    ['it is not there', /there is no such folder/, () => rmSync(folder, { recursive: true })],
  ]

  it.each(damages)('is refused when %s', async (_, message, damage) => {
    damage()
    await expect(inspectModelFolder(folder)).rejects.toThrow(message)
  })

  it('says what the probabilities of its words mean, or leaves it open', async () => {
    const embedded = (await inspectModelFolder(folder)).config.confidence
    expect(embedded?.scale).toBeGreaterThan(0)
    redescribe({ confidence: undefined })
    expect((await inspectModelFolder(folder)).config.confidence).toBeUndefined()
  })

  it('of an older exporter works, and the program says once that converting again improves it', async () => {
    const convertAgain = /tiny\.en was converted by an older version; "asr-stream models convert"/g
    const run = () => runProgram([fixturePath('jfk'), '--offline', '--log-level', 'INFO', '--model-dir', folder])
    expect((await run()).stderr).not.toMatch(convertAgain)

    const { exporter, ...older } = JSON.parse(readFileSync(inFolder('asr-stream.json'), 'utf8'))
    writeFileSync(inFolder('asr-stream.json'), JSON.stringify(older))
    const { code, stdout, stderr } = await run()
    expect(exporter).toBe(3)
    expect(code).toBe(0)
    expect(stdout).toContain('my fellow Americans')
    expect(stderr.match(convertAgain)).toHaveLength(1)
  })

  it('ends the program with one line before any audio is heard', async () => {
    truncateSync(inFolder('encoder.onnx'), 1000)
    const { code, stdout, stderr } = await runProgram([fixturePath('jfk'), '--model-dir', folder])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/encoder\.onnx is damaged: 1000 bytes instead of \d+/)
    expect(stderr).not.toMatch(/ at .*\.js:\d+/)
  })
})

function flipByte(path: string): void {
  const data = readFileSync(path)
  data[data.length >> 1]! ^= 1
  writeFileSync(path, data)
}

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords, wordsOf } from '../helpers/program.js'

const REPEATED = ['one', 'two', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'three', 'four']

/** A keyword spotter as docs/plugins.md would have it: one word wherever it hears the sound, and no word of what it is. */
const SPOTTER = `
const asr = {
  sep: ' ',
  async transcribe(audio) {
    return Array.from({ length: Math.floor(audio.length / 8000) }, (_, i) => ({ begin: i / 2, end: i / 2 + 0.3, text: 'yes' }))
  },
  tsWords: (words) => words,
  segmentsEndTs: (words) => words.map(({ end }) => end),
}
export default {
  name: 'spotter',
  description: 'spots a word',
  load: async () => ({ asr, metadata: { separator: ' ', modelType: 'spotter', modelSize: 'none', language: null } }),
}`

describe.each(['--comp-unaware', '--offline'])('words that are said again and again, with %s', (mode) => {
  it('are printed as the script has them', async () => {
    const folder = folderWith({ 'words.json': spokenWords(REPEATED), 'a.wav': silentWav(7) })
    const script = ['--backend', 'scripted', '--option', `script=${join(folder, 'words.json')}`]
    const run = await runProgram([join(folder, 'a.wav'), ...script, mode])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(wordsOf(run.stdout)).toEqual(REPEATED)
  })

  it('are printed as a plugin spots them', async () => {
    const folder = folderWith({ 'spotter.mjs': SPOTTER, 'a.wav': silentWav(17.5) })
    const plugin = ['--plugin', join(folder, 'spotter.mjs'), '--backend', 'spotter']
    const run = await runProgram([join(folder, 'a.wav'), ...plugin, mode])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(wordsOf(run.stdout)).toEqual(new Array(35).fill('yes'))
  })

  it('are filtered where the plugin says that its model makes text up, unless the filter is off', async () => {
    const declared = SPOTTER.replace(
      "description: 'spots a word',",
      "description: 'spots a word', capabilities: { wordTimes: 'words', prompts: false, languages: [], translation: false, streaming: false, hallucinates: true },",
    )
    const folder = folderWith({ 'spotter.mjs': declared, 'a.wav': silentWav(8) })
    const plugin = ['--plugin', join(folder, 'spotter.mjs'), '--backend', 'spotter']
    const filtered = await runProgram([join(folder, 'a.wav'), ...plugin, mode])
    expect(wordsOf(filtered.stdout).length).toBeLessThan(16)
    expect(filtered.stderr).toMatch(/^asr-stream: warning: \d+ words are left out that were probably made up [^\n]*\n$/)
    const whole = await runProgram([join(folder, 'a.wav'), ...plugin, mode, '--no-hallucination-filter'])
    expect(whole).toMatchObject({ code: 0, stderr: '' })
    expect(wordsOf(whole.stdout)).toEqual(new Array(16).fill('yes'))
  })
})

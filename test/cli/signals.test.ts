import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords, startProgram } from '../helpers/program.js'

const TEXTS = Array.from({ length: 200 }, (_, index) => `w${index}`)
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json', '--min-chunk-size', '0.5']
const HANGING = `
let heard = 0
export default { name: 'hanging', load: async () => ({ metadata: {}, asr: { sep: '', tsWords: () => [], segmentsEndTs: () => [],
  async transcribe(audio, { signal }) {
    if (heard++ === 0) return {}
    signal.addEventListener('abort', () => console.error('asked to stop'))
    console.error('hearing')
    await new Promise((resolve) => setTimeout(resolve, 1e9))
  } } }) }`

const words = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .flatMap((line) => line.split(' ').slice(3))

describe.skipIf(process.platform === 'win32')('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends the stream with the text so far, each word once', async (signal, code) => {
    const cwd = folderWith({ 'words.json': spokenWords(TEXTS, 0.2), 'a.wav': silentWav(40) })
    let lines = 0
    const onLine: NonNullable<Parameters<typeof runProgram>[1]>['onLine'] = (_, child) => {
      if (++lines === 1) child.kill(signal)
    }
    const run = await runProgram([...SCRIPTED, 'a.wav'], { cwd, onLine })
    const said = words(run.stdout)
    // The first line says what the first update heard, the last one what the second heard besides.
    expect(run.stdout.trimEnd().split('\n').length).toBeGreaterThan(1)
    expect(said).toEqual(TEXTS.slice(0, said.length))
    expect(run).toMatchObject({ code, stderr: '' })
  })

  it('a second SIGHUP, which the shell of a closed terminal sends, takes nothing away', async () => {
    const cwd = folderWith({ 'words.json': spokenWords(TEXTS, 0.2), 'a.wav': silentWav(40) })
    let lines = 0
    const run = await runProgram([...SCRIPTED, '--option', 'computeSec=0.2', 'a.wav'], {
      cwd,
      onLine(_, child) {
        if (++lines > 1) return
        child.kill('SIGHUP')
        setTimeout(() => child.kill('SIGHUP'), 10)
      },
    })
    const said = words(run.stdout)
    expect(run.stdout.trimEnd().split('\n').length).toBeGreaterThan(1)
    expect(said).toEqual(TEXTS.slice(0, said.length))
    expect(run).toMatchObject({ code: 129, stderr: '' })
  })

  it('end the program as they end any other where a backend goes on after all that was waited for', async () => {
    // process.exit would take its threads down with it, in the middle of what they compute.
    const plugin = `export default { name: 'loading', load: () => new Promise(() => {
      setInterval(() => {}, 1000)
      console.error('loading')
    }) }`
    const cwd = folderWith({ 'loading.mjs': plugin, 'a.wav': silentWav(2) })
    const { child, ended } = startProgram(['--plugin', './loading.mjs', '--backend', 'loading', 'a.wav'], {
      cwd,
      onLine: (_, child) => child.kill('SIGTERM'),
    })
    expect(await ended).toEqual({ code: 143, stdout: '', stderr: 'loading\n' })
    expect([child.exitCode, child.signalCode]).toEqual([null, 'SIGTERM'])
  })

  it('a second Ctrl-C ends at once what does not stop by itself', async () => {
    const cwd = folderWith({ 'hanging.mjs': HANGING, 'a.wav': silentWav(2) })
    const run = await runProgram(['--plugin', './hanging.mjs', '--backend', 'hanging', '--comp-unaware', 'a.wav'], {
      cwd,
      onLine: (_, child) => child.kill('SIGINT'),
    })
    expect(run).toEqual({ code: 130, stdout: '', stderr: 'hearing\nasked to stop\n' })
  })

  it('what does not stop by itself is told of, with how to end it', async () => {
    const cwd = folderWith({ 'hanging.mjs': HANGING, 'a.wav': silentWav(2) })
    const run = await runProgram(['--plugin', './hanging.mjs', '--backend', 'hanging', '--comp-unaware', 'a.wav'], {
      cwd,
      onLine: (line, child) => void (line !== 'asked to stop' && child.kill('SIGTERM')),
    })
    expect(run).toMatchObject({ code: 143, stdout: '' })
    expect(run.stderr).toMatch(/^hearing\nasked to stop\nasr-stream: warning: .*; SIGTERM once more ends the program/)
  })
})

describe('what a backend leaves behind', () => {
  it('does not keep the program from ending', async () => {
    const plugin = `setInterval(() => {}, 1000)
      export default { name: 'open', load: async () => ({ metadata: {}, asr: { sep: '', transcribe: async () => [],
        tsWords: () => [], segmentsEndTs: () => [] } }) }`
    const cwd = folderWith({ 'open.mjs': plugin, 'a.wav': silentWav(1) })
    const run = await runProgram(['--plugin', './open.mjs', '--backend', 'open', '--comp-unaware', 'a.wav'], { cwd })
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('is told of in one line when it is an error that nobody caught', async () => {
    const plugin = `Promise.reject(new Error('left alone\\nby all'))
      export default { name: 'careless', load: () => new Promise(() => {}) }`
    const cwd = folderWith({ 'careless.mjs': plugin, 'a.wav': silentWav(1) })
    const run = await runProgram(['--plugin', './careless.mjs', '--backend', 'careless', 'a.wav'], { cwd })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(/^asr-stream: error: .*left alone by all.*\n$/)
  })
})

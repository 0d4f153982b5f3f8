import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ScoreSummary } from '../../src/evaluation/summary.js'
import { runProgram, startProgram, temporaryFolder } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'

const evaluate = (...args: readonly string[]) => runProgram(['evaluate', ...args])
const JFK =
  'And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.'

/** A folder with recordings of the fixtures and other files. */
function folder(recordings: readonly string[], files: Readonly<Record<string, string>> = {}): string {
  const path = temporaryFolder()
  for (const name of recordings) copyFileSync(fixturePath(name), join(path, `${name}.wav`))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

describe('asr-stream evaluate', () => {
  it('prints errors and lag of a recording with its reference beside it', async () => {
    const { code, stdout, stderr } = await evaluate(fixturePath('jfk'), '--errors')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^jfk +11\.0 +22 +\d+ +\d+ +\d+ +\d+\.\d +\d+\.\d +\d\.\d\d +\d\.\d\d/m)
    expect(stdout).toMatch(/^= all +11\.0 +22 /m)
    expect(stdout).toMatch(/said: {2}and so my fellow americans/)
  })

  it('tells which of two chunk sizes is better, in one command', async () => {
    const path = folder(['austen_880', 'jfk'], { 'austen_880.txt': 'Mr. John Dashwood', 'jfk.txt': JFK })
    const { code, stdout } = await evaluate(path, '--sweep', 'min-chunk-size=0.5,2', '--json')
    expect(code).toBe(0)
    const { kind, settings } = JSON.parse(stdout)
    expect(kind).toBe('asr-stream evaluation')
    expect(settings.map(({ name }: { readonly name: string }) => name)).toEqual([
      'min-chunk-size=0.5',
      'min-chunk-size=2',
    ])
    expect(settings[0].recordings).toHaveLength(2)
    // Without times, lag is counted from where the recognizer has the ends of words.
    const [often, seldom] = settings.map(({ summary }: { readonly summary: ScoreSummary }) => summary)
    expect(often.words).toMatchObject({ matches: expect.any(Number) })
    expect(often.startErrorSec).toBe(null)
    expect(often.lag.mean).toBeLessThan(seldom.lag.mean)
  })

  it('reads manifests, and tells of recordings that cannot be read', async () => {
    const csv = `file_name,transcription\njfk.wav,"${JFK}"\nbroken.wav,nothing\n`
    const path = folder(['jfk'], { 'metadata.csv': csv, 'broken.wav': 'not audio' })
    const { code, stdout, stderr } = await evaluate(path, '--csv', '--lan', 'en')
    expect(code).toBe(1)
    expect(stdout.split('\n')[1]).toMatch(/^,recording,jfk,11,0/)
    expect(stderr).toMatch(/a recording is not measured; broken: /)
  })

  it('leaves out recordings in languages that the model does not know', async () => {
    const texts = { 'jfk.txt': JFK, 'es_echo_test.ref.json': '{"language": "es", "text": "hola"}' }
    const path = folder(['jfk', 'es_echo_test'], texts)
    const { code, stdout, stderr } = await evaluate(path)
    expect(code).toBe(0)
    expect(stdout).not.toMatch(/echo/)
    expect(stderr).toMatch(/warning: tiny\.en does not know the language of es_echo_test \(es\): left out/)
    expect((await evaluate(path, '--only', 'es_echo_test')).code).toBe(1)
  })

  it('compares with what was saved, and fails on a regression', async () => {
    const path = folder(['jfk'], { 'jfk.txt': JFK })
    const [before, after] = [join(path, 'before.json'), join(path, 'after.json')]
    expect(await evaluate(path, '--save', before)).toMatchObject({ code: 0 })
    writeFileSync(join(path, 'jfk.txt'), JFK.replaceAll('country', 'county'))
    const worse = await evaluate(path, '--save', after, '--compare', before, '--max-regression', '1')
    expect(worse.code).toBe(1)
    expect(worse.stderr).toMatch(/errors rose by 9\.09 percentage points, more than --max-regression 1/)
    expect(worse.stdout).toMatch(/^ {2}jfk: .* % to .* % \(\+9\.1\)$/m)
    expect(await evaluate('--compare', after, before, '--max-regression', '0')).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(readFileSync(after, 'utf8')).settings[0].recordings[0].passages.length).toBeGreaterThan(0)
  })

  it.each([
    [[], /no recording is given/, 2],
    [['nowhere'], /cannot read nowhere/, 1],
    [['--compare', 'one.json'], /no recording is given/, 2],
    [[fixturePath('jfk'), '--only', 'x'], /there is no recording "x"; there are jfk/, 2],
    [[fixturePath('jfk'), '--sweep', 'speed=1'], /cannot vary "speed"/, 2],
    [[fixturePath('jfk'), '--compare', 'nowhere.json'], /cannot read nowhere\.json/, 1],
    [[fixturePath('jfk'), '--report', 'nowhere/report.html'], /nowhere\/report\.html cannot be written/, 1],
    [[fixturePath('jfk'), '--limit', '0'], /--limit must be a whole number from 1, not "0"/, 2],
    [[fixturePath('jfk'), '--sweep', 'min-chunk-size=1,abc'], /--min-chunk-size must be a number, not "abc"/, 2],
    [[fixturePath('jfk'), '--sweep', 'min-chunk-size=1,1.0'], /has 1\.0 twice/, 2],
    [['--compare', '.', '.'], /recordings stand before it/, 1],
    [['--compare', 'a.json', 'b.json', '--csv'], /a comparison is not printed as CSV/, 2],
    [[fixturePath('jfk'), '--max-regression', '1'], /--max-regression has nothing to compare with/, 2],
    [[fixturePath('jfk'), '--save', 'x', '--report', './x'], /--save x and --report .\/x are one file; give each/, 2],
    [[fixturePath('jfk'), '--save', '.'], /it is a folder/, 1],
    [[fixturePath('jfk'), '--report', fixturePath('jfk')], /would overwrite a recording/, 2],
    [[fixturePath('jfk'), '--save', fixturePath('jfk').replace('.wav', '.ref.json')], /would overwrite a reference/, 2],
    [[fixturePath('jfk'), '--mic'], /asr-stream evaluate has no option --mic/, 2],
  ])('refuses %j', async (args, message, code) => {
    const run = await evaluate(...args)
    expect(run.code).toBe(code)
    expect(run.stderr).toMatch(message)
    expect(run.stdout).toBe('')
  })

  it.each([
    ['without a reference', {}, /no recording with a reference beside it; a recording talk\.wav has one of/],
    [
      'with a manifest of what is not there',
      { 'metadata.csv': 'file_name,text\na.wav,hello\n' },
      /measured; a: .*a\.wav/,
    ],
    ['with a broken reference', { 'jfk.ref.json': '{"text": 5' }, /jfk\.ref\.json: it is not JSON/],
    ['with a reference of another form', { 'jfk.ref.json': '{"text": 5}' }, /jfk\.ref\.json: text is not a text/],
  ])('says what is wrong with a folder %s', async (_, files: Readonly<Record<string, string>>, message) => {
    const run = await evaluate(folder(['jfk'], files))
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(message)
  })
})

describe('an evaluation with words that are known', () => {
  const words = [
    { begin: 0.3, end: 0.6, text: 'and' },
    { begin: 1.0, end: 1.5, text: 'so' },
  ]
  /** A folder with files besides the script of a recognizer, and the options for it. */
  const scripted = (recordings: readonly string[], files: Readonly<Record<string, string>>) => {
    const path = folder(recordings, { ...files, 'script.json': JSON.stringify(words) })
    const options = ['--backend', 'scripted', '--option', `script=${join(path, 'script.json')}`, '--lan', 'en']
    return { path, options }
  }

  it('writes its files even when the reader of the output leaves', async () => {
    const { path, options } = scripted(['jfk'], { 'jfk.txt': 'and so' })
    const [save, report] = [join(path, 'a.json'), join(path, 'a.html')]
    const { child, ended } = startProgram(['evaluate', path, ...options, '--save', save, '--report', report])
    child.stdout?.destroy()
    await ended
    expect(JSON.parse(readFileSync(save, 'utf8')).settings).toHaveLength(1)
    expect(readFileSync(report, 'utf8')).toContain('</body></html>')
  })

  it('tries the other settings when a later one cannot be tried', async () => {
    const { path, options } = scripted(['jfk'], { 'jfk.txt': 'and so' })
    const sweep = ['--sweep', 'backend=scripted,nothing', '--json']
    expect((await evaluate(path, ...options, ...sweep)).code).toBe(2)
    const save = join(path, 'a.json')
    const models = ['--sweep', 'model=tiny.en,nowhere/nothing', '--offline-models', '--save', save]
    const { code, stdout, stderr } = await evaluate(fixturePath('austen_880'), ...models)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^model=tiny\.en +8 /m)
    expect(stdout).toMatch(/^failed with model=nowhere\/nothing: all recordings: /m)
    expect(stderr).toMatch(/with model=nowhere\/nothing nothing is measured: /)
    expect(JSON.parse(readFileSync(save, 'utf8')).settings).toHaveLength(2)
  })

  it('reports the settings that are done when it is interrupted', async () => {
    const loader = `let loads = 0
      export default { name: 'slow', description: 'hears nothing', load: async () => {
        if (++loads === 2) console.error('second')
        const transcribe = () => new Promise((done) => setTimeout(done, loads === 2 ? 1000 : 0, []))
        return { asr: { sep: ' ', transcribe, tsWords: () => [], segmentsEndTs: () => [] },
          metadata: { separator: ' ', modelType: 'none', modelSize: 'none', language: null } } } }`
    const path = folder(['jfk'], { 'jfk.txt': 'and so', 'slow.mjs': loader })
    const save = join(path, 'a.json')
    const options = ['--plugin', join(path, 'slow.mjs'), '--backend', 'slow', '--sweep', 'min-chunk-size=20,0.1']
    const { code, stderr } = await runProgram(['evaluate', path, ...options, '--save', save], {
      onLine: (line, child) => line === 'second' && child.kill('SIGINT'),
    })
    expect(code).toBe(130)
    expect(stderr).toMatch(/stopped after 1 of 2 settings, which are reported: min-chunk-size=20/)
    expect(JSON.parse(readFileSync(save, 'utf8')).settings).toHaveLength(1)
  })

  it('tells recordings apart that are called alike, and finds those of Common Voice', async () => {
    const tsv = 'path\tsentence\tlocale\nx/1.wav\tand so\tEnglish\ny/1.wav\tand\ten\nclip.wav\tand so\ten\n'
    const { path, options } = scripted([], { 'test.tsv': tsv })
    for (const name of ['x/1', 'y/1', 'clips/clip']) {
      mkdirSync(join(path, name, '..'), { recursive: true })
      copyFileSync(fixturePath('jfk'), join(path, `${name}.wav`))
    }
    const { code, stdout } = await evaluate(join(path, 'test.tsv'), ...options, '--csv')
    expect(code).toBe(0)
    expect([...stdout.matchAll(/^,recording,([^,]+),/gm)].map(([, name]) => name)).toEqual([
      'x/1.wav',
      'y/1.wav',
      'clip',
    ])
    writeFileSync(join(path, 'test.tsv'), 'x/1.wav\tand\nx/1.wav\tso\n')
    expect((await evaluate(join(path, 'test.tsv'), ...options)).stderr).toMatch(/x\/1\.wav is named twice/)
  })

  it('takes no other file for a recording', async () => {
    const { path, options } = scripted(['jfk'], { 'jfk.txt': 'and so', 'jfk.json': '{}', 'jfk.srt': '1' })
    mkdirSync(join(path, 'jfk.folder'))
    expect(await evaluate(path, ...options)).toMatchObject({ code: 0, stderr: '' })
  })

  it('does not pass what cannot be compared', async () => {
    const { path, options } = scripted(['jfk'], { 'jfk.txt': 'and so' })
    const [one, other, broken] = ['one.json', 'other.json', 'broken.json'].map((name) => join(path, name)) as string[]
    await evaluate(path, ...options, '--save', one!)
    expect(existsSync(`${one}.part`)).toBe(false)
    const saved = readFileSync(one!, 'utf8')
    writeFileSync(other!, saved.replaceAll('"jfk"', '"fdr"'))
    const { code, stderr } = await evaluate('--compare', one!, other!, '--max-regression', '1')
    expect(code).toBe(1)
    expect(stderr).toMatch(/errors cannot be compared: no recording is in both alike/)
    writeFileSync(broken!, saved.replace('"samples":[', '"samples":[5,'))
    const run = await evaluate('--compare', one!, broken!)
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(/broken\.json is broken: settings\.0\.recordings\.0\.samples\.0 is missing/)
  })
})

import { describe, expect, it } from 'vitest'
import { ASR_CONFIG_KEYS, parseConfig } from '../../src/config/config.js'
import { ineffective, NOT_FOR_LISTEN } from '../../src/config/option-effects.js'
import { flagOf } from '../../src/config/option-names.js'
import {
  type BackendFacts,
  type Circumstances,
  type InputKind,
  OPTION_TABLE,
  type OptionKey,
} from '../../src/config/option-table.js'
import { stepSec } from '../../src/transcriber/pacing.js'
import { folderWith, runProgram, silentWav, spokenWords } from '../helpers/program.js'

const able: BackendFacts = {
  isBuiltIn: true,
  isEmbedded: false,
  capabilities: { translation: true, languages: 'model', keyTerms: true, hallucinates: true },
  ignores: [],
  unusedPlugins: [],
}
const at = (config: object, input: InputKind | null = 'file', backend: Partial<BackendFacts> = {}): Circumstances => ({
  config: parseConfig(config as Record<string, unknown>),
  input,
  backend: { ...able, ...backend },
})
const judged = (key: string, where: Circumstances) =>
  ineffective([key], where).map(({ isRefused }) => (isRefused ? 'refused' : 'warned'))

/** An option, where it has an effect, where it has none, and what is done then. */
const CASES: readonly (readonly [key: string, effect: Circumstances, none: Circumstances, done: string])[] = [
  ['initPrompt', at({ policy: 'alignatt', initPrompt: 'x' }), at({ initPrompt: 'x' }), 'refused'],
  ['staticInitPrompt', at({ policy: 'alignatt', staticInitPrompt: 'x' }), at({ staticInitPrompt: 'x' }), 'refused'],
  ['initPrompt', at({ initPrompt: '' }), at({ initPrompt: ' ' }), 'refused'],
  ['frameThreshold', at({ policy: 'alignatt' }), at({}), 'refused'],
  ['audioMaxLen', at({ policy: 'alignatt' }), at({}), 'refused'],
  ['bufferTrimming', at({}), at({ policy: 'alignatt' }), 'warned'],
  ['bufferTrimmingSec', at({}), at({ offline: true }), 'warned'],
  ['minChunkSize', at({ offline: true, vac: true }), at({ offline: true }), 'warned'],
  ['vadThreshold', at({ vad: true }), at({}), 'refused'],
  ['vadMinSilenceMs', at({ vac: true }), at({}), 'refused'],
  ['vadSpeechPadMs', at({ vac: true }), at({}), 'refused'],
  ['vacChunkSize', at({ vac: true }), at({ vad: true }), 'warned'],
  ['vacChunkSize', at({ vac: true }), at({ vac: true, offline: true }), 'warned'],
  ['keepLevel', at({ keepLevel: true }), at({ keepLevel: true, compat: 'whisper_online' }), 'warned'],
  [
    'hallucinationFilter',
    at({ hallucinationFilter: false }),
    at({ hallucinationFilter: false, compat: 'whisper_online' }),
    'warned',
  ],
  [
    'hallucinationFilter',
    at({ hallucinationFilter: false }),
    at({ hallucinationFilter: false }, 'file', { capabilities: { hallucinates: false } }),
    'warned',
  ],
  ['hallucinationFilter', at({}), at({ hallucinationFilter: false }, 'file', { capabilities: {} }), 'warned'],
  ['beamSize', at({ beamSize: 1, offline: true }), at({ beamSize: 1 }), 'warned'],
  ['beamSize', at({ beamSize: 2, maxLag: 1 }), at({ beamSize: 1, maxLag: 1 }), 'warned'],
  ['temperature', at({ temperature: '0', offline: true }), at({ temperature: '0' }), 'warned'],
  [
    'temperature',
    at({ temperature: '0.2', offline: true }),
    at({ temperature: 0, offline: true, fast: true }),
    'warned',
  ],
  ['clobber', { ...at({}), hasFiles: true }, { ...at({}), hasFiles: false }, 'warned'],
  ['clobber', { ...at({}), hasFiles: false, isRecorded: true }, { ...at({}), hasFiles: false }, 'warned'],
  ['clobber', { ...at({}), hasFiles: false, hasMarkers: true }, { ...at({}), hasFiles: false }, 'warned'],
  ['rawRate', at({}, 'pipe'), at({}, 'file'), 'warned'],
  ['rawRate', { ...at({}, 'file'), mayBeRaw: true }, at({}, 'file'), 'warned'],
  ['rawChannels', at({}, 'clients'), at({}, 'microphone'), 'refused'],
  ['rawEncoding', at({}, 'pipe'), at({}, 'microphone'), 'refused'],
  ['channel', at({ channel: 'left' }), at({ channel: 'left' }, 'microphone'), 'refused'],
  ['channels', at({}), at({}, 'microphone'), 'refused'],
  ['channels', at({}), at({ channel: 'left' }), 'refused'],
  ['maxBacklog', at({}, 'pipe'), at({}, 'file'), 'warned'],
  ['maxBacklog', at({}, 'microphone'), at({ offline: true }, 'pipe'), 'warned'],
  ['maxBacklog', at({}, 'clients'), at({ compUnaware: true }, 'pipe'), 'warned'],
  ['maxLag', at({ maxLag: 1 }, 'pipe'), at({ maxLag: 1, offline: true }, 'pipe'), 'refused'],
  ['maxLag', at({ maxLag: 1 }, 'file'), at({ maxLag: 1, compUnaware: true }, 'file'), 'refused'],
  ['maxLag', at({ maxLag: 1 }, 'clients'), at({ maxLag: 1, compat: 'whisper_online' }, 'clients'), 'warned'],
  ['device', at({}, 'microphone'), at({}, 'file'), 'refused'],
  ['recorder', at({}, 'microphone'), at({}, 'pipe'), 'refused'],
  ['offline', at({ offline: true }, 'pipe'), at({ offline: true }, 'microphone'), 'refused'],
  ['compUnaware', at({ compUnaware: true }), at({ compUnaware: true }, 'microphone'), 'refused'],
  ['startAt', at({ startAt: 0 }, 'microphone'), at({ startAt: 1 }, 'microphone'), 'refused'],
  ['model', at({}), at({ modelDir: 'x' }), 'warned'],
  ['modelCacheDir', at({ modelDir: 'x' }, 'file', { isBuiltIn: false }), at({ modelDir: 'x' }), 'warned'],
  ['modelCacheDir', at({ modelCacheDir: 'x' }), at({ modelCacheDir: 'x' }, 'file', { isEmbedded: true }), 'warned'],
  ['revision', at({}), at({ modelDir: 'x' }), 'warned'],
  ['languages', at({}), at({}, 'file', { capabilities: { languages: [] } }), 'warned'],
  [
    'task',
    at({ task: 'translate' }),
    at({ task: 'translate' }, 'file', { capabilities: { translation: false } }),
    'refused',
  ],
  [
    'task',
    at({}, 'file', { capabilities: { translation: false } }),
    at({ task: 'translate' }, 'file', { capabilities: { translation: false } }),
    'refused',
  ],
  ['keyterms', at({}), at({}, 'file', { capabilities: { keyTerms: false } }), 'refused'],
  ['hotwords', at({}), at({}, 'file', { capabilities: {} }), 'refused'],
  ['initialPromptFile', at({ policy: 'alignatt' }), at({}), 'refused'],
  ['outputDir', at({}), at({}, 'microphone'), 'refused'],
  ['resume', { ...at({}), hasFiles: true }, { ...at({}), hasFiles: false }, 'refused'],
  ['resume', at({}), at({}, 'pipe'), 'refused'],
  ['jobs', { ...at({}), hasSeveral: true }, { ...at({}), hasSeveral: false }, 'warned'],
  ...(['account', 'profile', 'record', 'markers'] as const).map(
    (key) => [key, { ...at({}), hasSeveral: false }, { ...at({}), hasSeveral: true }, 'refused'] as const,
  ),
  ...(['account', 'profile', 'record', 'markers'] as const).flatMap((key) => [
    [key, { ...at({}), isLikeSeveral: false }, { ...at({}), isLikeSeveral: true }, 'refused'] as const,
    [key, { ...at({}), hasChannels: false }, { ...at({}), hasChannels: true }, 'refused'] as const,
  ]),
  ['sentences', { ...at({}), formats: ['srt', 'jsonl'] }, { ...at({}), formats: ['srt', 'vtt'] }, 'warned'],
  ['sentences', { ...at({}), formats: ['vtt'], hasMarkers: true }, { ...at({}), formats: ['vtt'] }, 'warned'],
  ['wordTimestamps', { ...at({}), formats: ['vtt'] }, { ...at({}), formats: ['jsonl', 'txt'] }, 'warned'],
  ...(['subtitleProfile', 'maxLineLength', 'maxLines', 'maxCps', 'minCue', 'maxCue', 'cueGap'] as const).map(
    (key) =>
      [key, { ...at({}), formats: ['txt', 'srt'] }, { ...at({}), formats: ['lines', 'txt'] }, 'refused'] as const,
  ),
  ['maxCueDelay', { ...at({}), formats: ['vtt'] }, { ...at({ offline: true }), formats: ['vtt'] }, 'warned'],
  ['maxCueDelay', at({}), { ...at({}), formats: ['csv'] }, 'refused'],
  ['markers', at({}, 'file'), at({}, 'pipe'), 'refused'],
  ['recordAudio', { ...at({}), isRecorded: true }, { ...at({}), isRecorded: false }, 'refused'],
  ['threads', at({}), at({}, 'file', { ignores: ['threads'] }), 'warned'],
  ['plugins', at({}), at({}, 'file', { unusedPlugins: ['mine'] }), 'warned'],
]

describe('options without effect', () => {
  it.each(CASES)('%s', (key, effect, none, done) => {
    expect(judged(key, effect)).toEqual([])
    expect(judged(key, none)).toEqual([done])
  })

  it('are all told of: no condition of the table is without a case', () => {
    const conditional = Object.entries(OPTION_TABLE).flatMap(([key, { needs = [] }]) => (needs.length > 0 ? [key] : []))
    expect(conditional.filter((key) => !CASES.some(([known]) => known === key))).toEqual(['warmupFile'])
  })

  it('are none before anything is known, and none among what is not given', () => {
    for (const key of Object.keys(OPTION_TABLE).filter((key) => key !== 'warmupFile')) {
      const everything = at({ policy: 'alignatt', vac: true, vad: true }, null)
      expect({ key, judged: judged(key, { ...everything, backend: null }) }).toEqual({
        key,
        judged: ['device', 'recorder'].includes(key) ? ['refused'] : key.startsWith('bufferTrimming') ? ['warned'] : [],
      })
    }
    expect(ineffective([], at({}))).toEqual([])
    expect(ineffective(['somethingElse'], at({}))).toEqual([])
  })

  it('looks for voices no more seldom than updates come', () => {
    expect(stepSec(parseConfig({ vac: true, vacChunkSize: 5, minChunkSize: 1 }))).toBe(1)
    expect(stepSec(parseConfig({ vac: true, minChunkSize: 1 }))).toBe(0.04)
    expect(stepSec(parseConfig({ vacChunkSize: 5, minChunkSize: 1 }))).toBe(1)
  })

  it('the table has every key of the configuration', () => {
    expect(ASR_CONFIG_KEYS.filter((key) => !(key in OPTION_TABLE))).toEqual([])
  })
})

const FILES = {
  'words.json': spokenWords(['one', 'two', 'three', 'four']),
  'a.wav': silentWav(2),
  'mine.mjs': 'export default { name: "mine", ignores: ["threads", 7], load() {} }',
  'odd.mjs': 'export default { name: "odd", ignores: "threads", load() { throw new Error("loaded") } }',
}
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const run = (...args: readonly string[]) => runProgram(args, { cwd: folderWith(FILES) })

describe('the command line', () => {
  it('refuses an option of which something false is believed, a default too', async () => {
    const { code, stdout, stderr } = await run(...SCRIPTED, '--frame_threshold', '25', 'a.wav')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      'asr-stream: error: --frame-threshold has an effect only with --policy alignatt; ' +
        'give --policy alignatt as well, or leave it out\n',
    )
  })

  it('warns of what scripts of whisper_online.py give without harm, and goes on', async () => {
    const args = [...SCRIPTED, '--offline', '--vac-chunk-size', '0.04', '--min-chunk-size=1', '--threads', '2', 'a.wav']
    const { code, stdout, stderr } = await run(...args)
    expect(code).toBe(0)
    expect(stdout).toMatch(/ 0 1900 one two three four\n$/)
    expect(stderr).toBe(
      'asr-stream: warning: --vac-chunk-size has no effect without --vac\n' +
        'asr-stream: warning: --min-chunk-size has no effect with --offline, which has one update only\n' +
        'asr-stream: warning: --threads has no effect with the backend "scripted"\n',
    )
    expect((await run(...args, '--quiet')).stderr).toBe('')
  })

  it('leaves the backlog alone where nothing waits, and lets it grow with the update', async () => {
    expect(await run(...SCRIPTED, '--comp-unaware', '--min-chunk-size', '100', 'a.wav')).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(parseConfig({ minChunkSize: 100 }).maxBacklog).toBe(100)
    expect(parseConfig({ minChunkSize: 1, maxBacklog: 1 }).maxBacklog).toBe(1)
    expect(() => parseConfig({ minChunkSize: 1, maxBacklog: 0.9 })).toThrow(/maxBacklog is less than minChunkSize/)
  })

  it('hears a plugin say what it does not read, and ignores nonsense', async () => {
    const mine = await run('--plugin', './mine.mjs', '--threads', '2', ...SCRIPTED, '--comp-unaware', 'a.wav')
    expect(mine.stderr).toContain(
      '--plugin brings the backend "mine", and "scripted" is used; choose one with --backend',
    )
    const own = await run('--plugin', './mine.mjs', '--backend', 'mine', '--threads', '2', 'a.wav')
    expect(own.stderr).toContain('--threads has no effect with the backend "mine"\n')
    const odd = await run('--plugin', './odd.mjs', '--backend', 'odd', '--threads', '2', 'a.wav')
    expect(odd.stderr).toBe('asr-stream: error: the backend "odd" cannot be loaded: loaded\n')
  })

  it.each(['models', 'backends', 'info', 'help'])('refuses options of the transcriber before %s', async (command) => {
    const { code, stderr } = await run('--vac', command)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `asr-stream: error: --vac is not for ${command}; see asr-stream ${command} --help\n`,
    })
  })
})

describe('asr-stream listen', () => {
  it.each([...NOT_FOR_LISTEN])('neither shows nor takes %s', async (key, why) => {
    const flag = flagOf(key)
    const { choices, reads, flag: form } = OPTION_TABLE[key as OptionKey]
    const given = await run('listen', flag, ...(form.includes('<') ? [choices?.[0] ?? (reads ? '10' : 'x')] : []))
    expect(given).toMatchObject({ code: 2, stdout: '' })
    expect(given.stderr).toContain(`${flag} is not for listen: ${why}; leave it out; see asr-stream listen --help`)
  })

  it('shows none of them', async () => {
    const { stdout } = await run('listen', '--help')
    for (const key of NOT_FOR_LISTEN.keys()) expect(stdout).not.toMatch(new RegExp(`--(no-)?${key.toLowerCase()} `))
    expect(stdout).not.toContain('--beam-size')
    expect(stdout).not.toContain('--offline ')
    expect(stdout).toContain('--min-chunk-size')
  })

  it('takes the warm-up file of whisper_online_server.py, and says that it is not needed', async () => {
    const { stderr } = await run('listen', ...SCRIPTED, '--warmup-file', 'a.wav', '--host', 'no.such.host.invalid')
    expect(stderr).toContain('warning: --warmup-file has no effect: the model is warmed up before the first audio\n')
    expect(stderr).toContain('error: cannot listen on no.such.host.invalid')
  })
})

import { describe, expect, it } from 'vitest'
import { type Doors, gather } from '../../../src/config/doors/gather.js'
import { readVariables } from '../../../src/config/doors/variables.js'
import { OPTION_KEYS, OPTION_TABLE, type OptionKey } from '../../../src/config/option-table.js'
import { refusalOf, throughDoors, writeConfig } from './run-doors.js'

const FOR_TRANSCRIBE = OPTION_KEYS.filter((key) => !OPTION_TABLE[key].onlyForListen)

/** What is left of a file beside flags, and what is told. */
async function left(file: object, flags: Partial<Record<OptionKey, unknown>> = {}, doors: Partial<Doors> = {}) {
  const given = new Map<OptionKey, unknown>(
    Object.entries({ ...flags, config: writeConfig(file) }) as [OptionKey, unknown][],
  )
  const all = { environment: {}, known: FOR_TRANSCRIBE, isListen: false, hasAudio: false, ...doors, flags: given }
  const { settings, notes } = await gather(all)
  const values = Object.fromEntries([...settings].map(([key, { value }]) => [key, value]))
  return { values, notes: notes.map((note) => note.replace(/\(\S+?(:\d+)\)/g, '(FILE$1)')) }
}

describe('what a file has for other runs', () => {
  it.each([
    [{ port: 1, model: 'base' }, {}, {}, { model: 'base' }, ['port (FILE:2) is left out: it is for asr-stream listen']],
    [
      { output: 'x.txt', offline: true },
      {},
      { isListen: true, known: OPTION_KEYS },
      {},
      [
        'output (FILE:2) is left out: each client gets its own lines',
        'offline (FILE:3) is left out: clients are heard as they speak',
      ],
    ],
    [{ mic: true }, {}, { hasAudio: true }, {}, ['mic (FILE:2) is left out: a file or a pipe is given']],
    [{ mic: true }, {}, {}, { mic: true }, []],
    [
      { languages: ['en', 'cs'] },
      { lan: 'en' },
      {},
      {},
      ['languages (FILE:2) is left out: languages (FILE:2) goes with detection, not with --lan en'],
    ],
    [{ lan: 'en' }, { languages: 'en,cs' }, {}, {}, [expect.stringContaining('lan (FILE:2) is left out')]],
    [{ beam_size: 5 }, {}, {}, {}, [expect.stringContaining('beam_size (FILE:2) goes with --offline or --max-lag')]],
    [{ beam_size: 5, offline: false }, {}, {}, { offline: false }, [expect.stringContaining('beam_size (FILE:2)')]],
    [{ beam_size: 5 }, { offline: true }, {}, { beamSize: 5 }, []],
    [{ beam_size: 5, max_lag: 1 }, {}, {}, { beamSize: 5, maxLag: 1 }, []],
    [{ beam_size: 5 }, { maxLag: 1, policy: 'alignatt' }, {}, {}, [expect.stringContaining('beam_size (FILE:2)')]],
    [
      { offline: true, fast: true },
      { beamSize: 3 },
      {},
      { offline: true },
      [expect.stringContaining('fast (FILE:3) is left out')],
    ],
    [{ policy: 'alignatt' }, { offline: true }, {}, {}, [expect.stringContaining('policy (FILE:2) is left out')]],
    [{ offline: true }, { policy: 'alignatt' }, {}, {}, [expect.stringContaining('offline (FILE:2) is left out')]],
    [{ offline: true }, { compUnaware: true }, {}, {}, [expect.stringContaining('offline (FILE:2) is left out')]],
    [
      { backend: 'openai-api', option: { url: 'x' } },
      { backend: 'scripted' },
      {},
      {},
      ['option (FILE:3) is left out: it is for the backend "openai-api", and "scripted" is used'],
    ],
    [{ backend: 'scripted', option: { script: 'x' } }, { backend: 'scripted' }, {}, { option: ['script=x'] }, []],
    [{ model: 'base', vad: true }, {}, { known: ['model'] as const }, { model: 'base' }, []],
  ])('%j beside %j', async (file, flags, doors, values, notes) => {
    expect(await left(file, flags, doors)).toEqual({ values, notes })
  })

  it('a variable goes before a file, also where they exclude each other', async () => {
    const { values } = await left({ languages: ['en'] }, {}, { environment: { ASR_STREAM_LAN: 'de' } })
    expect(values).toEqual({ lan: 'de' })
  })

  it('two that exclude each other within one file are an error', async () => {
    const message = await refusalOf({ file: { offline: true, comp_unaware: true } })
    expect(message).toMatch(/^offline \(\S+:2\) and comp_unaware \(\S+:3\) exclude each other$/)
  })

  it('messages name both doors', async () => {
    const message = await refusalOf({ argv: ['--min-chunk-size', '2'], file: { max_backlog: 1 } })
    expect(message).toMatch(/^max_backlog \(\S+:2\) is less than --min-chunk-size: no update would fit$/)
  })
})

describe('variables', () => {
  it('set options by their other names too, and nothing where they are empty', async () => {
    const environment = { ASR_STREAM_LANGUAGE: 'DE', ASR_STREAM_MODEL: '', ASR_STREAM_PLUGIN: 'a,b' }
    const { values } = await throughDoors({ environment })
    expect(values).toMatchObject({ lan: 'de', model: 'tiny.en', plugins: ['a', 'b'] })
  })

  it('that no option has are told, once each', () => {
    const { settings, warnings } = readVariables({
      ASR_STREAM_MIN_CHUNK_SISE: '1',
      ASR_STREAM_XYZZY_PLUGH: '1',
      ASR_STREAM_vad: '1',
      ASR_STREAM_NO_HALLUCINATION_FILTER: '1',
      ASR_STREAM_WARMUP_FILE: 'x',
      ASR_STREAM_PYTHON: 'python3',
      ASR_STREAMING: '1',
      MODEL: 'x',
    })
    expect(settings.size).toBe(0)
    expect(warnings).toEqual([
      'no option has the variable ASR_STREAM_MIN_CHUNK_SISE; did you mean ASR_STREAM_MIN_CHUNK_SIZE?',
      'no option has the variable ASR_STREAM_XYZZY_PLUGH; docs/configuration.md lists all',
      'no option has the variable ASR_STREAM_vad; did you mean ASR_STREAM_VAD?',
      expect.stringContaining('did you mean ASR_STREAM_HALLUCINATION_FILTER=false?'),
      expect.stringContaining('no option has the variable ASR_STREAM_WARMUP_FILE'),
    ])
  })

  it.each([
    [{ ASR_STREAM_LAN: 'de', ASR_STREAM_LANGUAGE: 'en' }, 'ASR_STREAM_LAN and ASR_STREAM_LANGUAGE set the same option'],
    [{ ASR_STREAM_VAD: 'maybe' }, 'ASR_STREAM_VAD must be true or false, not "maybe"'],
    [{ ASR_STREAM_OPTION: '{"a": 1' }, 'ASR_STREAM_OPTION is not JSON, though it starts like it'],
    [{ ASR_STREAM_LANGUAGES: 'en,,cs' }, 'ASR_STREAM_LANGUAGES.1 must be a text that is not empty, not "en,,cs"'],
    [{ ASR_STREAM_PORT: '70000' }, 'ASR_STREAM_PORT must be at most 65535, not 70000'],
  ])('%j is refused', async (environment, message) => {
    expect(await refusalOf({ environment })).toBe(message)
  })

  it('name a file, and the command line another', async () => {
    const [one, other] = [writeConfig({ threads: 1 }), writeConfig({ threads: 2 })]
    const environment = { ASR_STREAM_CONFIG: one }
    expect((await throughDoors({ environment })).values.threads).toBe(1)
    expect((await throughDoors({ environment, argv: ['--config', other] })).values.threads).toBe(2)
  })
})

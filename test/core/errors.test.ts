import { expect, it } from 'vitest'
import { AsrStreamError, BackendError, type ErrorCode, InputError, UnexpectedError } from '../../src/core/errors.js'
import { createTranscriber, type TranscriberSettings } from '../../src/transcriber/create-transcriber.js'

async function failureOf(work: Promise<unknown>): Promise<AsrStreamError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AsrStreamError)) throw new Error(`no error of this program: ${error}`)
  return error
}

const CASES: readonly (readonly [code: ErrorCode, settings: object, details: object])[] = [
  [
    'ASR_OPTION_UNKNOWN',
    { vca: true },
    { option: 'vca', knownOptions: expect.arrayContaining(['vac', 'minChunkSize']) },
  ],
  ['ASR_OPTION_INVALID', { policy: 'agreement' }, { option: 'policy', choices: ['local-agreement', 'alignatt'] }],
  ['ASR_OPTION_INVALID', { minChunkSize: -1 }, { option: 'minChunkSize', value: -1 }],
  ['ASR_OPTION_CONFLICT', { offline: true, compUnaware: true }, { options: ['offline', 'compUnaware'] }],
  ['ASR_LANGUAGE_UNKNOWN', { language: 'klingonese' }, { language: 'klingonese' }],
  ['ASR_MODEL_UNKNOWN', { model: 'tinny' }, { model: 'tinny', availableModels: expect.arrayContaining(['tiny']) }],
  [
    'ASR_BACKEND_UNKNOWN',
    { backend: 'x' },
    { backend: 'x', availableBackends: expect.arrayContaining(['onnx-whisper']) },
  ],
]

it.each(CASES)('%s is told of %o with what a program needs', async (code, settings, details) => {
  const error = await failureOf(createTranscriber(settings as TranscriberSettings))
  expect(error).toMatchObject({ code, details, exitCode: 2 })
  expect(JSON.parse(JSON.stringify(error.details))).toEqual(error.details)
})

it('ASR_INPUT_MISSING names the file', async () => {
  await using transcriber = await createTranscriber()
  const error = await failureOf(transcriber.stream('nowhere.wav').next())
  expect(error).toMatchObject({ code: 'ASR_INPUT_MISSING', details: { path: 'nowhere.wav' } })
})

it('the code of a class is that of its own class where none is given', () => {
  expect(new BackendError('x')).toMatchObject({ code: 'ASR_BACKEND', details: {} })
  expect(new UnexpectedError('x')).toMatchObject({ code: 'ASR_BACKEND', details: {}, name: 'UnexpectedError' })
  expect(new BackendError('x', { code: 'ASR_BACKEND_UNKNOWN' })).toMatchObject({ code: 'ASR_BACKEND_UNKNOWN' })
})

it('what could not be opened because too many files are open is not to blame', () => {
  const cause = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
  const within = new Error('the disk', { cause })
  for (const each of [cause, within]) {
    const error = new InputError('a.wav cannot be opened', { cause: each, hint: 'give another path' })
    expect(error.hint).toBe('close some, or raise the limit: ulimit -n 4096')
  }
  expect(new InputError('a.wav cannot be opened', { cause: new Error('no'), hint: 'give another path' }).hint).toBe(
    'give another path',
  )
})

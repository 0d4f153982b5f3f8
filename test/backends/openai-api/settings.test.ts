import { describe, expect, it } from 'vitest'
import wavefile from 'wavefile'
import { openAiApiLoader } from '../../../src/backends/openai-api/loader.js'
import { endpoint, languageCode, modelOf, needsKey, serviceOf } from '../../../src/backends/openai-api/options.js'
import { parseRetryAfter, pause } from '../../../src/backends/openai-api/retry.js'
import { encodeWav } from '../../../src/backends/openai-api/wav.js'
import { parseConfig } from '../../../src/config/config.js'
import { BackendError, UsageError } from '../../../src/core/errors.js'

const config = (settings: Readonly<Record<string, unknown>>) =>
  parseConfig(settings, openAiApiLoader.options) as Parameters<typeof openAiApiLoader.load>[0]

describe('where the service is', () => {
  it.each([
    [{}, {}, 'https://api.openai.com/v1/audio/transcriptions'],
    [{}, { OPENAI_BASE_URL: ' ' }, 'https://api.openai.com/v1/audio/transcriptions'],
    [{}, { OPENAI_BASE_URL: 'http://a:1/v1/' }, 'http://a:1/v1/audio/transcriptions'],
    [{ baseUrl: 'http://b/v1' }, { OPENAI_BASE_URL: 'http://a/v1' }, 'http://b/v1/audio/transcriptions'],
    [{ baseUrl: 'http://b/v1/audio/translations/' }, {}, 'http://b/v1/audio/transcriptions'],
    [{ baseUrl: 'http://b' }, {}, 'http://b/audio/transcriptions'],
    [{ baseUrl: 'https://b/x?api-version=1' }, {}, 'https://b/x/audio/transcriptions?api-version=1'],
  ])('is read: %j %j', (options, environment, expected) => {
    expect(endpoint(serviceOf(options, environment), 'transcriptions').href).toBe(expected)
  })

  it.each([
    ['localhost:8000/v1', 'is not a valid web address'],
    ['nowhere', 'is not a valid web address'],
    ['ftp://a/v1', 'is not a valid web address'],
    ['http://me:hidden@a/v1', 'has a name or password in it'],
    ['http://me:hidden@a b/v1', 'is not a valid web address'],
  ])('is refused: %s', (baseUrl, message) => {
    const attempt = () => serviceOf({ baseUrl }, {})
    expect(attempt).toThrow(UsageError)
    expect(attempt).toThrow(message)
    expect(attempt).not.toThrow('hidden')
  })
})

describe('the key', () => {
  it('comes from the variable that is named', () => {
    const environment = { OPENAI_API_KEY: 'one', OTHER: ' two\n' }
    expect(serviceOf({}, environment).key).toBe('one')
    expect(serviceOf({ keyVariable: 'OTHER' }, environment).key).toBe('two')
    expect(serviceOf({ keyVariable: 'ABSENT' }, environment).key).toBeNull()
    expect(serviceOf({}, { OPENAI_API_KEY: '' }).key).toBeNull()
  })

  it('that cannot be sent is refused without being shown', () => {
    const attempt = () => serviceOf({}, { OPENAI_API_KEY: 'sk-sécret\nsk' })
    expect(attempt).toThrow(BackendError)
    expect(attempt).not.toThrow('sk-s')
  })

  it('is needed by OpenAI only', () => {
    expect(needsKey(serviceOf({}, {}))).toBe(true)
    expect(needsKey(serviceOf({ baseUrl: 'http://localhost:8000/v1' }, {}))).toBe(false)
  })
})

describe('the model and the language', () => {
  it('are what the user would expect', () => {
    expect(modelOf(config({}), config({}).model)).toBe('whisper-1')
    expect(modelOf({}, 'whisper-large-v3')).toBe('whisper-large-v3')
    expect(modelOf({ apiModel: 'tiny.en' }, 'whisper-large-v3')).toBe('tiny.en')
    expect(['auto', 'de', 'German', 'yue', 'JAPANESE'].map(languageCode)).toEqual([null, 'de', 'de', 'yue', 'ja'])
    expect(() => languageCode('martian')).toThrow(UsageError)
  })
})

describe('a pause', () => {
  it('doubles, wavers, has an end, and is as long as the service says', () => {
    expect([0, 1, 2, 3, 4, 9].map((failures) => pause(failures, null, 0))).toEqual([0.25, 0.5, 1, 2, 4, 4])
    expect(pause(0, null, 0.999)).toBeCloseTo(0.5)
    expect(pause(0, 7, 0.5)).toBe(7)
    expect(pause(0, 86_400, 0.5)).toBe(60)
  })

  it.each([
    ['7', 7],
    ['1.5', 1.5],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 50],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['', null],
    [null, null],
  ])('is read: %j', (header, expected) => expect(parseRetryAfter(header, 10_000)).toBe(expected))
})

describe('the WAV file', () => {
  it('has 16 bits, one channel and 16 kHz', () => {
    const wav = new wavefile.WaveFile(encodeWav(Float32Array.of(0, 1, -1, 2, -2, 0.5, Number.NaN)))
    expect(wav.fmt).toMatchObject({ numChannels: 1, sampleRate: 16_000, bitsPerSample: 16, audioFormat: 1 })
    expect([...wav.getSamples(false, Int16Array)]).toEqual([0, 32_767, -32_767, 32_767, -32_767, 16_384, 0])
  })

  it('may be empty', () => expect(encodeWav(new Float32Array(0))).toHaveLength(44))
})

describe('the loader', () => {
  it.each([
    [{ timeoutSec: 0 }, 'timeoutSec must be greater than 0'],
    [{ timeoutSec: 301 }, 'timeoutSec must be at most 300'],
    [{ retries: -1 }, 'retries must be at least 0'],
    [{ responseFormat: 'srt' }, 'responseFormat must be one of verbose_json, json'],
  ])('refuses %j', (settings, message) => expect(() => config(settings)).toThrow(message))

  it('takes the first temperature, unless the backend has one of its own', () => {
    expect(config({ offline: true, temperature: '0.2,0.4' }).temperature).toEqual([0.2, 0.4])
    expect(config({ apiTemperature: 0.3 }).apiTemperature).toBe(0.3)
  })
})

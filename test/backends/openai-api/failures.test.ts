import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ServiceError } from '../../../src/backends/openai-api/service-error.js'
import { BackendError } from '../../../src/core/errors.js'
import { recognizer } from '../../helpers/openai-api.js'
import { KEY, transcriptionService } from '../../helpers/transcription-service.js'

const service = transcriptionService()

/** The error of an attempt, as far as it is told. */
async function failure(attempt: Promise<unknown>): Promise<ServiceError> {
  const error = await attempt.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  expect(error).toBeInstanceOf(BackendError)
  return error as ServiceError
}

/** Nothing listens at this port: it was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe('a failure that may pass', () => {
  it.each([
    ['busy-once', [7]],
    ['busy-until', [0]],
    ['trouble-twice', [0.25, 0.5]],
    ['conflict-once', [0.25, 0.5]],
    ['cut-once', [0.25, 0.5]],
  ])('is tried again: %s', async (answers, expected) => {
    const visitor = service(answers)
    const { hear, pauses, said } = recognizer(visitor.baseUrl)
    expect(await hear()).toEqual([{ begin: 0.5, end: 0.9, text: ' Yes.' }])
    expect(pauses).toEqual(expected)
    expect(said.info).toHaveLength(expected.length)
    const seconds = (await visitor.seen()).map((request) => request.seconds)
    expect(seconds).toEqual(Array.from({ length: expected.length + 1 }, () => 8))
  })

  it('is tried again when there is no answer in time', async () => {
    const visitor = service('late-once')
    const { hear, pauses } = recognizer(visitor.baseUrl, { timeoutSec: 0.3 })
    // On a busy machine the second answer may be late as well, and a request may be given up before it arrives.
    const heard = await hear().catch((error: unknown) => String(error))
    expect(heard).toEqual(
      typeof heard === 'string'
        ? expect.stringContaining('did not answer within 0.3 s, 3 times in a row')
        : [{ begin: 0.5, end: 0.9, text: ' Yes.' }],
    )
    expect(pauses[0]).toBe(0.25)
    await visitor.until((requests) => requests.some(({ left }) => left === true))
  })

  it.each([
    ['busy', 429, 'gets too many requests (429): Rate limit reached, 3 times in a row', '--min-chunk-size'],
    ['trouble', 503, 'has trouble (503): The engine is currently overloaded, please try again later, 3 times', 'later'],
    ['cut', null, 'failed: ', 'check the network'],
  ])('is told when it does not pass: %s', async (answers, status, message, hint) => {
    const visitor = service(answers)
    const error = await failure(recognizer(visitor.baseUrl).hear())
    expect(error).toMatchObject({ status, code: 'ASR_BACKEND' })
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
    expect(await visitor.seen()).toHaveLength(3)
  })

  it('is not tried again when that is not wanted', async () => {
    const visitor = service('trouble')
    expect((await failure(recognizer(visitor.baseUrl, { retries: 0 }).hear())).message).not.toContain('in a row')
    expect(await visitor.seen()).toHaveLength(1)
  })
})

describe('a failure that does not pass', () => {
  it.each([
    ['error-400', 400, "refuses the request (400): response_format 'verbose_json' is not", 'responseFormat=json'],
    ['error-403', 403, 'denies access (403): Country, region', 'the key in OPENAI_API_KEY'],
    [
      'error-404',
      404,
      'has no such address, or no such model (404): The model `large-v9`',
      'and the model "whisper-1"',
    ],
    ['error-413', 413, 'finds the audio too long (413): 413: Maximum', '--offline'],
    ['error-detail', 422, 'refuses the request (422): [{"loc":["body","model"],"msg":"field required"}]', 'options'],
    [
      'no-credit',
      429,
      'refuses because the account has no credit (429): You exceeded your current quota',
      'the account',
    ],
    ['elsewhere', 301, 'redirects elsewhere (301)', 'it redirects to https://elsewhere.invalid/v1'],
    ['malformed', null, 'gave something that is not JSON instead of a transcription: {"text": "half', 'base URL'],
    ['page', null, 'gave a web page instead of a transcription', 'it usually ends in /v1'],
    ['empty', null, 'gave an empty answer instead of a transcription', 'base URL'],
    ['strange', null, 'gave something else instead of a transcription', 'base URL'],
    ['error-in-200', null, 'gave something else instead of a transcription: failed to read audio data', 'base URL'],
    ['no-such-file', 404, 'has no such address', '/v1; it usually ends in /v1'],
  ])('is told at once: %s', async (answers, status, message, hint) => {
    const visitor = service(answers)
    const { hear, pauses } = recognizer(visitor.baseUrl)
    const error = await failure(hear())
    expect(error.message).toContain(`the service at ${visitor.baseUrl}/audio/transcriptions ${message}`)
    expect(error.hint).toContain(hint)
    expect(error).toMatchObject({ status, mayPass: false })
    expect(pauses).toEqual([])
  })

  it('is a key that is wrong: the variable is named, the key is not, though the service repeats it', async () => {
    const { hear, said } = recognizer(service('verbose').baseUrl, { key: 'sk-very-secret' })
    const error = await failure(hear())
    expect(error.message).toContain('refuses the key (401): Incorrect API key provided: [key].')
    expect(error.hint).toBe('check the key in OPENAI_API_KEY')
    expect(JSON.stringify([error, error.message, error.stack, error.cause, said])).not.toContain('very-secret')
  })

  it('is a key that is missing', async () => {
    const error = await failure(recognizer(service('verbose').baseUrl, { key: null }).hear())
    expect(error.message).toContain("wants a key (401): You didn't provide an API key.")
    expect(error.hint).toBe('set it: export OPENAI_API_KEY=your-key')
  })
})

describe('a connection', () => {
  it('that is refused is tried again, and counts as nothing sent', async () => {
    const port = await freePort()
    const { asr, hear, pauses } = recognizer(`http://127.0.0.1:${port}/v1`)
    const error = await failure(hear())
    expect(error.message).toBe(`nothing listens at 127.0.0.1:${port}: the connection is refused, 3 times in a row`)
    expect(pauses).toHaveLength(2)
    expect(asr.sentSec).toBe(0)
  })

  it('to a host that is not known is told', async () => {
    const error = await failure(recognizer('http://asr-stream.invalid/v1', { retries: 0 }).hear())
    expect(error.message).toMatch(/^the host asr-stream\.invalid is not known \((ENOTFOUND|EAI_AGAIN)\)$/)
  })

  it('that should be secure and is not is told at once', async () => {
    const { hear, pauses } = recognizer(service('verbose').baseUrl.replace('http:', 'https:'))
    const error = await failure(hear())
    expect(error.message).toMatch(/^no secure connection to 127\.0\.0\.1:\d+: /)
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS')
    expect(pauses).toEqual([])
  })

  it('without an answer is told', async () => {
    const error = await failure(recognizer(service('late').baseUrl, { timeoutSec: 0.05, retries: 1 }).hear())
    expect(error.message).toMatch(/did not answer within 0\.05 s, 2 times in a row$/)
    expect(error.hint).toContain('timeoutSec')
  })
})

describe('aborting', () => {
  it('before the start asks nobody', async () => {
    const visitor = service('verbose')
    const reason = new Error('enough')
    await expect(recognizer(visitor.baseUrl).hear(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(await visitor.seen()).toEqual([])
  })

  it('while the service computes ends the request, there too', async () => {
    const visitor = service('late')
    const abort = new AbortController()
    const reason = new Error('enough')
    const attempt = recognizer(visitor.baseUrl).hear(1, { signal: abort.signal })
    const refused = expect(attempt).rejects.toBe(reason)
    await visitor.until((requests) => requests.length > 0)
    abort.abort(reason)
    await refused
    await visitor.until(([request]) => request?.left === true)
    expect(await visitor.seen()).toHaveLength(1)
  })

  it('in a pause between attempts ends it', async () => {
    const visitor = service('busy-once')
    const abort = new AbortController()
    const reason = new Error('enough')
    // The real clock: the pause would be seven seconds.
    const { systemClock } = await import('../../../src/audio/pacing/system-clock.js')
    const sleep = (seconds: number, signal?: AbortSignal) => {
      setImmediate(() => abort.abort(reason))
      return systemClock.sleep(seconds, signal)
    }
    const { hear } = recognizer(visitor.baseUrl, { chance: { clock: { sleep }, random: Math.random } })
    await expect(hear(1, { signal: abort.signal })).rejects.toBe(reason)
    expect(await visitor.seen()).toHaveLength(1)
  })

  it('hurts no other request', async () => {
    const { asr, hear } = recognizer(service('verbose').baseUrl)
    const abort = new AbortController()
    const attempts = [hear(8, { signal: abort.signal }), hear(8)]
    abort.abort(new Error('enough'))
    const [one, other] = await Promise.allSettled(attempts)
    expect([one?.status, other?.status]).toEqual(['rejected', 'fulfilled'])
    await asr.close()
  })
})

describe('the key', () => {
  it('is in nothing that is logged', async () => {
    const { hear, said, asr } = recognizer(service('trouble-twice').baseUrl)
    await hear()
    await asr.close()
    expect(said.info).toHaveLength(3)
    expect(JSON.stringify(said)).not.toContain(KEY)
  })
})

import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderWith, type RunOptions, runProgram, silentWav, wordsOf } from '../../helpers/program.js'
import { ServerRun } from '../../helpers/tcp.js'
import { KEY, transcriptionService } from '../../helpers/transcription-service.js'

const JFK = fileURLToPath(new URL('../../../fixtures/jfk.wav', import.meta.url))
const service = transcriptionService()

const run = (args: readonly string[], env: RunOptions['env'] = { OPENAI_API_KEY: KEY }) =>
  runProgram(['--backend', 'openai-api', '--comp-unaware', ...args], { env: { OPENAI_BASE_URL: '', ...env } })
const at = (baseUrl: string) => ['--option', `baseUrl=${baseUrl}`]

describe('asr-stream --backend openai-api', () => {
  it('streams a file through the service', async () => {
    const visitor = service('jfk')
    const { code, stdout, stderr } = await run([...at(visitor.baseUrl), JFK])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(wordsOf(stdout).filter(Boolean).join(' ')).toBe(
      'And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.',
    )
    expect(stdout.split('\n')[0]).toBe('2000.0000 290 970  And so,')
    const lengths = (await visitor.seen()).map(({ seconds }) => seconds)
    expect(lengths).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('tells what was sent', async () => {
    const { stderr } = await run([...at(service('jfk').baseUrl), '--log-level', 'INFO', '--profile', JFK])
    expect(stderr).toMatch(/asr-stream: info: 66\.0 s of audio went to 127\.0\.0\.1:\d+ in 11 requests\n/)
    expect(stderr).toMatch(/^requests, 66\.0 s of audio +\d+ +11 /m)
    expect(stderr).not.toContain(KEY)
  })

  it.each([
    [['--model', 'whisper-large-v3', '--lan', 'english'], 'transcriptions', 'whisper-large-v3', 'en', '0'],
    [['--task', 'translate', '--option', 'apiTemperature=0.5'], 'translations', 'whisper-1', undefined, '0.5'],
    [['--option', 'apiModel=tiny.en', '--lan', 'de'], 'transcriptions', 'tiny.en', 'de', '0'],
  ])('sends what was asked for: %j', async (args, task, model, language, temperature) => {
    const visitor = service('jfk')
    expect((await run([...at(visitor.baseUrl), ...args, JFK])).code).toBe(0)
    const [request] = await visitor.seen()
    const fields = Object.fromEntries(request?.fields ?? [])
    expect(request?.task).toBe(task)
    expect(fields).toMatchObject({ model, temperature })
    expect(fields.language).toBe(language)
  })

  it('takes the address and another key from the environment', async () => {
    const visitor = service('jfk')
    const env = { OPENAI_API_KEY: '', MY_KEY: KEY, OPENAI_BASE_URL: visitor.baseUrl }
    expect(await run(['--option', 'keyVariable=MY_KEY', JFK], env)).toMatchObject({ code: 0, stderr: '' })
    expect(await visitor.seen()).toHaveLength(11)
  })

  it('hears a model that gives nothing but text', async () => {
    const visitor = service('text-only')
    const args = ['--model', 'gpt-4o-transcribe', '--option', 'responseFormat=json', '--offline']
    const { code, stdout, stderr } = await runProgram(
      ['--backend', 'openai-api', ...at(visitor.baseUrl), ...args, JFK],
      { env: { OPENAI_API_KEY: KEY } },
    )
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'asr-stream: warning: the service gives text without times: the times of words are coarse\n',
    })
    expect(stdout).toMatch(/^[\d.]+ 0 11000 {2}The old mill.* in 1990!\n$/)
  })

  it.each([
    ['times-reversed', '"so" lies from 8.4 to 8.9 s, behind what begins at 9.1 s: the times of words are coarse'],
    ['times-negative', '"And" lies from -20 to -19.5 s of 11.0 s of audio: the times of words are coarse'],
    ['times-behind', '"And" lies from 60 to 60.5 s of 11.0 s of audio: the times of words are coarse'],
    ['times-turning', '"fellow" lies from 600 to 600.5 s of 11.0 s of audio: such words lie between their neighbors'],
  ])('loses no word of %s, and says once what is wrong', async (answers, problem) => {
    const visitor = service(answers)
    const { code, stdout, stderr } = await runProgram(
      ['--backend', 'openai-api', ...at(visitor.baseUrl), '--offline', JFK],
      { env: { OPENAI_API_KEY: KEY } },
    )
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `asr-stream: warning: the service gives impossible times: ${problem}\n`,
    })
    expect(stdout).toMatch(/ And so my fellow Americans ask not what your country can do for you\n$/)
  })

  it('sends nothing for a file without sound', async () => {
    const visitor = service('verbose')
    const cwd = folderWith({ 'a.wav': silentWav(3) })
    expect(await run([...at(visitor.baseUrl), join(cwd, 'a.wav')])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await visitor.seen()).toEqual([])
  })

  it('ends in one line when the service refuses', async () => {
    const { code, stdout, stderr } = await run([...at(service('jfk').baseUrl), JFK], { OPENAI_API_KEY: 'wrong-key' })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^asr-stream: error: the service at .+ refuses the key \(401\): .+; check the key in .+\n$/)
    expect(stderr).not.toContain('wrong-key')
  })

  it.each([
    [['--option', 'baseUrl=nowhere'], 2, 'the base URL "nowhere" is not a valid web address; write it as https://'],
    [['--lan', 'martian'], 2, 'unknown language "martian"'],
    [['--option', 'timeoutSecs=3'], 2, 'did you mean "timeoutSec"?'],
    [['--option', 'temperature=1'], 2, '--temperature sets it'],
  ])('refuses %j', async (args, code, message) => {
    const ended = await run([...args, JFK])
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toContain(message)
  })
})

describe('asr-stream listen --backend openai-api', () => {
  it('serves clients at once', async () => {
    const visitor = service('jfk-open')
    const server = await ServerRun.start(['--backend', 'openai-api', ...at(visitor.baseUrl)], tmpdir())
    const pcm = readFileSync(JFK).subarray(44)
    const clients = [await server.client(), await server.client()]
    await Promise.all(clients.map((client) => client.finish(pcm)))
    for (const { words } of clients) {
      expect(words.filter(Boolean).join(' ')).toMatch(/^And so, my fellow Americans, .+ do for your country\.$/)
    }
    server.child.kill('SIGTERM')
    await server.ended
    expect((await visitor.seen()).every(({ seconds }) => seconds !== null && seconds <= 11)).toBe(true)
  })
})

describe('without a key', () => {
  const NEEDS = 'OPENAI_API_KEY is not set, and OpenAI wants a key'

  it('OpenAI is not available, and it is said how to set one', async () => {
    const env = { OPENAI_API_KEY: '', OPENAI_BASE_URL: '' }
    const { stdout } = await runProgram(['backends'], { env })
    expect(stdout).toContain(`  not available: ${NEEDS}\n  to use it: export OPENAI_API_KEY=your-key\n`)
    const used = await run([JFK], env)
    expect(used).toMatchObject({ code: 1, stdout: '' })
    expect(used.stderr).toContain(`${NEEDS}; to use it: export OPENAI_API_KEY=your-key`)
  })

  it('another service is', async () => {
    const { baseUrl } = service('open')
    const env = { OPENAI_API_KEY: '' }
    expect((await runProgram(['backends'], { env: { ...env, OPENAI_BASE_URL: baseUrl } })).stdout).not.toContain(NEEDS)
    expect(await run([...at(baseUrl), JFK], env)).toMatchObject({ code: 0, stderr: '' })
  })
})

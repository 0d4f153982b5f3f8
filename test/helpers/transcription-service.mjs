// A transcription service on the loopback address, for tests: a program of its own that shares nothing with what it tests.
// It refuses what OpenAI's service refuses, by its API reference, and answers with what a file of answers says.
//   POST /<file>/<visitor>/v1/audio/transcriptions   the next answer of test/vectors/openai-api/<file>.json
//   GET  /seen/<visitor>                             the requests of this visitor so far
// Prints its port. Ends when its standard input does.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import Busboy from '@fastify/busboy'
import wavefile from 'wavefile'

const KEY = 'test-key-0123456789'
const MIN_SEC = 0.1
const MAX_BYTES = 25 * 1024 * 1024
const FIELDS = {
  transcriptions: ['model', 'language', 'prompt', 'response_format', 'temperature', 'timestamp_granularities[]'],
  translations: ['model', 'prompt', 'response_format', 'temperature'],
}
const FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt']

const seen = new Map()

const server = createServer(async (request, response) => {
  const [, file, visitor, ...rest] = new URL(request.url, 'http://x').pathname.split('/')
  if (file === 'seen') return void json(response, 200, seen.get(visitor) ?? [])
  const task = /^v1\/audio\/(\w+)$/.exec(rest.join('/'))?.[1]
  const vector = vectorOf(file)
  if (request.method !== 'POST' || !FIELDS[task] || !vector) {
    request.resume()
    return void json(response, 404, refusal(`Invalid URL (${request.method} ${request.url})`))
  }
  const form = await parse(request).catch((error) => ({ problem: String(error) }))
  const visits = seen.get(visitor) ?? []
  const step = vector.steps[Math.min(visits.length, vector.steps.length - 1)]
  const visit = { task, fields: form.fields, seconds: form.seconds, name: form.file?.name, type: form.file?.type }
  seen.set(visitor, [...visits, { ...visit, authorization: request.headers.authorization ?? null }])
  response.once('close', () => {
    if (!response.writableFinished) seen.get(visitor).at(-1).left = true
  })
  const problem = vector.open ? null : unauthorized(request.headers.authorization)
  if (problem) return void json(response, 401, refusal(problem, 'invalid_api_key'))
  const wrong = form.problem ?? invalid(task, form)
  if (wrong) return void json(response, 400, refusal(wrong))
  if (form.file.bytes.length > MAX_BYTES)
    return void json(response, 413, refusal('Maximum content size limit exceeded'))
  answer(step, form, response)
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.on('end', () => process.exit()).resume()

function vectorOf(name) {
  try {
    return JSON.parse(readFileSync(new URL(`../vectors/openai-api/${name}.json`, import.meta.url), 'utf8'))
  } catch {
    return null
  }
}

function parse(request) {
  const fields = []
  let file = null
  return new Promise((resolve, reject) => {
    const parser = new Busboy({ headers: request.headers })
    parser.on('field', (name, value) => fields.push([name, value]))
    parser.on('file', (field, stream, name, _, type) => {
      const parts = []
      stream.on('data', (part) => parts.push(part))
      stream.on('end', () => {
        file = { field, name, type, bytes: Buffer.concat(parts) }
      })
    })
    parser.on('error', reject)
    parser.on('finish', () => resolve({ fields, file, seconds: secondsOf(file?.bytes) }))
    request.pipe(parser)
  })
}

function unauthorized(authorization) {
  if (authorization === undefined) return "You didn't provide an API key."
  if (authorization === `Bearer ${KEY}`) return null
  return `Incorrect API key provided: ${authorization.replace('Bearer ', '')}.`
}

function invalid(task, { fields, file, seconds }) {
  const all = (name) => fields.filter(([one]) => one === name).map(([, value]) => value)
  const [model] = all('model')
  const [format = 'json'] = all('response_format')
  const granularities = all('timestamp_granularities[]')
  const unknown = fields.find(([name]) => !FIELDS[task].includes(name))
  const twice = fields.find(([name]) => name !== 'timestamp_granularities[]' && all(name).length > 1)
  if (unknown) return `Unrecognized request argument supplied: ${unknown[0]}`
  if (twice) return `Duplicate argument: ${twice[0]}`
  if (!model) return 'you must provide a model parameter'
  if (file?.field !== 'file') return "Missing required parameter: 'file'"
  if (!/\.(flac|mp3|mp4|mpeg|mpga|m4a|ogg|wav|webm)$/.test(file.name)) return 'Invalid file format.'
  if (seconds === null) return 'The audio file could not be decoded or its format is not supported.'
  if (seconds < MIN_SEC) return 'Audio file is too short. Minimum audio length is 0.1 seconds.'
  if (!FORMATS.includes(format)) return `Invalid value for response_format: ${format}`
  if (granularities.length > 0 && format !== 'verbose_json') {
    return 'timestamp_granularities is only supported for verbose_json'
  }
  if (granularities.some((one) => !['word', 'segment'].includes(one))) return 'Invalid timestamp_granularities'
  if (all('language').some((code) => !/^[a-z]{2,3}$/.test(code))) return 'Invalid language: use ISO-639-1'
  if (all('temperature').some((text) => !(Number(text) >= 0 && Number(text) <= 1))) return 'Invalid temperature'
  if (/^gpt-4o/.test(model) && format !== 'json') {
    return `response_format '${format}' is not compatible with model '${model}'. Use 'json' or 'text' instead.`
  }
  return null
}

/** Length of a WAV file of the form that is wanted; null: it is none. */
function secondsOf(bytes) {
  try {
    const { fmt, data } = new wavefile.WaveFile(bytes)
    const isRight = fmt.audioFormat === 1 && fmt.numChannels === 1 && fmt.bitsPerSample === 16
    const isWhole = data.chunkSize === bytes.length - 44 && bytes.readUInt32LE(4) === bytes.length - 8
    return isRight && isWhole && fmt.sampleRate === 16_000 ? data.chunkSize / 32_000 : null
  } catch {
    return null
  }
}

function answer(step, { seconds }, response) {
  if (step.hold) return
  if (step.cut === 'before') return void response.destroy()
  if (step.cut === 'within') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
    return void response.write('{"text": "half', () => response.destroy())
  }
  const { status = 200, headers = {} } = step
  if (step.spoken) return void json(response, 200, spoken(fixture(step.spoken), seconds))
  if (step.text === undefined) return void json(response, status, step.json, headers)
  response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(step.text)
}

function fixture(name) {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}.ref.json`, import.meta.url), 'utf8')).words
}

/** What was said until then, as the service tells it: words without signs, a text with them. */
function spoken(words, seconds) {
  const heard = words.filter(({ end }) => end <= seconds)
  const text = heard.map(({ word }) => word).join(' ')
  const segment = { id: 0, start: 0, end: heard.at(-1)?.end ?? 0, text: ` ${text}`, no_speech_prob: 0.01 }
  return {
    task: 'transcribe',
    language: 'english',
    duration: seconds,
    text,
    words: heard.map(({ word, ...times }) => ({ word: word.replace(/[.,?!]/g, ''), ...times })),
    segments: heard.length > 0 ? [segment] : [],
  }
}

function refusal(message, code = null) {
  return { error: { message, type: 'invalid_request_error', param: null, code } }
}

function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

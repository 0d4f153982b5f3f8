import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UrlSource } from '../../src/audio/sources/url-source.js'
import { compressed, compressedPath, decoded, likeness } from '../helpers/compressed.js'
import { rememberingLog } from '../helpers/logs.js'
import { folderWith, runProgram, spokenWords, temporaryFolder, wordsOf, written } from '../helpers/program.js'
import { fixture, fixturePath } from '../helpers/speech.js'
import { chunk, fmt, riff } from '../helpers/wavs.js'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json', '--comp-unaware']
const WORDS = { 'words.json': spokenWords(['one', 'two', 'three', 'four']) }
const ALL = ['one', 'two', 'three', 'four']

/** Makes a file of jfk.wav, and gives its path. */
function made(name: string, ...options: readonly string[]): string {
  const path = join(temporaryFolder(), name)
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', fixturePath('jfk'), ...options, path])
  return path
}

/** Serves bytes over HTTP on this machine, and counts who asks. */
async function served(bytes: Uint8Array): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0
  const server: Server = createServer(({ url }, response) => {
    asked++
    if (url === '/talk.m4a') response.end(bytes)
    else response.writeHead(404).end('not here')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked }
}

describe.skipIf(!hasFfmpeg)('what ffmpeg decodes', () => {
  it.each([
    ['an M4A', () => compressed('jfk.m4a')],
    ['an M4A with its index behind, as phones write it', () => readFileSync(made('b.m4a', '-c:a', 'aac'))],
    ['a QuickTime file with its index behind', () => readFileSync(made('b.mov', '-c:a', 'alac'))],
    ['a WebM', () => readFileSync(made('a.webm', '-c:a', 'libopus'))],
    ['an ADPCM WAV', () => readFileSync(made('a.wav', '-c:a', 'adpcm_ima_wav'))],
    ['an AIFF that is compressed', () => readFileSync(made('a.aifc', '-c:a', 'adpcm_ima_qt'))],
    ['an AU', () => readFileSync(made('a.au'))],
  ])('is heard through a pipe: %s', async (_, bytes) => {
    const { audio, error } = await decoded(bytes(), { mayUseFfmpeg: true }, [100, 5000, 3])
    expect(error).toBeNull()
    expect(Math.abs(audio.length - 176_000)).toBeLessThan(3200)
    expect(likeness(fixture('jfk').audio, audio, 1200).value).toBeGreaterThan(0.9)
  })

  it.each([
    ['an index behind', ['-c:a', 'aac']],
    ['an index before', ['-c:a', 'aac', '-movflags', '+faststart']],
    ['one fragment', ['-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov']],
    ['many fragments', ['-c:a', 'aac', '-frag_duration', '1000000', '-movflags', 'empty_moov']],
  ])('is warned of where two MP4 are joined, and not where there is one: %s', async (_, options) => {
    const bytes = readFileSync(made('a.mp4', ...options))
    const cwd = folderWith({ ...WORDS, 'one.mp4': bytes, 'two.mp4': Buffer.concat([bytes, bytes]) })
    const warned = (name: string) =>
      `asr-stream: warning: ${name} goes on with another recording behind its end: not all of that is heard, transcribe it by itself\n`
    for (const [name, warning] of [
      ['one.mp4', () => ''],
      ['two.mp4', warned],
    ] as const) {
      expect(await runProgram([...SCRIPTED, name], { cwd })).toMatchObject({ code: 0, stderr: warning(name) })
      const piped = await runProgram([...SCRIPTED, '-'], {
        cwd,
        input: (stdin) => void stdin.end(readFileSync(join(cwd, name))),
      })
      // Ffmpeg may find fault with what it does not hear.
      expect(piped.stderr.slice(0, warning('standard input').length || undefined)).toBe(warning('standard input'))
    }
  })

  it('is not taken for cut off where nothing but an estimate says how long it is', async () => {
    const aac = readFileSync(made('a.aac'))
    const cwd = folderWith({ ...WORDS, 'long.aac': Buffer.concat([aac, aac, aac]) })
    const { code, stderr } = await runProgram([...SCRIPTED, 'long.aac'], { cwd })
    expect(code).toBe(0)
    expect(stderr).not.toMatch(/cut off|not whole/)
  })

  it('is heard as a file, from where it is told to, and by one channel', async () => {
    const folder = folderWith({ ...WORDS, '-odd name: it.m4a': compressed('jfk.m4a') })
    const args = [...SCRIPTED, '--start-at', '1', '--channel', 'left', './-odd name: it.m4a']
    const run = await runProgram(args, { cwd: folder })
    expect(run).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^.*it\.m4a has one channel: --channel has no effect\n$/),
    })
    expect(wordsOf(run.stdout)).toEqual(['three', 'four'])
    const beyond = await runProgram([...SCRIPTED, '--start-at', '20', compressedPath('jfk.m4a')], { cwd: folder })
    expect(beyond).toMatchObject({ code: 1, stdout: '' })
    expect(beyond.stderr).toContain('nothing is left after 20 s')
  })

  it('says what is missing, after the text', async () => {
    const cwd = folderWith({ ...WORDS, 'a.m4a': compressed('jfk.m4a').subarray(0, 25_000) })
    const run = await runProgram([...SCRIPTED, 'a.m4a'], { cwd })
    expect(run.code).toBe(1)
    expect(wordsOf(run.stdout)).toEqual(ALL)
    expect(run.stderr).toMatch(/a\.m4a is not whole: 5\.\d s of its audio are missing in the text/)
  })

  it.each([
    ['half.webm', []],
    ['half.mkv', ['-c:a', 'aac']],
    ['half.mp4', ['-movflags', '+faststart']],
  ])('says of a pipe as well that it is cut off, without places in memory: %s', async (name, options) => {
    const bytes = readFileSync(made(name, ...options))
    const input = written(bytes.subarray(0, bytes.length / 2))
    const run = await runProgram([...SCRIPTED, '-'], { cwd: folderWith(WORDS), input })
    expect([run.code, wordsOf(run.stdout)]).toEqual([1, ALL])
    expect(run.stderr).toContain('error: standard input is not whole: its end is missing in the text; ')
    expect(run.stderr).not.toMatch(/@ 0x/)
  })

  it('is refused with what ffmpeg says', async () => {
    const bytes = Buffer.concat([Buffer.from('\0\0\0\x1cftypM4A ', 'latin1'), Buffer.alloc(3000, 7)])
    const cwd = folderWith({ ...WORDS, 'a.m4a': bytes })
    const file = await runProgram([...SCRIPTED, 'a.m4a'], { cwd })
    expect(file).toMatchObject({ code: 1, stdout: '' })
    expect(file.stderr).toMatch(/^asr-stream: error: a\.m4a .*ffmpeg says ".+"/)
    const pipe = await runProgram([...SCRIPTED, '-'], { cwd, input: written(bytes) })
    expect(pipe).toMatchObject({ code: 1, stdout: '' })
    expect(pipe.stderr).toMatch(/^asr-stream: error: standard input .*ffmpeg says ".+"/)
  })

  it.each(['film.mp4', 'film.webm'])('is refused where it has no sound: %s', async (name) => {
    const path = made(name, '-f', 'lavfi', '-i', 'color=s=64x64:d=1', '-map', '1:v')
    const cwd = folderWith(WORDS)
    const file = await runProgram([...SCRIPTED, path], { cwd })
    expect([file.code, file.stdout]).toEqual([1, ''])
    expect(file.stderr).toMatch(/^asr-stream: error: .*film\.\w+ has no audio track; give the recording .+\n$/)
    const pipe = await runProgram([...SCRIPTED, '-'], { cwd, input: written(readFileSync(path)) })
    expect(pipe.code).toBe(1)
    expect(pipe.stderr).toContain('error: standard input has no audio track; ')
  })

  it('is refused with why it is not decoded here as well', async () => {
    const wav = riff([fmt({ tag: 0x2001 }), chunk('data', new Uint8Array(2000).fill(61))])
    const cwd = folderWith({ ...WORDS, 'odd.wav': wav })
    const [file, pipe] = await Promise.all([
      runProgram([...SCRIPTED, 'odd.wav'], { cwd }),
      runProgram([...SCRIPTED, '-'], { cwd, input: written(wav) }),
    ])
    const why = 'a WAV of this kind cannot be read: its format is 0x2001, and ffmpeg says "'
    expect([file.code, pipe.code]).toEqual([1, 1])
    expect(file.stderr).toContain(`odd.wav: ${why}`)
    expect(pipe.stderr).toContain(`standard input: ${why}`)
  })

  it('does not wait for the end of a pipe that ffmpeg reads no more', async () => {
    const bytes = Buffer.concat([
      Buffer.from('.snd\0\0\0\x20\xff\xff\xff\xff\0\0\0\x63\0\0\x3e\x80\0\0\0\x01', 'latin1'),
      Buffer.alloc(100_000),
    ])
    const run = await runProgram([...SCRIPTED, '-'], { cwd: folderWith(WORDS), input: (stdin) => stdin.write(bytes) })
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('ffmpeg says')
  })

  it('is fetched where an address is given', async () => {
    const { url, asked } = await served(compressed('jfk.m4a'))
    const run = await runProgram([...SCRIPTED, `${url}/talk.m4a`], { cwd: folderWith(WORDS) })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(wordsOf(run.stdout)).toEqual(ALL)
    expect(asked()).toBeGreaterThan(0)
    const missing = await runProgram([...SCRIPTED, `${url}/other.m4a`], { cwd: folderWith(WORDS) })
    expect(missing).toMatchObject({ code: 1, stdout: '' })
    expect(missing.stderr).toMatch(/other\.m4a cannot be read: ffmpeg says ".*404.*"/)
  })

  it('never fetches what a file names', async () => {
    const { url, asked } = await served(compressed('jfk.m4a'))
    // The data reference of a track may be an address: here that of a QuickTime reference movie.
    const link = Buffer.from(`${url}/talk.m4a\0`)
    const rdrf = atom('rdrf', Buffer.concat([Buffer.alloc(4), Buffer.from('url '), uint32(link.length), link]))
    const movie = atom('moov', atom('rmra', atom('rmda', rdrf)))
    const files = {
      ...WORDS,
      'a.m3u8': `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${url}/talk.m4a\n#EXT-X-ENDLIST\n`,
      'a.ffconcat': `ffconcat version 1.0\nfile ${url}/talk.m4a\n`,
      'a.mov': movie,
    }
    for (const name of ['a.m3u8', 'a.ffconcat', 'a.mov']) {
      const run = await runProgram([...SCRIPTED, name], { cwd: folderWith(files) })
      expect(run, name).toMatchObject({ code: 1, stdout: '' })
    }
    expect(asked()).toBe(0)
  })

  it('is asked for again when a live stream breaks off', async () => {
    const url = `rtmp://127.0.0.1:${20_000 + (process.pid % 20_000)}/live/talk`
    const source = new UrlSource(url, { log: rememberingLog(), pause: async () => publish(url, 3) })
    publish(url, 4)
    await untilListening(url)
    let samples = 0
    for await (const audio of source.read()) {
      samples += audio.length
      if (samples > 5 * 16_000) break
    }
    expect(samples).toBeGreaterThan(5 * 16_000)
  })
})

/** Sends so many seconds to whoever connects, then is gone without a word. */
function publish(url: string, seconds: number): void {
  const talk = ['-re', '-t', String(seconds), '-i', fixturePath('jfk'), '-c:a', 'aac', '-f', 'flv']
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...talk, '-listen', '1', url], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
}

async function untilListening(url: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, url.length * 20))
}

function atom(name: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([uint32(bytes.length + 8), Buffer.from(name, 'latin1'), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

describe('without ffmpeg', () => {
  const env = { PATH: '/nowhere' }

  it.each([
    ['a.m4a', 'it is an MP4 or M4A file'],
    ['http://127.0.0.1:9/a.mp3', 'cannot be read without ffmpeg'],
  ])('the command that installs it is told: %s', async (name, says) => {
    const cwd = folderWith({ ...WORDS, 'a.m4a': compressed('jfk.m4a') })
    const run = await runProgram([...SCRIPTED, name], { cwd, env })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain(says)
    expect(run.stderr).toMatch(/install ffmpeg, which decodes it: (sudo )?\w+ .*ffmpeg/i)
    expect(run.stderr.trimEnd()).not.toContain('\n')
  })

  it('MP3, FLAC and Ogg are heard all the same', async () => {
    for (const name of ['jfk_cbr.mp3', 'jfk.flac', 'jfk.opus', 'jfk.ogg']) {
      const run = await runProgram([...SCRIPTED, compressedPath(name)], { cwd: folderWith(WORDS), env })
      expect(run, name).toMatchObject({ code: 0, stderr: '' })
      expect(wordsOf(run.stdout)).toEqual(ALL)
    }
  })

  it('an address that nobody reads is a mistake, and its password is not shown', async () => {
    const run = await runProgram([...SCRIPTED, 's3://me:secret@bucket/a.mp3'], { cwd: folderWith(WORDS), env })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('s3://***@bucket/a.mp3: addresses of s3 are not read')
    expect(run.stderr).not.toContain('secret')
  })
})

import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords, wordsOf, written } from '../helpers/program.js'
import { ServerRun } from '../helpers/tcp.js'
import { chunk, fmt, riff } from '../helpers/wavs.js'

const PAGE = Buffer.from('<html><body><p>The requested URL was not found on this server.</p></body></html>\n'.repeat(9))
const AMR = Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(500, 5)])
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const WORDS = { 'words.json': spokenWords(['one', 'two', 'three', 'four']) }

describe('what is no audio', () => {
  it.each([
    ['a page', PAGE, ['standard input', 'it looks like text (HTML): "<html><body><p>', '--raw-encoding']],
    [
      'words of a file',
      Buffer.from('This is a text file.\n'.repeat(9)),
      ['it looks like text: "This is a text file. '],
    ],
    ['7 bits', riff([fmt({ bits: 7, blockAlign: 2 }), chunk('data', new Uint8Array(2000))]), ['has 7 bits a sample']],
    ['an AMR', AMR, ['standard input', 'it is an AMR stream', 'install ffmpeg']],
  ] as const)('is refused from a pipe: %s', async (_, bytes, says) => {
    const run = await runProgram([...SCRIPTED, '-', '--offline'], {
      cwd: folderWith(WORDS),
      input: written(bytes),
      env: { PATH: '/nowhere' },
    })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    for (const part of says) expect(run.stderr).toContain(part)
    expect(run.stderr.trimEnd()).not.toContain('\n')
  })

  it.each([
    ['a byte', 'x', 'standard input had only 1 byte: it was read as raw audio, in which nothing is heard'],
    ['a word', 'Café', 'standard input had only 5 bytes: they were read as raw audio'],
  ])('is doubted where it could be raw audio and is too short for any: %s', async (_, text, says) => {
    const run = await runProgram([...SCRIPTED, '-'], { cwd: folderWith(WORDS), input: written(Buffer.from(text)) })
    expect(run).toMatchObject({ code: 0, stdout: '' })
    expect(run.stderr).toContain(`asr-stream: warning: ${says}`)
  })

  it('is told of where a pipe has a header and no audio', async () => {
    const empty = riff([fmt(), chunk('data', new Uint8Array(0))])
    const run = await runProgram([...SCRIPTED, '-'], { cwd: folderWith(WORDS), input: written(empty) })
    expect(run).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'asr-stream: warning: standard input has no audio in it\n',
    })
  })

  it('is an error where a pipe ends before the start that was asked for', async () => {
    const args = [...SCRIPTED, '-', '--start-at', '3']
    for (const audio of [silentWav(2), Buffer.alloc(64_000)]) {
      const run = await runProgram(args, { cwd: folderWith(WORDS), input: written(audio) })
      expect(run).toMatchObject({ code: 1, stdout: '' })
      expect(run.stderr).toContain('standard input: nothing is left after 3 s; give a smaller --start-at')
    }
  })

  it('is refused of a client of the server, for whom no program is started', async () => {
    const server = await ServerRun.start(SCRIPTED, folderWith(WORDS))
    const client = await server.client()
    const ended = new Promise((resolve) => client.socket.once('end', resolve))
    client.socket.write(AMR)
    await ended
    expect(client.lines).toEqual([expect.stringContaining('it is an AMR stream')])
  })

  it('is heard as raw audio where that is asked for, with a warning', async () => {
    const input = written(Buffer.concat([PAGE, Buffer.alloc(64_000)]))
    const args = [...SCRIPTED, '-', '--offline', '--raw-encoding', 's16le']
    const run = await runProgram(args, { cwd: folderWith(WORDS), input })
    expect(run.code).toBe(0)
    expect(wordsOf(run.stdout)).toEqual(['one', 'two', 'three', 'four'])
    expect(run.stderr).toContain('looks like text')
  })

  it('is told to a client of the server that waits for an answer, and nobody else notices', async () => {
    const server = await ServerRun.start(SCRIPTED, folderWith(WORDS))
    const browser = await server.client()
    const ended = new Promise((resolve) => browser.socket.once('end', resolve))
    browser.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await ended
    expect(browser.lines).toEqual([expect.stringContaining('it is an HTTP request')])
    const client = await server.client()
    await client.finish(silentWav(2))
    expect(client.words).toEqual(['one', 'two', 'three', 'four'])
  })

  it('a WAV is heard to its announced end for a client that waits before it closes', async () => {
    const server = await ServerRun.start(SCRIPTED, folderWith(WORDS))
    const client = await server.client()
    const ended = new Promise((resolve) => client.socket.once('end', resolve))
    client.socket.write(silentWav(2))
    await ended
    expect(client.words).toEqual(['one', 'two', 'three', 'four'])
  })
})

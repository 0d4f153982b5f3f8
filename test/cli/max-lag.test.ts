import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords, wordsOf } from '../helpers/program.js'

const TEXTS = Array.from({ length: 200 }, (_, index) => `w${index}`)
const SLOW = ['--backend', 'scripted', '--option', 'script=words.json', '--option', 'computeSec=0.3']
const HEADER_BYTES = 44
const PIECE_BYTES = 3200

/** Hears silence in real time until a line of the log says what it waits for; gives how much that was. */
async function heard(args: readonly string[], until: string) {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS) })
  const audio = silentWav(100).subarray(HEADER_BYTES)
  let [at, end] = [0, () => {}]
  const run = await runProgram([...SLOW, ...args, '-'], {
    cwd,
    input(stdin) {
      const speaking = setInterval(() => {
        stdin.write(audio.subarray(at, at + PIECE_BYTES))
        at += PIECE_BYTES
      }, 100)
      end = () => {
        clearInterval(speaking)
        stdin.end()
      }
    },
    onLine(line) {
      if (line.includes(until)) end()
    },
  })
  return { ...run, heardSec: at / 32_000 }
}

describe('--max-lag', () => {
  it('computes less, says so, says once that it is not enough, and loses nothing', async () => {
    const args = ['--min-chunk-size', '0.5', '--max-lag', '0.1', '--log-level', 'info']
    const { code, stdout, stderr, heardSec } = await heard(args, 'less cannot be computed')
    expect(code).toBe(0)
    const lines = stderr
      .trim()
      .split('\n')
      .filter((line) => line.includes(' late, '))
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^asr-stream: info: .*: updates now come after 0\.5 s and have about 8 s of audio$/)
    expect(lines[1]).toMatch(/^asr-stream: warning: .*, and less cannot be computed; nothing is lost, /)
    // Two words a second, the last of which may be cut.
    const words = wordsOf(stdout)
    expect(words).toEqual(TEXTS.slice(0, words.length))
    expect(words.length).toBeGreaterThanOrEqual(Math.floor(2 * heardSec) - 1)
  })

  it('is refused where it is no bound', async () => {
    const { code, stderr } = await runProgram([...SLOW, '--max-lag', '0', '-'])
    expect(code).toBe(2)
    expect(stderr).toContain('--max-lag must be')
  })
})

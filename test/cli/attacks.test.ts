import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { mutated } from '../../bench/attacks/mutations.js'
import { oddOptions } from '../../bench/attacks/odd-options.js'
import { attack, complaints } from '../../bench/attacks/program.js'
import { chance } from '../../bench/attacks/random.js'
import { folderWith, silentWav, spokenWords } from '../helpers/program.js'

const ROUNDS = 8
const MAX_SEC = 60
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const TEXTS = Array.from({ length: 200 }, (_, index) => `w${index}`)
/** Nothing of this is for anybody outside. */
const OFFLINE = { HF_HUB_OFFLINE: '1', HF_ENDPOINT: 'http://127.0.0.1:9', OPENAI_BASE_URL: 'http://127.0.0.1:9' }

// bench/attacks has these for longer, and with the real model.
describe('the program ends well, and says why in one line,', () => {
  it(
    'with options that make no sense',
    async () => {
      const cwd = folderWith({ 'odd.wav': silentWav(1), 'words.json': spokenWords(['one', 'two']) })
      const random = chance(11)
      for (let round = 0; round < ROUNDS; round++) {
        const args = [...(await oddOptions(random)), 'odd.wav']
        const outcome = await attack({ args, cwd, env: { ...OFFLINE, HOME: cwd }, maxSec: MAX_SEC })
        expect({ args, ...outcome, complaints: complaints(outcome, [0, 1, 2]) }).toMatchObject({ complaints: [] })
      }
    },
    ROUNDS * MAX_SEC * 1000,
  )

  it(
    'with files that are damaged',
    async () => {
      const random = chance(12)
      for (let round = 0; round < ROUNDS; round++) {
        const audio = mutated(silentWav(2), random)
        const cwd = folderWith({ 'odd.wav': audio, 'words.json': spokenWords(['one', 'two']) })
        const isPiped = round % 3 === 0
        const outcome = await attack({
          args: [...SCRIPTED, '--offline', isPiped ? '-' : 'odd.wav'],
          cwd,
          maxSec: MAX_SEC,
          ...(isPiped ? { input: (stdin) => void stdin.end(audio) } : {}),
        })
        expect({ round, ...outcome, complaints: complaints(outcome, [0, 1]) }).toMatchObject({ complaints: [] })
      }
    },
    ROUNDS * MAX_SEC * 1000,
  )

  it.skipIf(process.platform === 'win32')(
    'when it is interrupted, whenever that is',
    async () => {
      const cwd = folderWith({ 'a.wav': silentWav(40), 'words.json': spokenWords(TEXTS, 0.2) })
      const random = chance(13)
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        const atMs = random.between(0, 2500)
        const args = [...SCRIPTED, '--min-chunk-size', '0.3', 'a.wav']
        const outcome = await attack({ args, cwd, signals: [[signal, atMs]], maxSec: MAX_SEC })
        const found = complaints(outcome, [128 + constants.signals[signal]])
        expect({ signal, atMs, ...outcome, complaints: found }).toMatchObject({ complaints: [], stderr: '' })
        const said = outcome.stdout.split('\n').flatMap((line) => line.split(' ').slice(3))
        expect(said).toEqual(TEXTS.slice(0, said.length))
      }
    },
    3 * MAX_SEC * 1000,
  )
})

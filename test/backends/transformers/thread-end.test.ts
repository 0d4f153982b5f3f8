import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProgram, temporaryFolder } from '../../helpers/program.js'
import { wavOf } from '../../helpers/recordings.js'
import { spelled, TINY_MODELS } from './tiny-models.js'

const HOOK = fileURLToPath(new URL('../../helpers/thread-that-ends.cjs', import.meta.url))
const SAID = 'HELLO OLD HERO DO LEAD A WORLD HELLO OLD HERO DO LEAD A WORLD'

async function heard(end: 'none' | 'once' | 'all') {
  const folder = temporaryFolder()
  const file = join(folder, 'said.wav')
  writeFileSync(file, wavOf(spelled(SAID)))
  const model = ['--backend', 'transformers', '--model-dir', join(TINY_MODELS, 'wav2vec2')]
  const env = { NODE_OPTIONS: `--require "${HOOK}"`, THREADS_END: end, THREAD_HAS_ENDED: join(folder, 'ended') }
  const run = await runProgram([file, '--comp-unaware', ...model], { env: end === 'none' ? {} : env })
  return { ...run, text: run.stdout.replace(/^\S+ \d+ \d+ /gm, '').replace(/\s+/g, ' ') }
}

describe('a thread of the library that ends by itself', () => {
  it('costs no word: another one goes on', async () => {
    const [plain, ended] = [await heard('none'), await heard('once')]
    expect(plain.text).toContain('HERO')
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.text).toBe(plain.text)
    expect(ended.stderr).toContain('another one goes on')
  })

  it('is not replaced for ever, and the program says what happened', async () => {
    const { code, stderr } = await heard('all')
    expect(code).not.toBe(0)
    expect(stderr).toContain('has ended by itself')
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProgram, temporaryFolder } from '../../../helpers/program.js'
import { fixturePath } from '../../../helpers/speech.js'
import { wordErrors } from '../../../helpers/word-errors.js'

const HOOK = fileURLToPath(new URL('../../../helpers/thread-that-ends.cjs', import.meta.url))

async function heard(end: 'once' | 'all', ...options: readonly string[]) {
  const run = await runProgram([fixturePath('jfk'), '--comp-unaware', ...options], {
    env: {
      NODE_OPTIONS: `--require "${HOOK}"`,
      THREADS_END: end,
      THREAD_HAS_ENDED: join(temporaryFolder(), 'ended'),
    },
  })
  return { ...run, text: run.stdout.replace(/^\S+ \d+ \d+ /gm, '') }
}

describe('a thread that ends by itself', () => {
  it.each([[[]], [['--policy', 'alignatt']]])('costs no word: another one goes on, %j', async (options) => {
    const ended = await heard('once', ...options)
    expect(ended.code, ended.stderr).toBe(0)
    expect(wordErrors('jfk', ended.text), ended.text).toBeLessThanOrEqual(2)
    expect(ended.stderr).toContain('has ended by itself')
  })

  it('is not replaced for ever, and the program says what happened', async () => {
    const { code, stderr } = await heard('all')
    expect(code).not.toBe(0)
    expect(stderr).toContain('has ended by itself')
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

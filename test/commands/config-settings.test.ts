import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSettings } from '../../src/commands/config-settings.js'
import { folderWith, runProgram, silentWav } from '../helpers/program.js'

describe('the settings of the command line', () => {
  it('are what the configuration has, and nothing that only the program reads', async () => {
    const flags = { minChunkSize: 0.5, output: ['a.srt'], clobber: true, maxCps: 15, quiet: true, plugin: ['./a.mjs'] }
    expect(await configSettings(flags)).toEqual({ minChunkSize: 0.5, plugins: ['./a.mjs'] })
  })

  it('have the prompt of a file in one line', async () => {
    const cwd = folderWith({ 'prompt.txt': '\uFEFFSintra,\r\n  Lord Byron\n\nČapek\n' })
    const settings = await configSettings({ initialPromptFile: join(cwd, 'prompt.txt') })
    expect(settings).toEqual({ initPrompt: 'Sintra, Lord Byron Čapek', plugins: [] })
  })

  it.each([['a.wav'], ['listen', '--port', '0', '--host', 'no.such.host.invalid']])(
    'with a prompt of a file are for alignatt, in %s as well',
    async (...rest) => {
      const cwd = folderWith({ 'prompt.txt': 'Sintra', 'a.wav': silentWav(1) })
      const [first = '', ...others] = rest
      const args =
        first === 'listen'
          ? [first, '--initial-prompt-file', 'prompt.txt', ...others]
          : ['--initial-prompt-file', 'prompt.txt', first]
      const run = await runProgram(args, { cwd })
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toContain('--initial-prompt-file has an effect only with --policy alignatt')
    },
  )
})

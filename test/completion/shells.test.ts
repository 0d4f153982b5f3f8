import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { SHELLS, type Shell } from '../../src/commands/completion-options.js'
import { runProgram, temporaryFolder } from '../helpers/program.js'

const DRIVER = fileURLToPath(new URL('drive.zsh', import.meta.url))
const BACKENDS = ['onnx-whisper', 'openai-api', 'scripted', 'transformers']
const FILES = ['talk-1.wav', 'talk 2.wav']

/** What is typed, and what is offered then. */
const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['asr-stream --pol', ['--policy']],
  ['asr-stream --policy ', ['alignatt', 'local-agreement']],
  ['asr-stream --policy=al', ['alignatt']],
  ['asr-stream --log-level=D', ['DEBUG']],
  ['asr-stream mod', ['models']],
  ['asr-stream models ', ['convert', 'info', 'list', 'pull', 'verify']],
  ['asr-stream models pull large-v', ['large-v2', 'large-v3', 'large-v3-turbo']],
  ['asr-stream models convert --prec', ['--precision']],
  ['asr-stream -m ', ['tiny.en', 'tiny', 'base.en']],
  ['asr-stream --backend ', BACKENDS],
  ['asr-stream backends ', ['install', 'new', ...BACKENDS]],
  ['asr-stream backends install t', ['transformers']],
  ['asr-stream --lan d', ['da', 'de']],
  ['asr-stream --languages en,d', ['da', 'de']],
  ['asr-stream --config talk-', ['talk-1.wav']],
  ['asr-stream talk-', ['talk-1.wav']],
  ['asr-stream --output ', FILES],
  ['asr-stream --model-dir f', ['folder']],
  ['asr-stream listen --por', ['--port']],
  ['asr-stream listen --outp', []],
  ['asr-stream completion ', [...SHELLS]],
  [
    'asr-stream help ',
    [
      'backends',
      'batch',
      'capacity',
      'completion',
      'devices',
      'doctor',
      'enqueue',
      'evaluate',
      'explain',
      'help',
      'info',
      'listen',
      'models',
      'queue',
      'replay',
      'serve',
      'worker',
      ...BACKENDS,
    ],
  ],
  ['asr-stream evaluate talk-', ['talk-1.wav']],
  ['asr-stream enqueue talk-', ['talk-1.wav']],
  ['asr-stream queue ', ['drain', 'retry', 'status']],
  ['asr-stream worker --lock', ['--lock-time']],
  // The value of an option is no command.
  ['asr-stream --model info --js', []],
  ['asr-stream info --js', ['--json']],
  ['asr-stream doctor --recorder ar', ['arecord']],
]
/** Lines whose answer is longer than what is looked for. */
const LONGER = ['asr-stream -m ', 'asr-stream --output ']

const scripts = new Map<Shell, string>()
const has = (shell: Shell) => spawnSync(shell, ['--version']).error === undefined

beforeAll(async () => {
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await runProgram(['completion', shell])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    scripts.set(shell, stdout)
  }
})

/** A folder with a script and something to complete. */
function folderFor(shell: Shell): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'folder'))
  for (const file of FILES) writeFileSync(join(folder, file), '')
  writeFileSync(join(folder, 'script'), scripts.get(shell) ?? '')
  return folder
}

/** What a shell offers for a line. */
const OFFERS: Readonly<Record<Shell, (line: string) => readonly string[]>> = {
  bash(line) {
    const cwd = folderFor('bash')
    const words = line.split(' ').flatMap((word) => word.split(/(?<==)|(?==)/))
    const command = `source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _asr_stream; printf '%s\\n' "\${COMPREPLY[@]}"`
    return linesOf(spawnSync('bash', ['--norc', '-c', command, 'bash', ...words], { cwd, encoding: 'utf8' }))
  },
  zsh(line) {
    const cwd = folderFor('zsh')
    spawnSync('zsh', ['-f', DRIVER, join(cwd, 'script'), join(cwd, '.out'), line], { cwd, encoding: 'utf8' })
    const lines = readFileSync(join(cwd, '.out'), 'utf8').split('\n')
    return lines.filter((one) => one !== '' && one !== 'END')
  },
  fish(line) {
    const cwd = folderFor('fish')
    const home = temporaryFolder()
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home }
    const command = 'source script; complete -C $argv[1]'
    const run = spawnSync('fish', ['--no-config', '-c', command, line], { cwd, env, encoding: 'utf8' })
    return linesOf(run).map((one) => one.split('\t')[0] ?? '')
  },
}

function linesOf({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): readonly string[] {
  expect(stderr.replace(/.*compopt: not currently executing.*\n/g, '')).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

/** Without what is typed already and what shells put before and after: "en,de", "--policy=alignatt", "folder/". */
const bare = (word: string) => word.replace(/^(.*[,=])?(.*?)[/ ]?$/, '$2').replaceAll('\\', '')

describe.each(SHELLS)('completion in %s', (shell) => {
  it.skipIf(!has(shell)).each(CASES)('%s', (line, offered) => {
    const words = [...new Set(OFFERS[shell](line).map(bare))]
    if (LONGER.includes(line)) expect(words).toEqual(expect.arrayContaining([...offered]))
    else expect(words.sort()).toEqual([...offered].sort())
  })

  it.skipIf(!has(shell))('offers every option that help shows', async () => {
    for (const command of [[], ['listen'], ['serve'], ['models', 'pull'], ['backends'], ['evaluate'], ['replay']]) {
      const { stdout } = await runProgram([...command, '--help'])
      const shown = [...stdout.matchAll(/^ {2}(-.*?)(?: {2,}|\n)/gm)].flatMap(
        ([, flags = '']) => flags.match(/--[a-z-]+/g) ?? [],
      )
      const offered = OFFERS[shell](['asr-stream', ...command, '--'].join(' '))
      expect(offered.map(bare).sort()).toEqual([...new Set(shown)].sort())
    }
  })
})

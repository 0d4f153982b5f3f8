import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { PROGRAM } from '../run-program.js'
import type { Chance } from './random.js'

/** Options that reach out of the folder, wait for a microphone, print something else, or hide what failed. */
const LEFT_OUT = [
  '--mic',
  '--device',
  '--recorder',
  '--help',
  '--version',
  '--quiet',
  '--model-cache-dir',
  '--log-level',
]
const ODD = [
  '',
  ' ',
  '-1',
  '0',
  '1',
  '0.5',
  '2',
  '16000',
  '1e-9',
  '1e999',
  'NaN',
  '0x10',
  '99999999999999',
  'en',
  'auto',
  'no',
  'none',
  'a=b',
  '=',
  'a'.repeat(5000),
  'x\ny',
  '\x1b[31mred',
  '\u202egnitirw',
  '💥',
  '--',
  '-',
  'odd.wav',
  'words.json',
  '/dev/null',
  'toString',
  '__proto__',
]

let known: Promise<readonly (readonly [flag: string, takesValue: boolean])[]> | undefined

/** The options that the help of the program lists. */
function optionsOfHelp() {
  known ??= promisify(execFile)(process.execPath, [PROGRAM, '--help']).then(({ stdout }) =>
    [...stdout.matchAll(/^ +(?:-\w, )?(--[\w-]+)( <)?/gm)]
      .map(([, flag = '', value]) => [flag, value !== undefined] as const)
      .filter(([flag]) => !LEFT_OUT.includes(flag)),
  )
  return known
}

/** Some options with values that may be right, wrong or mad; the scripted backend unless another is among them. */
export async function oddOptions(chance: Chance): Promise<readonly string[]> {
  const options = await optionsOfHelp()
  const chosen = Array.from({ length: 1 + chance.below(4) }, () => chance.one(options))
  const given = chosen.flatMap(([flag, takesValue]) => (takesValue ? [flag, chance.one(ODD)] : [flag]))
  return [...given, '--backend', 'scripted', '--option', 'script=words.json', '--offline'].slice(
    0,
    chance.next() < 0.9 ? undefined : -1,
  )
}

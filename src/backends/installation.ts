import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { BackendError } from '../core/errors.js'

/** How npm is run so that this program finds what it installs. */
export interface Installation {
  /** Where npm is run. */
  readonly folder: string
  readonly args: readonly string[]
  /** What the folder is, in words. */
  readonly place: string
}

const MANNERS = ['--ignore-scripts', '--no-audit', '--no-fund']
/** For a package that is no project of anybody's: what it is described by stays as it is. */
const UNSAVED = ['--save-prod', '--no-save', '--no-package-lock']

/**
 * Where a package must go so that Node finds it from this program, and how.
 *
 * A project, and npx's folder, note it among their dependencies: else npm takes it out again. A global installation gets it
 * within its own folder, where it shares ONNX Runtime; beside it, it would have a copy of its own, of 288 MB. So it does
 * a clone.
 *
 * @param spec name and releases, such as "name@~1.2.3"
 * @param program the folder of this program's package, with all links followed
 * @throws BackendError where npm is not what manages the packages
 */
export function planInstallation(spec: string, program: string): Installation {
  const home = program.replace(/[/\\]$/, '')
  const [root = ''] = home.split(`${sep}node_modules${sep}`)
  if (home.includes(`${sep}.pnpm${sep}`) || home.includes(`${sep}.yarn${sep}`)) {
    throw new BackendError('asr-stream was not installed by npm, and npm cannot add to it', {
      hint: `add ${spec} to your project with the program that installed asr-stream: pnpm add, yarn add`,
    })
  }
  const install = ['install', spec, ...MANNERS]
  if (root === home) {
    // Without them it would be taken for one of the packages for development, which are left out, or take them out.
    const omit = hasDevelopment(home) ? [] : ['--omit=dev']
    return { folder: home, args: [...install, ...UNSAVED, ...omit], place: 'the folder of asr-stream itself' }
  }
  if (existsSync(join(root, 'package.json'))) {
    const isNpx = basename(dirname(root)) === '_npx'
    return {
      folder: root,
      args: install,
      place: isNpx ? 'the folder of npx, until its cache is emptied' : 'this project',
    }
  }
  return {
    folder: home,
    args: [...install, ...UNSAVED, '--omit=dev'],
    place: 'the global installation of asr-stream, until that is updated',
  }
}

function hasDevelopment(folder: string): boolean {
  return existsSync(join(folder, 'node_modules')) && readdirSync(join(folder, 'node_modules')).includes('typescript')
}

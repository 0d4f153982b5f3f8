import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A check of the syntax that takes longer is not waited for. */
const CHECK_MS = 5000
/** A file and a line, as they stand in stacks and on the first line of what Node says about a syntax error. */
const PLACE = /((?:file:\/\/)?(?:\/|[a-z]:[\\/])[^\n()]*?\.[cm]?[jt]s):(\d+)/i

/**
 * Where a module is broken, such as "/home/me/plugin.mjs:3"; undefined where nobody can say.
 *
 * @param error what importing it threw
 * @param file its path
 */
export async function placeOf(error: unknown, file: string): Promise<string | undefined> {
  if (!(error instanceof Error)) return undefined
  const told = placeIn(error.stack ?? '')
  if (told !== undefined || !(error instanceof SyntaxError)) return told
  return placeIn(await checked(file))
}

function placeIn(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => !line.includes('/node_modules/') && !line.includes('node:internal'))
  const [, path, line] = PLACE.exec(lines.join('\n')) ?? []
  if (path === undefined) return undefined
  return `${path.startsWith('file:') ? fileURLToPath(path) : path}:${line}`
}

/** Node tells where a module has a syntax error only when that ends the process: one of its own, which runs nothing of it. */
async function checked(file: string): Promise<string> {
  try {
    await promisify(execFile)(process.execPath, ['--check', file], { timeout: CHECK_MS })
    return ''
  } catch (error) {
    return String((error as { readonly stderr?: unknown }).stderr ?? '')
  }
}

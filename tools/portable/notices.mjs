import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)/i
const RULE = `\n${'-'.repeat(100)}\n`

/**
 * What is in the folder besides the program, with licenses word for word.
 * @param app the folder of the program, with its node_modules
 */
export function notices(packages, app) {
  const parts = [...packages].flatMap(([path, { version, license }]) => {
    const folder = join(app, path)
    let names
    try {
      names = readdirSync(folder)
    } catch {
      return []
    }
    const texts = names.filter((name) => LICENSE_FILE.test(name)).sort()
    const title = `${path.replace(/^.*node_modules\//, '')} ${version}, license: ${license}`
    if (texts.length === 0) return [`${title}\n\nThe package has no text of it; see package.json and its README.\n`]
    return [`${title}\n\n${texts.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n')}\n`]
  })
  return `Packages that asr-stream uses, and their licenses. Node has its own in runtime/LICENSE; those of models
and other material are in app/NOTICE.md.
${[...new Set(parts)].map((part) => RULE + part).join('')}`
}

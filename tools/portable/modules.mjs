import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** What a program does not load: maps and the sources of packages. */
const UNUSED = /\.(?:map|[cm]?ts|flow|tsbuildinfo)$/

/** Where ONNX Runtime has a folder of files for each platform. */
const RUNTIMES = 'node_modules/onnxruntime-node/bin/napi-v6'

/** Its folder for one platform. */
export const runtimeFolder = ({ platform, arch }) => `${RUNTIMES}/${platform}/${arch}`

/**
 * The packages that the program needs when it runs, by package-lock.json: path below the root to what the lock says.
 * @param root the folder of the repository
 * @param more further packages that are installed here, such as optional peers
 */
export function productionPackages(root, more = []) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const found = new Map()
  const left = [...Object.keys(packages[''].dependencies), ...more].map((name) => ['', name, true])
  while (left.length > 0) {
    const [from, name, isWanted] = left.pop()
    const path = resolved(packages, from, name)
    if (path === null) {
      if (isWanted) throw new Error(`package-lock.json has no ${name}, which ${from || 'the program'} needs`)
      continue
    }
    if (found.has(path)) continue
    found.set(path, packages[path])
    const { dependencies = {}, optionalDependencies = {} } = packages[path]
    for (const one of Object.keys(dependencies)) left.push([path, one, !(one in optionalDependencies)])
    for (const one of Object.keys(optionalDependencies)) left.push([path, one, false])
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** As Node looks for packages: in the folder of the one that asks, then further up. */
function resolved(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (path in packages) return path
    if (folder === '') return null
  }
}

/**
 * Copies those packages as they are installed here, without maps and declarations of types.
 * @param machine `platform` and `arch` that they are for
 * @throws Error where what is installed is not what the lock says, and where ONNX Runtime has no files for the machine
 */
export function copyPackages(packages, root, to, machine) {
  for (const [path, { version, os, cpu, optional }] of packages) {
    if (!fits(os, machine.platform) || !fits(cpu, machine.arch)) continue
    const from = join(root, path)
    if (!existsSync(from) && optional) continue
    const installed = existsSync(from)
      ? JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')).version
      : 'nothing'
    if (installed !== version) throw new Error(`${path}: ${installed} is installed, not ${version}; run "npm ci" first`)
    const nested = join(from, 'node_modules')
    const kept = join(root, runtimeFolder(machine))
    const isOthers = (file) => file.startsWith(join(root, RUNTIMES) + sep) && !within(file, kept) && !within(kept, file)
    cpSync(from, join(to, path), {
      recursive: true,
      dereference: true,
      filter: (file) => file !== nested && !UNUSED.test(file) && !isOthers(file),
    })
  }
  if (!existsSync(join(to, runtimeFolder(machine)))) {
    throw new Error(`ONNX Runtime has no files for ${machine.platform} ${machine.arch}`)
  }
}

function within(path, folder) {
  return path === folder || path.startsWith(folder + sep)
}

/** Whether a list of a package ("linux", "!win32") has a platform. */
function fits(list, name) {
  if (list === undefined) return true
  return list.some((one) => one.startsWith('!')) ? !list.includes(`!${name}`) : list.includes(name)
}

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vitest/node'

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** An import of a source file. Paths are from the root; packages are names. */
export interface Import {
  readonly from: string
  readonly target: string
  readonly typesOnly: boolean
  readonly lazy: boolean
}

/** A node of a syntax tree, as ESTree has it. */
type Node = Readonly<Record<string, unknown>> & { readonly type: string }

/** The imports of a file, lazy ones too. */
export function importsOf(file: string): readonly Import[] {
  return importsIn(text(file), file)
}

/** The imports of a text that would stand in a file. */
export function importsIn(source: string, file: string): readonly Import[] {
  return nodesIn(source).flatMap((node) => {
    const from = literal(node.source)
    if (from === null) return []
    const lazy = node.type === 'ImportExpression' || node.type === 'TSImportType'
    return [{ from: file, target: resolved(file, from), typesOnly: hasTypesOnly(node), lazy }]
  })
}

/** Members that a file takes of what has a name: "process.exit", "stdout.write" for `process.stdout.write`. */
export function membersOf(file: string): readonly string[] {
  return membersIn(text(file))
}

/** The same of a text. */
export function membersIn(source: string): readonly string[] {
  return nodesIn(source).flatMap((node) => {
    if (node.type === 'MemberExpression') return [`${lastName(node.object)}.${nameOf(node.property) ?? ''}`]
    const { id, init } = node
    if (node.type !== 'VariableDeclarator' || nameOf(init) === null || !isNode(id) || id.type !== 'ObjectPattern')
      return []
    return (id.properties as readonly Node[]).map(({ key }) => `${nameOf(init)}.${nameOf(key) ?? ''}`)
  })
}

/** Whether a text has a `catch` without a word. */
export function hasEmptyCatch(source: string): boolean {
  return nodesIn(source).some(({ type, body }) => {
    return type === 'CatchClause' && isNode(body) && (body.body as readonly Node[]).length === 0
  })
}

/** Whether a file is in a room, or in a room of that room. */
export function isIn(file: string, room: string): boolean {
  return file.startsWith(`src/${room}/`)
}

/** The text of a file. */
export function text(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

const trees = new Map<string, readonly Node[]>()

/** All nodes of a text, in order. */
function nodesIn(source: string): readonly Node[] {
  const known = trees.get(source)
  if (known) return known
  const nodes: Node[] = []
  const visit = (value: unknown): void => {
    if (isNode(value)) nodes.push(value)
    else if (!Array.isArray(value)) return
    for (const child of Object.values(value)) visit(child)
  }
  visit(parseAst(source, { lang: 'ts' }).body)
  trees.set(source, nodes)
  return nodes
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function literal(value: unknown): string | null {
  return isNode(value) && typeof value.value === 'string' ? value.value : null
}

function nameOf(value: unknown): string | null {
  if (!isNode(value)) return null
  return typeof value.name === 'string' ? value.name : literal(value)
}

/** "stdout" for `process.stdout`. */
function lastName(value: unknown): string {
  return nameOf(isNode(value) && value.type === 'MemberExpression' ? value.property : value) ?? ''
}

/** `import type`, and `import { type A, type B }`, bring nothing that runs. */
function hasTypesOnly({ type, importKind, exportKind, specifiers }: Node): boolean {
  if (type === 'TSImportType' || importKind === 'type' || exportKind === 'type') return true
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false
  return specifiers.every((one: Node) => one.importKind === 'type' || one.exportKind === 'type')
}

function resolved(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  const path = resolve(ROOT, dirname(file), specifier.replace(/\.js$/, '.ts'))
  return relative(ROOT, path).split(sep).join(posix.sep)
}

/** The TypeScript and JavaScript files of a folder, from the root. */
export function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file.split(sep).join(posix.sep)))
    .filter((file) => /\.m?[jt]s$/.test(file))
    .sort()
}

/** How many lines a file has. */
export function lines(file: string): number {
  return text(file).split('\n').length - 1
}

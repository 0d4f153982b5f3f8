/**
 * A text with the part between two markers made again.
 * @param script of package.json that makes it
 */
export function withPart(text: string, name: string, part: string, script = 'docs:options'): string {
  const [begin, end] = [`<!-- ${name}: npm run ${script} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the markers of ${name} are missing`)
  return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`
}

import { describe, expect, it } from 'vitest'
import { filesUnder, text } from './helpers/imports.js'

const EXPORTED = /^export (?:abstract |async |declare )*(?:class|interface|type|enum|function\*?|const) (\w+)/gm
const OWN_TYPE = /^(?:abstract |declare )*(?:class|interface|type|enum) (\w+)/gm
const LIMIT = /^(?:export )?const ((?:MOST|LEAST|LONGEST|SHORTEST)_\w+)/gm

const sources = filesUnder('src')

describe('names', () => {
  it('that are exported mean one thing in all of the program', () => {
    const homonyms = [...declared(EXPORTED)].filter(([, files]) => files.length > 1)
    expect(homonyms.map(([name, files]) => `${name}: ${files.join(', ')}`)).toEqual([])
  })

  it('of exported types are not those of types that a file keeps to itself', () => {
    const exported = declared(EXPORTED)
    const homonyms = [...declared(OWN_TYPE)].filter(([name]) => exported.has(name))
    expect(homonyms.map(([name, files]) => `${name}: ${[...files, ...exported.get(name)!].join(', ')}`)).toEqual([])
  })

  it('of limits begin with MAX or MIN', () => {
    const all = ['src', 'test', 'bench', 'examples', 'templates'].flatMap(filesUnder)
    expect([...declared(LIMIT, all).keys()]).toEqual([])
  })
})

/** Names that files declare at their top, with those files; declarations of one name in one file count once. */
function declared(pattern: RegExp, files = sources): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const file of files) {
    const names = new Set([...text(file).matchAll(pattern)].map(([, name]) => name!))
    for (const name of names) found.set(name, [...(found.get(name) ?? []), file])
  }
  return found
}

// Writes what is made from the table of options: the tables of README.md and docs/configuration.md, docs/config.schema.json.
// usage: npm run docs:options
import { readFileSync, writeFileSync } from 'node:fs'
import { configJsonSchema } from '../src/config/doors/json-schema.js'
import { fullTables, readmeTable } from './docs/option-tables.js'
import { withPart } from './docs/parts.js'

const place = (path: string) => new URL(`../${path}`, import.meta.url)
const remake = (path: string, part: string) =>
  writeFileSync(place(path), withPart(readFileSync(place(path), 'utf8'), 'options', part))

remake('README.md', readmeTable())
remake('docs/configuration.md', fullTables())
writeFileSync(place('docs/config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`)

// Writes what is made from results of measurements: tables of README.md, docs/evaluation.md and docs/scaling.md, and the
// pictures settings.svg and capacity.svg of docs/images.
// usage: npm run docs:results [-- FILE], where FILE is what `asr-stream evaluate --sweep ... --save FILE` wrote anew
import { readFileSync, writeFileSync } from 'node:fs'
import { evaluationJson, readEvaluation } from '../src/evaluation/evaluation.js'
import { capacityPart, capacityPicture } from './docs/capacity-part.js'
import { withPart } from './docs/parts.js'
import { leanEvaluation, ownTable, peersTable, settingsPart, settingsPicture } from './docs/result-tables.js'

const place = (path: string) => new URL(`../${path}`, import.meta.url)
const remake = (path: string, name: string, part: string) =>
  writeFileSync(place(path), withPart(readFileSync(place(path), 'utf8'), name, part, 'docs:results'))

const [, , measured] = process.argv
if (measured !== undefined) {
  const lean = leanEvaluation(readEvaluation(measured, readFileSync(measured, 'utf8')))
  writeFileSync(place('bench/results/settings.json'), `${evaluationJson(lean, 1)}\n`)
}
remake('README.md', 'settings', settingsPart('docs/images'))
remake('README.md', 'programs', peersTable())
remake('README.md', 'recordings', ownTable())
remake('docs/evaluation.md', 'settings', settingsPart('images'))
remake('docs/scaling.md', 'capacity', capacityPart())
writeFileSync(place('docs/images/settings.svg'), settingsPicture())
writeFileSync(place('docs/images/capacity.svg'), capacityPicture())

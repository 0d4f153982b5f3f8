import { expect, it } from 'vitest'
import { MUTANTS } from '../tools/mutants/table.mjs'
import { filesUnder, text } from './helpers/imports.js'

const TESTS = filesUnder('test').filter((file) => file.endsWith('.test.ts'))

it.each(MUTANTS)('the fault $id can be put into $file, and its tests are there', ({ file, search, tests }) => {
  expect(text(file).split(search)).toHaveLength(2)
  expect(tests.filter((place) => !TESTS.some((name) => name.startsWith(place)))).toEqual([])
})

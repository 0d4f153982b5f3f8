import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { readCorpus } from '../corpus.js'
import { chance } from './random.js'
import { excerpt, madeSounds, samplesOf } from './sounds.js'
import { cutting, listener, POLICIES, troubles } from './streams.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))

await new Command('excerpts')
  .description(
    'Pieces of music, noise, silence and speech, of any length and loudness, through each policy: no stream may fail.',
  )
  .argument('[folder]', 'folder of NAME.wav and NAME.ref.json, besides sounds that are made', FIXTURES)
  .option('--only <names>', 'recordings, with commas between')
  .option('--count <count>', 'pieces for each policy', Number, 30)
  .option('--seed <seed>', 'of chance', Number, 1)
  .action(check)
  .parseAsync()

async function check(folder: string, given: { readonly only?: string; readonly count: number; readonly seed: number }) {
  const random = chance(given.seed)
  const names = given.only?.split(',')
  const recordings = (await readCorpus(folder)).filter(({ name }) => !names || names.includes(name))
  const recognized = recordings.map(async ({ name, audio }) => [name, samplesOf(await readFile(audio))] as const)
  const sounds = [...Object.entries(madeSounds(random)), ...(await Promise.all(recognized))]
  let failed = 0
  for (const [policy, config] of POLICIES) {
    const ears = await listener(config)
    for (let at = 0; at < given.count; at++) {
      const { name, audio } = excerpt(sounds, random)
      const faults = troubles(await ears.hear(audio, cutting(random, at)))
      if (faults.length === 0) continue
      failed++
      console.log(`${policy}, piece ${at}, ${name}:`, ...faults)
    }
    await ears.close()
  }
  console.log(`${POLICIES.length * given.count} pieces, ${failed} faults`)
  process.exitCode = failed === 0 ? 0 : 1
}

import { ownProgram } from '../run-program.js'
import { type Contestant, THREADS } from './contestant.js'

/** A way of running asr-stream. */
interface Configuration {
  readonly name: string
  readonly options: string
}

/** How this program takes part: one line a configuration. */
const CONFIGURATIONS: readonly Configuration[] = [
  { name: 'local agreement, 1 s', options: '--comp-unaware --min-chunk-size 1' },
  { name: 'alignatt, 1 s', options: '--comp-unaware --policy alignatt --min-chunk-size 1' },
  { name: 'alignatt, 0.5 s', options: '--comp-unaware --policy alignatt --min-chunk-size 0.5' },
  { name: 'alignatt, 0.25 s', options: '--comp-unaware --policy alignatt --min-chunk-size 0.25' },
  { name: 'offline, greedy', options: '--offline' },
  { name: 'offline, beam 5', options: '--offline --beam-size 5 --temperature 0,0.2,0.4,0.6,0.8,1' },
]

/** This program in all its configurations. */
export const ownContestants: readonly Contestant[] = CONFIGURATIONS.map(({ name, options }) => ({
  name: `asr-stream ${name}`,
  own: true,
  offline: options.includes('--offline'),
  command: ({ audio, language }) =>
    ownProgram(['--lan', language, '--threads', String(THREADS), ...options.split(' '), audio]),
}))

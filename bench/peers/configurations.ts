import { ownProgram } from '../run-program.js'
import { type Contestant, THREADS } from './contestant.js'

/** A way of running asr-stream. */
interface Configuration {
  readonly name: string
  readonly options: string
  /** The peer that does the same, where model by model is compared. */
  readonly against?: string
}

/** How this program takes part: one line a configuration. */
const CONFIGURATIONS: readonly Configuration[] = [
  { name: 'local agreement, 1 s', options: '--comp-unaware --min-chunk-size 1', against: 'whisper_online.py, 1 s' },
  { name: 'alignatt, 1 s', options: '--comp-unaware --policy alignatt --min-chunk-size 1' },
  {
    name: 'alignatt, 0.5 s',
    options: '--comp-unaware --policy alignatt --min-chunk-size 0.5',
    against: 'whisper_online.py, 1 s',
  },
  { name: 'alignatt, 0.25 s', options: '--comp-unaware --policy alignatt --min-chunk-size 0.25' },
  { name: 'offline, greedy', options: '--offline --fast', against: 'faster-whisper greedy' },
  {
    name: 'offline, beam 5',
    options: '--offline --beam-size 5 --temperature 0,0.2,0.4,0.6,0.8,1',
    against: 'faster-whisper beam 5',
  },
]

/** This program in all its configurations, with the included model. */
export const ownContestants: readonly Contestant[] = CONFIGURATIONS.map((configuration) => contestant(configuration))

/** A contestant, and the name of the peer that it is measured by. */
export interface Paired {
  readonly contestant: Contestant
  readonly against: string
  /** As on the command line, without those of the model. */
  readonly options: string
}

/** This program with a model, in the configurations that have a peer. */
export function pairedContestants(modelOptions: readonly string[]): readonly Paired[] {
  return CONFIGURATIONS.flatMap((configuration) => {
    const { against, options } = configuration
    return against === undefined ? [] : [{ contestant: contestant(configuration, modelOptions), against, options }]
  })
}

function contestant({ name, options }: Configuration, modelOptions: readonly string[] = []): Contestant {
  return {
    name: `asr-stream ${name}`,
    own: true,
    offline: options.includes('--offline'),
    command: ({ audio, language }) =>
      ownProgram([
        ...['--lan', language, '--threads', String(THREADS)],
        ...[...modelOptions, ...options.split(' '), audio],
      ]),
  }
}

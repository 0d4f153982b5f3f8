import { Given } from '../config/doors/given.js'
import { isGiven } from '../config/option-names.js'
import type { OptionKey } from '../config/option-table.js'
import type { Log } from '../core/types.js'
import type { OpenAudioOptions } from '../transcriber/audio-input.js'

type Teller = NonNullable<OpenAudioOptions['onIdle']>

/** What an option of reading is given with, and what is so where it has no effect. */
const READING: Readonly<Record<Parameters<Teller>[0], { readonly keys: readonly OptionKey[]; readonly why: string }>> =
  {
    raw: { keys: ['rawRate', 'rawChannels', 'rawEncoding'], why: 'has a header that says how it is written' },
    channel: { keys: ['channel'], why: 'has one channel' },
    channels: { keys: ['channels'], why: 'has one channel' },
  }

/** Tells of options that turn out to have no effect when the audio is read, by the rule of `judge`; once for each recording. */
export function idleTeller(
  flags: Readonly<Record<string, unknown>>,
  doors: Given = new Given(),
  { debug, warn }: Log,
): Teller {
  const told = new Set<string>()
  return (option, name) => {
    const { keys, why } = READING[option]
    for (const key of keys.filter((one) => isGiven(one, flags[one]))) {
      const say = doors.isFromAfar(key) || told.has(`${option} ${name}`) ? debug : warn
      say(`${name} ${why}: ${doors.nameOf(key)} has no effect`)
    }
    told.add(`${option} ${name}`)
  }
}

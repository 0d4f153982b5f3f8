import type { Log } from '../../core/types.js'
import { encodingName, type LooksLike } from './misread-samples.js'
import type { PcmFormat } from './pcm.js'
import { isRawEncoding } from './raw-format.js'

/** What is read, and how it is known in what form it is. */
export interface ReadAs {
  readonly name: string
  readonly format: PcmFormat
  /** Whether it has no header, so that options say it. */
  readonly isRaw: boolean
}

/** Warns that audio is read as something else than it looks like, with what to do. */
export function tellMisread(looks: LooksLike, { name, format, isRaw }: ReadAs, log: Pick<Log, 'warn'>): void {
  const own = encodingName(format)
  if (looks === 'no audio') {
    const what = 'is read as raw audio, and is nothing but noise'
    if (isRaw) log.warn(`${name} ${what}: ${CHECK_WRITER}`, `the audio ${what}`)
    return
  }
  const [is, seems, option] =
    'channels' in looks
      ? [
          ...(looks.channels === 2 ? ['one channel', 'two'] : ['two channels', 'one']),
          `--raw-channels ${looks.channels}`,
        ]
      : [own, looks.encoding, isRawEncoding(looks.encoding) ? `--raw-encoding ${looks.encoding}` : null]
  const what = `${isRaw ? 'is read as' : 'says that it has'} ${is}, and sounds like ${seems}: its text is wrong then`
  const warn = (advice: string) => log.warn(`${name} ${what}; ${advice}`, `the audio ${what}`)
  const toRead = option === null ? `convert it on the way, ${convert(seems, format)}` : `give ${option}`
  warn(isRaw ? toRead : CHECK_HEADER)
}

const CHECK_HEADER = 'check the program that wrote its header'
const CHECK_WRITER = 'check what writes there, and the --raw options'

function convert(encoding: string, { sampleRate, channels }: PcmFormat): string {
  return `for example with: ffmpeg -f ${encoding} -ar ${sampleRate} -ac ${channels} -i - -ar 16000 -ac 1 -f wav -`
}

import type { StreamProgress } from '../core/types.js'
import { createLog } from '../terminal/log.js'
import { formatProfile } from '../terminal/profile.js'
import { audioBegin, inputKind, openInput } from '../transcriber/open-input.js'
import { transcribeStream } from '../transcriber/pipeline.js'
import { configure, type Run } from './configure.js'
import { loadExtras } from './extras.js'
import { loadStream } from './load-stream.js'
import { openDisplay } from './open-display.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream <audio>`, `asr-stream --mic`: prints what is said, with times, as soon as it will not change any more. */
export async function transcribe(
  audio: string | undefined,
  flags: CommandFlags,
  { signal: interruption, given }: Run,
): Promise<void> {
  const { logLevel, quiet = false, profile, account = false, option = [], plugin = [], output, live, ...rest } = flags
  const { mic = false, device, recorder, ...settings } = rest
  const display = await openDisplay(audio, flags, interruption)
  try {
    const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'), display.aside)
    const surroundings = { flags, input: await inputKind(audio, mic), log, given }
    const { config, loader } = await configure({ ...settings, plugins: plugin }, option, surroundings)
    const context = { signal: interruption, log, onArrival: display.arrived, progress: display.loading }
    const isSurelyRaw = ['rawEncoding', 'rawRate', 'rawChannels'].some((key) => key in settings)
    const { signal, ...input } = await openInput({ audio, mic, device, recorder, isSurelyRaw }, config, context)
    const extras = await loadExtras(config, loader, account, display.aside)
    const onProgress = ({ recognisedSec, unconfirmed }: StreamProgress) => {
      display.recognised((config.compat === null ? 0 : audioBegin(config)) + recognisedSec)
      display.unconfirmed(unconfirmed)
    }
    try {
      display.loading(`loading ${config.backend}`)
      const { loaded, processor, separator, answered } = await loadStream(config, loader, context, {
        ...extras,
        onProgress,
      })
      await display.start({ separator, durationSec: input.durationSec })
      display.recognised(audioBegin(config))
      let audioSec = 0
      const onRecognised = (seconds: number) => {
        audioSec = seconds
        display.recognised(audioBegin(config) + seconds)
      }
      const options = { signal, onRecognised, onUnconfirmed: display.unconfirmed, log }
      const show = async () => {
        for await (const text of transcribeStream(input.pacer, processor, options)) await display.write(text)
      }
      await answered(show())
      if (!interruption.aborted) await display.complete()
      if (profile) display.aside(formatProfile(loaded.asr?.costs?.() ?? [], audioSec))
    } finally {
      await input.close()
      await extras.close()
    }
  } finally {
    await display.close()
  }
}

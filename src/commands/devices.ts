import { listDevices } from '../audio/sources/devices.js'
import type { RecorderName } from '../audio/sources/recorders.js'
import { InputError } from '../core/errors.js'
import { standardOutput } from '../output/writers/line-writer.js'

/**
 * `asr-stream devices`: the microphones that `--device` takes, each as a name that can be copied.
 *
 * @throws InputError when there is no recorder, or it has no microphone
 */
export async function devices(recorder: RecorderName | undefined, json: boolean): Promise<void> {
  const found = await listDevices(recorder)
  const writer = standardOutput()
  if (json) await writer.write(JSON.stringify(found, null, 2))
  if (found.devices.length === 0) {
    throw new InputError(`${found.recorder} has no microphone: there is none in the list of ${found.source}`, {
      hint: 'connect one, and check that your user may use it (on Linux: the group audio)',
    })
  }
  if (json) return
  for (const { name, description } of found.devices) await writer.write(described(name, description))
  if (!process.stdout.isTTY) return
  const flag = recorder === undefined ? '' : ` --recorder ${recorder}`
  await writer.write(`use one with: asr-stream --mic${flag} --device ${quoted(found.devices[0]?.name ?? 'NAME')}`)
}

function described(name: string, description: string): string {
  return description === '' || description === name ? name : `${name}\n    ${description}`
}

function quoted(name: string): string {
  return /^[\w:=,.-]+$/.test(name) ? name : `"${name}"`
}

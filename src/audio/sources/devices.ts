import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { findRecorder } from './microphone.js'
import type { RecorderName } from './recorders.js'

/** A microphone. */
export interface InputDevice {
  /** What `--device` takes. */
  readonly name: string
  /** What the system calls it; empty where it says nothing. */
  readonly description: string
}

/** The microphones that a recorder can open. */
export interface DeviceList {
  readonly recorder: RecorderName
  readonly devices: readonly InputDevice[]
  /** Where they were looked for, such as "arecord -L". */
  readonly source: string
}

/** Programs that list devices have so long. */
const PATIENCE_MS = 10_000
/** Of a name in a list of Windows, its drivers for SoX keep so many characters. */
const WAVEAUDIO_CHARACTERS = 31

/**
 * Lists the microphones that the recorder can open, by names that it takes.
 *
 * @param wanted the recorder; absent: the first that is there
 * @throws InputError when there is no recorder
 */
export async function listDevices(wanted?: RecorderName): Promise<DeviceList> {
  const recorder = await findRecorder(wanted)
  return { recorder, ...(await devicesOf(recorder, process.platform)) }
}

async function devicesOf(recorder: RecorderName, platform: NodeJS.Platform): Promise<Omit<DeviceList, 'recorder'>> {
  if (recorder === 'arecord') return { source: 'arecord -L', devices: alsaNames(await outputOf('arecord', ['-L'])) }
  if (platform === 'darwin') {
    const args = ['SPAudioDataType', '-json']
    return { source: 'system_profiler SPAudioDataType', devices: macNames(await outputOf('system_profiler', args)) }
  }
  if (platform === 'win32') {
    const script = 'Get-PnpDevice -Class AudioEndpoint -PresentOnly | Select FriendlyName,InstanceId | ConvertTo-Json'
    const args = ['-NoProfile', '-NonInteractive', '-Command', script]
    return { source: 'Get-PnpDevice', devices: windowsNames(await outputOf('powershell.exe', args)) }
  }
  const [cards, pcm] = await Promise.all(['cards', 'pcm'].map((name) => textOf(`/proc/asound/${name}`)))
  const ofAlsa = alsaCards(cards ?? '', pcm ?? '')
  const driver = process.env.AUDIODRIVER ?? (ofAlsa.length > 0 ? 'alsa' : 'pulseaudio')
  if (driver === 'alsa') return { source: 'ALSA', devices: ofAlsa }
  const args = ['list', 'sources', 'short']
  return {
    source: process.env.AUDIODRIVER ? 'pactl' : 'ALSA and PulseAudio (pactl)',
    devices: pulseNames(await outputOf('pactl', args)),
  }
}

/** Names that stand for no microphone, or for one whose form cannot be changed: recorders ask for 16 kHz mono. */
const NO_MICROPHONE =
  /^(null|hw|dsnoop|dmix|surround\d+|iec958|hdmi|lavrate|samplerate|speex|speexrate|upmix|vdownmix|jack|oss|usbstream)(:|$)/

/** What `arecord -L` prints: names, and below each of them indented lines about it. */
export function alsaNames(listed: string): readonly InputDevice[] {
  const devices: { name: string; lines: string[] }[] = []
  for (const line of listed.split('\n')) {
    if (/^\S/.test(line)) devices.push({ name: line.trim(), lines: [] })
    else if (line.trim() !== '') devices.at(-1)?.lines.push(line.trim())
  }
  return devices
    .filter(({ name }) => !NO_MICROPHONE.test(name))
    .map(({ name, lines }) => ({ name, description: lines.join(', ') }))
}

/**
 * Devices of ALSA that record, from what the kernel lists.
 *
 * @param cards as in /proc/asound/cards: ` 1 [Snowball       ]: USB-Audio - Blue Snowball`
 * @param pcm as in /proc/asound/pcm: `01-00: USB Audio : USB Audio : capture 1`
 */
export function alsaCards(cards: string, pcm: string): readonly InputDevice[] {
  const known = new Map<number, { readonly id: string; readonly title: string }>()
  for (const [, number, id = '', title = ''] of cards.matchAll(/^ *(\d+) \[(\S+) *\]: .*? - (.*)$/gm)) {
    known.set(Number(number), { id, title: title.trim() })
  }
  const devices = [...pcm.matchAll(/^(\d+)-(\d+): (.*?) :.*\bcapture\b/gm)].flatMap(
    ([, number, device, title = '']) => {
      const card = known.get(Number(number))
      if (card === undefined) return []
      return [{ name: `plughw:CARD=${card.id},DEV=${Number(device)}`, description: `${card.title}, ${title}` }]
    },
  )
  return devices.length === 0 ? [] : [{ name: 'default', description: 'what the system has as default' }, ...devices]
}

/** Sources of PulseAudio and PipeWire, without those that play back what is heard: number, name, module, form, state. */
export function pulseNames(listed: string): readonly InputDevice[] {
  const names = listed.split('\n').map((line) => line.split('\t')[1] ?? '')
  const microphones = names.filter((name) => name !== '' && !name.endsWith('.monitor'))
  return microphones.map((name) => ({ name, description: '' }))
}

/** What system_profiler of macOS prints as JSON. */
export function macNames(listed: string): readonly InputDevice[] {
  const items = recordsOf(listed, 'SPAudioDataType').flatMap((group) => listOf(group._items))
  return items.flatMap((item) => {
    if (typeof item._name !== 'string' || item.coreaudio_device_input === undefined) return []
    const isDefault = item.coreaudio_default_audio_input_device === 'spaudio_yes'
    return [{ name: item._name, description: isDefault ? 'what the system has as default' : '' }]
  })
}

/** What PowerShell prints as JSON: endpoints whose id has a 1 there record. */
export function windowsNames(listed: string): readonly InputDevice[] {
  return recordsOf(listed).flatMap(({ FriendlyName: title, InstanceId: id }) => {
    if (typeof title !== 'string' || !String(id).includes('{0.0.1.')) return []
    return [{ name: title.slice(0, WAVEAUDIO_CHARACTERS), description: title }]
  })
}

type JsonRecord = Readonly<Record<string, unknown>>

function recordsOf(text: string, key?: string): readonly JsonRecord[] {
  try {
    const value: unknown = JSON.parse(text)
    return listOf(key === undefined ? value : (value as JsonRecord | null)?.[key])
  } catch {
    return []
  }
}

function listOf(value: unknown): readonly JsonRecord[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((one): one is JsonRecord => typeof one === 'object' && one !== null)
}

/** What a program prints; nothing where it cannot be run. */
async function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE_MS, env: { ...process.env, LC_ALL: 'C' }, windowsHide: true }
    execFile(program, [...args], options, (_error, stdout) => resolve(stdout))
  })
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}

/** A program that records a microphone: two of SoX, one of ALSA. */
export type RecorderName = 'sox' | 'rec' | 'arecord'

/** Programs that record a microphone. */
export const RECORDERS: readonly RecorderName[] = ['sox', 'rec', 'arecord']

/** How a recorder is started. */
export interface RecorderCommand {
  readonly command: RecorderName
  readonly args: readonly string[]
  /** Variables besides those of this program. */
  readonly env: Readonly<Record<string, string>>
}

/** What SoX is asked for; it converts from whatever the device gives. Small buffers, so that words are not kept back. */
const SOX_OUTPUT = ['-t', 'wav', '-r', '16000', '-c', '1', '-b', '16', '-e', 'signed-integer', '-']
const SOX_MANNERS = ['-q', '--buffer', '2048']

/**
 * The command that writes 16 kHz mono to its standard output. With a WAV header: arecord gives another rate where the
 * device knows no 16 kHz, and only the header says so.
 *
 * @param device as the recorder calls it; null: the system's default
 */
export function recorderCommand(
  command: RecorderName,
  device: string | null,
  platform: NodeJS.Platform,
): RecorderCommand {
  if (command === 'arecord') {
    const from = device === null ? [] : ['-D', device]
    return { command, args: ['-q', ...from, '-f', 'S16_LE', '-r', '16000', '-c', '1', '-t', 'wav'], env: {} }
  }
  // The default device of SoX for Windows does not work without its driver's name.
  const onWindows = platform === 'win32'
  const defaultDevice = onWindows ? ['-t', 'waveaudio', device ?? '-d'] : ['-d']
  const from = command === 'rec' ? [] : defaultDevice
  const env: Record<string, string> = device === null || onWindows ? {} : { AUDIODEV: device }
  return { command, args: [...SOX_MANNERS, ...from, ...SOX_OUTPUT], env }
}

/** The recorders that are looked for, the best first. */
export function usualRecorders(platform: NodeJS.Platform): readonly RecorderName[] {
  if (platform === 'linux') return ['arecord', 'rec', 'sox']
  return platform === 'win32' ? ['sox'] : ['rec', 'sox']
}

/** What to install for a recorder, or for any. */
export function installHint(recorder: RecorderName | null, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'install SoX: brew install sox'
  if (platform === 'win32') return 'install SoX: winget install ChrisBagwell.SoX'
  const name = recorder === null || recorder === 'arecord' ? 'alsa-utils' : 'sox'
  return `install the package ${name}, for example: sudo apt install ${name}`
}

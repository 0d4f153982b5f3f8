import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Whether a program can be started by its name. */
export async function isOnPath(program: string): Promise<boolean> {
  const file = process.platform === 'win32' ? `${program}.exe` : program
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, file), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}

/** What installs ffmpeg, by the program that installs things. */
const INSTALLERS = {
  'apt-get': 'apt install ffmpeg',
  dnf: 'dnf install ffmpeg-free',
  pacman: 'pacman -S ffmpeg',
  zypper: 'zypper install ffmpeg',
  apk: 'apk add ffmpeg',
} as const

/** The command that installs ffmpeg on this machine. */
export async function ffmpegInstallCommand(): Promise<string> {
  if (process.platform === 'darwin') return 'brew install ffmpeg'
  if (process.platform === 'win32') return 'winget install Gyan.FFmpeg'
  const sudo = process.getuid?.() === 0 ? '' : 'sudo '
  for (const [installer, command] of Object.entries(INSTALLERS)) if (await isOnPath(installer)) return sudo + command
  return `${sudo}${INSTALLERS['apt-get']}`
}

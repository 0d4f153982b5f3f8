import { fileURLToPath } from 'node:url'
import { UsageError } from '../../core/errors.js'
import type { AudioSource } from '../../core/types.js'
import { ForeignAudio } from '../decode/foreign-audio.js'
import { type AudioFileOptions, AudioFileSource } from './audio-file-source.js'
import { schemeOf, shownUrl, URL_SCHEMES } from './ffmpeg-command.js'
import { requireFfmpeg } from './ffmpeg-process.js'
import { FfmpegFileSource } from './ffmpeg-source.js'
import { UrlSource, type UrlSourceOptions } from './url-source.js'

/** Whether a name is an address of something outside this machine's files. */
export function isAddress(name: string): boolean {
  const scheme = schemeOf(name)
  return scheme !== null && scheme !== 'file'
}

/**
 * Opens a file, which is decoded here or, where it has to be, by ffmpeg.
 * @throws InputError when it cannot be read, or ffmpeg is needed and not there
 */
export async function openFile(path: string, options: AudioFileOptions): Promise<AudioSource> {
  try {
    return await AudioFileSource.open(path, options)
  } catch (error) {
    if (!(error instanceof ForeignAudio)) throw error
    await requireFfmpeg(error.message, error)
    return FfmpegFileSource.open(path, { ...options, refusal: error.message })
  }
}

/**
 * Opens an address.
 * @throws UsageError for a scheme that is not read; InputError when ffmpeg is not there, which reads the others
 */
export async function openAddress(url: string, options: UrlSourceOptions): Promise<AudioSource> {
  const [shown, scheme] = [shownUrl(url), schemeOf(url)]
  if (!URL_SCHEMES.some((known) => known === scheme)) {
    throw new UsageError(`${shown}: addresses of ${scheme} are not read`, {
      hint: `give one of ${URL_SCHEMES.join(', ')}, or the path of a file`,
    })
  }
  await requireFfmpeg(`${shown} cannot be read without ffmpeg`)
  return new UrlSource(url, options)
}

/** The path that a name stands for, which may be a URL of a file. @throws UsageError when that is on another machine */
export function pathOf(name: string): string {
  if (schemeOf(name) !== 'file') return name
  try {
    return fileURLToPath(name)
  } catch (cause) {
    throw new UsageError(`${name} is no file of this machine`, { hint: 'give its path', cause })
  }
}

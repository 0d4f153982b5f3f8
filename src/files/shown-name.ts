import { shownUrl } from '../audio/sources/ffmpeg-command.js'
import type { NamedRecording } from './find-recordings.js'

/** The name of a recording for people and programs: an address without the password that it may have. */
export function shownName({ name, isAddress }: NamedRecording): string {
  return isAddress ? shownUrl(name) : name
}

/** What is read, for messages. */
export interface InputName {
  readonly name: string
  /** Whether it is a file, of which the name is the path. */
  readonly isFile: boolean
}

/** Options of reading: how audio without a header is written, which channel is heard, whether each is. */
export type ReadingOption = 'raw' | 'channel' | 'channels'

/**
 * Is told that an option has no effect on what is read: a header says how it is written, or there is one channel.
 * @param name what is read
 */
export type TellIdle = (option: ReadingOption, name: string) => void

/** What something is called: "an MP3 file", or "an MP3 stream" of what is none. */
export function calledBy(what: string, { isFile }: Pick<InputName, 'isFile'>): string {
  return isFile ? what : what.replace(' file', ' stream')
}

/** How audio of another kind is made readable: a command that can be pasted. */
export function convertHint({ name, isFile }: InputName): string {
  return isFile
    ? `convert it first, for example with: ${convertCommand(name)}`
    : 'convert it on the way, for example with: ffmpeg -i INPUT -ar 16000 -ac 1 -f wav - | asr-stream -'
}

/** What helps with a broken header. */
export function rewriteHint({ name, isFile }: InputName): string {
  return `write it again, for example with: ${isFile ? convertCommand(name) : 'ffmpeg -i INPUT -ar 16000 -ac 1 OUTPUT.wav'}`
}

function convertCommand(path: string): string {
  const begin = path.replace(/\.[^./\\]*$/, '')
  const output = path === `${begin}.wav` ? `${begin}-16k.wav` : `${begin}.wav`
  return `ffmpeg -i ${quoted(path)} -ar 16000 -ac 1 ${quoted(output)}`
}

function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

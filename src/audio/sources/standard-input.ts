import { fstatSync } from 'node:fs'
import { UsageError } from '../../core/errors.js'
import { readableBytes } from './readable-bytes.js'

/**
 * What is piped into the program. Nothing is read before the bytes are asked for.
 * @throws UsageError when it is a terminal or a folder
 */
export function openStandardInput(): (signal?: AbortSignal) => AsyncIterable<Uint8Array> {
  if (process.stdin.isTTY) {
    throw new UsageError('standard input is a terminal: no audio comes from there', {
      hint: 'pipe audio into the program, for example: arecord -f S16_LE -r 16000 -c 1 -t wav | asr-stream -',
    })
  }
  if (isFolder()) {
    throw new UsageError('standard input is a folder: no audio comes from there', {
      hint: 'give the name of the folder instead of "-" to transcribe what is in it',
    })
  }
  return (signal) => readableBytes(process.stdin, signal)
}

function isFolder(): boolean {
  try {
    return fstatSync(0).isDirectory()
  } catch {
    return false
  }
}

/** The option of the command line for a key: "minChunkSize" is "--min-chunk-size". */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

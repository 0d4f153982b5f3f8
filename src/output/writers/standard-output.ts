/** Standard output has the lines of this program and nothing else, whatever a plugin or a library prints. */

const OWN = Symbol('the write of this program')

type Write = NodeJS.WriteStream['write']

/** A stream of which the program keeps the way in. */
export interface OwnedStream {
  readonly write: Write & { readonly [OWN]?: Write }
}

/**
 * Sends to standard error what anybody else writes to standard output from here on: `console.log`, `process.stdout.write`,
 * and what worker threads print, which comes out in this thread. For programs; a library leaves streams alone.
 */
export function keepClean(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): void {
  const own = stdout.write.bind(stdout) as Write
  // Asked for at each call: a spinner on standard error steps aside by another write.
  const aside = (...given: Parameters<Write>) => stderr.write(...given)
  stdout.write = Object.assign(aside as Write, { [OWN]: own })
}

/** What this program itself writes with. */
export function ownWrite(stream: OwnedStream): Write {
  return stream.write[OWN] ?? (stream.write.bind(stream) as Write)
}

/** A terminal that this program itself writes to. */
export function ownTerminal(stream: NodeJS.WriteStream) {
  return {
    get isTTY() {
      return stream.isTTY
    },
    get columns() {
      return stream.columns
    },
    get rows() {
      return stream.rows
    },
    write: (text: string) => ownWrite(stream)(text),
    on: (event: 'resize', listener: () => void) => stream.on(event, listener),
    off: (event: 'resize', listener: () => void) => stream.off(event, listener),
  }
}

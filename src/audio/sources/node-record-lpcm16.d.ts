/** What is used of the package, which has no types. */
declare module 'node-record-lpcm16' {
  import type { ChildProcessByStdio, SpawnOptions } from 'node:child_process'
  import type { Readable } from 'node:stream'

  /** What a recorder of the package gives for the options of a recording. */
  interface StartedWith {
    readonly cmd: string
    readonly args: readonly string[]
    readonly spawnOptions: SpawnOptions
  }

  interface Recording {
    readonly process: ChildProcessByStdio<null, Readable, Readable>
    stream(): Readable
  }

  const library: {
    /** @param options all of them are handed to the recorder: a name in the package, or the path of a module */
    record(options: { readonly recorder: string; readonly told: StartedWith }): Recording
  }
  export default library
}

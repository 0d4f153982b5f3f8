import type { z } from 'zod'
import type { Condition } from './conditions.js'

/** The zod that a row makes its type with: it is handed in, so that `--help` need not load it. */
export type Zod = Pick<typeof z, 'array' | 'boolean' | 'enum' | 'int' | 'number' | 'preprocess' | 'string'>

/** The type of an option's value. */
export type Type<Value> = z.ZodType<Value>

/** Headings of `--help` and of the tables in the documentation, in their order. */
export const OPTION_GROUPS = {
  server: 'Server',
  input: 'Input',
  recognition: 'Recognition',
  streaming: 'Streaming',
  voice: 'Voice activity',
  output: 'Output',
  models: 'Models',
  diagnostics: 'Diagnostics',
} as const
export type OptionGroup = keyof typeof OPTION_GROUPS

/** What a shell offers for the value of an option. */
export type ValueKind = 'file' | 'folder' | 'module' | 'model' | 'backend' | 'language' | 'languages'

/** One option: everything that is known of it, whichever door it comes through. */
export interface OptionRow {
  /** As commander has it, such as "-m, --model <name>". "--no-live" sets the key `live` to false. */
  readonly flag: string
  readonly group: OptionGroup
  /** One line of help. */
  readonly help: string
  /** More for the documentation, in Markdown. */
  readonly tip?: string
  /** The page of the documentation that has more: "models.md". */
  readonly page?: string
  /** The type of its value. */
  readonly type: (zod: Zod) => Type<unknown>
  /** The value when nothing is given; absent: there is none. */
  readonly default?: unknown
  /** What help says of the default where the value itself does not say it. */
  readonly shownDefault?: string
  /** Values that it may have; absent: any of its type. */
  readonly choices?: readonly string[]
  /** How text is read: as a number, or as one item of a list. Absent: as it stands. */
  readonly reads?: 'number' | 'item'
  /** What its value stands for; files, folders and modules in a configuration file are relative to that file. */
  readonly value?: ValueKind
  /** True: the program has it, and the configuration of a transcription does not. */
  readonly isOfProgram?: true
  /** Whether the README lists it; `docs/configuration.md` lists all. */
  readonly isCommon?: true
  /** Taken for the sake of old scripts, and neither shown nor read from files and variables. */
  readonly isHidden?: true
  /** Conditions without which it has no effect, in the order in which they are looked at. */
  readonly needs?: readonly Condition[]
  /** Why the servers, `asr-stream listen` and `asr-stream serve`, do not have it; absent: they do. */
  readonly notForListen?: string
  /** True: only the servers have it. */
  readonly onlyForListen?: true
  /** True: of the servers only `asr-stream serve` has it. */
  readonly onlyForServe?: true
  /** The value of `asr-stream serve` when nothing is given; absent: `default`. */
  readonly serveDefault?: unknown
}

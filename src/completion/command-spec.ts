/** What a shell may offer in one place; a list is words with commas between. */
export type Offer =
  | { readonly kind: 'words' | 'list'; readonly words: readonly string[] }
  | { readonly kind: 'files' | 'folders' | 'nothing' }

/** An option as completion knows it. */
export interface OptionSpec {
  /** "-m", "--model": all its names. */
  readonly names: readonly string[]
  readonly help: string
  /** What its value may be; absent: it has none. */
  readonly value?: Offer
  readonly isRepeatable: boolean
}

/** A command as completion knows it. */
export interface CommandSpec {
  /** Names of the commands that lead to it, without the program's: ["models", "pull"]. */
  readonly path: readonly string[]
  readonly help: string
  readonly options: readonly OptionSpec[]
  /** What its arguments may be. */
  readonly argument: Offer
  readonly commands: readonly CommandSpec[]
}

/** A command and all below it. */
export function allCommands(command: CommandSpec): readonly CommandSpec[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

/** The names of all options that have a value, whose next word is no command. */
export function valueOptions(root: CommandSpec): readonly string[] {
  const options = allCommands(root).flatMap((command) => command.options)
  return [...new Set(options.flatMap(({ names, value }) => (value === undefined ? [] : names)))]
}

/** A text between single quotes, for bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

import { allCommands, type CommandSpec, type Offer, type OptionSpec, valueOptions } from './command-spec.js'

/** A script for fish: a file `asr-stream.fish` in its folder `completions`, or something to source. */
export function fishCompletion(program: string, root: CommandSpec): string {
  const lines = allCommands(root).flatMap((command) => commandLines(program, command))
  return `# Completion of ${program} for fish. Load it with: ${program} completion fish | source
function __asr_stream_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l path
    set -l previous
    for word in $words
        if contains -- "$previous" ${valueOptions(root).join(' ')}
            set previous $word
            continue
        end
        set previous $word
        contains -- "$path $word" ${paths(root)}
        and set path (string trim -- "$path $word")
    end
    test "$path" = "$argv"
end
function __asr_stream_list
    set -l before (string match -r '.*,' -- (commandline -ct | string replace -r '^--[a-z-]+=' ''))
    printf '%s\\n' $before$argv
end
complete -c ${program} -f
${lines.join('\n')}`
}

function paths(root: CommandSpec): string {
  const below = allCommands(root).filter(({ path }) => path.length > 0)
  return below.map(({ path }) => single(path.length === 1 ? ` ${path[0]}` : path.join(' '))).join(' ')
}

function commandLines(program: string, command: CommandSpec): readonly string[] {
  const start = `complete -c ${program} -n ${single(`__asr_stream_at ${command.path.join(' ')}`.trim())}`
  return [
    ...command.commands.map(({ path, help }) => `${start} -a ${single(path.at(-1) ?? '')} -d ${single(help)}`),
    ...(command.argument.kind === 'nothing' ? [] : [`${start} ${offer(command.argument)}`]),
    ...command.options.map((option) => `${start} ${names(option)} -d ${single(option.help)}${value(option)}`),
  ]
}

function names({ names }: OptionSpec): string {
  return names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
}

function value({ value }: OptionSpec): string {
  return value === undefined ? '' : value.kind === 'nothing' ? ' -x' : ` -r ${offer(value)}`
}

function offer(offer: Offer): string {
  if (offer.kind === 'files') return '-F'
  if (offer.kind === 'folders') return `-f -a '(__fish_complete_directories)'`
  if (offer.kind === 'list') return `-f -a '(__asr_stream_list ${offer.words.join(' ')})'`
  return offer.kind === 'words' ? `-f -a ${single(offer.words.join(' '))}` : ''
}

/** A text between single quotes, in which fish knows two escapes. */
function single(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

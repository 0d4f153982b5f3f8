import { allCommands, type CommandSpec, type Offer, type OptionSpec, quoted, valueOptions } from './command-spec.js'

/** A script for bash, from 3.2 on (that of macOS), with or without the package bash-completion. */
export function bashCompletion(program: string, root: CommandSpec): string {
  const commands = allCommands(root)
  return `# Completion of ${program} for bash. Load it with: source <(${program} completion bash)
_asr_stream_offer() {
  local IFS=$'\\n' kind=$1 before=''
  shift
  case $kind in
    words) COMPREPLY=($(compgen -W "$(printf '%s\\n' "$@")" -- "$cur")) ;;
    list)
      [[ $cur == *,* ]] && before=\${cur%,*},
      COMPREPLY=($(compgen -P "$before" -W "$(printf '%s\\n' "$@")" -- "\${cur##*,}"))
      ;;
    files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
    folders) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")) ;;
  esac
}

_asr_stream() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' word i
  COMPREPLY=()
  # Bash takes "--policy=alignatt" for three words.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = && COMP_CWORD -gt 1 ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case \${COMP_WORDS[i-1]} in
      ${valueOptions(root).join(' | ')} | =) continue ;;
    esac
    case "$command \${word}" in
${commands.flatMap(steps).join('\n')}
    esac
  done
  case "$command $prev" in
${commands.flatMap(values).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
${commands.map(options).join('\n')}
    esac
    return
  fi
  case "$command" in
${commands.map(args).join('\n')}
  esac
}

complete -F _asr_stream ${program}`
}

const nameOf = ({ path }: CommandSpec) => path.join(' ')

/** From a command to those below it. */
function steps(command: CommandSpec): readonly string[] {
  return command.commands.map(
    (below) => `      ${quoted(`${nameOf(command)} ${below.path.at(-1)}`)}) command=${quoted(nameOf(below))} ;;`,
  )
}

/** What is offered after an option that has a value. */
function values(command: CommandSpec): readonly string[] {
  return command.options.flatMap(({ names, value }) => {
    if (value === undefined) return []
    const patterns = names.map((name) => quoted(`${nameOf(command)} ${name}`)).join(' | ')
    return [`    ${patterns}) ${offer(value)}; return ;;`]
  })
}

function options(command: CommandSpec): string {
  return `      ${quoted(nameOf(command))}) ${offer({ kind: 'words', words: command.options.flatMap(longNames) })} ;;`
}

function longNames({ names }: OptionSpec): readonly string[] {
  return names.filter((name) => name.startsWith('--'))
}

/** What stands in place of an argument; a command that has others below it offers them. */
function args(command: CommandSpec): string {
  const below = command.commands.map(({ path }) => path.at(-1) ?? '')
  const more = below.length === 0 ? '' : `; COMPREPLY+=($(compgen -W ${quoted(below.join(' '))} -- "$cur"))`
  return `    ${quoted(nameOf(command))}) ${offer(command.argument)}${more} ;;`
}

function offer(value: Offer): string {
  if (value.kind === 'nothing') return ':'
  return ['_asr_stream_offer', value.kind, ...('words' in value ? value.words.map(quoted) : [])].join(' ')
}

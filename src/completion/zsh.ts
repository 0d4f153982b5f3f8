import { allCommands, type CommandSpec, type Offer, type OptionSpec, quoted } from './command-spec.js'

/** A script for zsh: a file `_asr-stream` of its function path, or something to source. */
export function zshCompletion(program: string, root: CommandSpec): string {
  return `#compdef ${program}
# Completion of ${program} for zsh. Write it to a file _${program} in a folder of $fpath, or load it with:
# source <(${program} completion zsh)
${allCommands(root).map(commandFunction).join('\n')}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  ${functionOf(root)} "$@"
else
  compdef ${functionOf(root)} ${program}
fi`
}

function functionOf({ path }: CommandSpec): string {
  return ['_asr_stream', ...path].join('_')
}

function commandFunction(command: CommandSpec): string {
  const specs = command.options.map((option) => `    ${optionSpec(option)}`)
  const head = [`${functionOf(command)}() {`, '  local context state state_descr line', '  typeset -A opt_args']
  if (command.commands.length === 0) {
    const all = [...specs, `    ${quoted(`*: :${action(command.argument)}`)}`]
    return [...head, '  _arguments -s -S \\', `${all.join(' \\\n')}`, '}', ''].join('\n')
  }
  const all = [...specs, `    '1: :->first'`, `    '*:: :->rest'`]
  const below = command.commands.map(({ path, help }) => quoted(`${path.at(-1)}:${help}`))
  return [
    ...head,
    '  local -a below',
    '  _arguments -s -S -C \\',
    `${all.join(' \\\n')}`,
    '  case $state in',
    '    first)',
    `      below=(${below.join(' ')})`,
    `      _describe -t commands command below`,
    ...(command.argument.kind === 'nothing' ? [] : [`      ${actionCall(command.argument)}`]),
    '      ;;',
    '    rest)',
    '      case $words[1] in',
    ...command.commands.map((one) => `        ${one.path.at(-1)}) ${functionOf(one)} ;;`),
    '        *) return 1 ;;',
    '      esac',
    '      ;;',
    '  esac',
    '}',
    '',
  ].join('\n')
}

/** As _arguments wants it; each name excludes the others of the option. */
function optionSpec({ names, help, value, isRepeatable }: OptionSpec): string {
  const text = `[${escaped(help).replaceAll('[', '\\[').replaceAll(']', '\\]')}]`
  const tail = value === undefined ? text : `${text}:value:${action(value)}`
  const prefix = isRepeatable ? '*' : names.length > 1 ? `(${names.join(' ')})` : ''
  // A long option may also have its value after "=".
  const forms = names.map((name) => (value !== undefined && name.startsWith('--') ? `${name}=` : name))
  if (forms.length === 1) return quoted(`${prefix}${forms[0]}${tail}`)
  return forms.map((form) => quoted(`${prefix}${form}${tail}`)).join(' \\\n    ')
}

function action(offer: Offer): string {
  if (offer.kind === 'list') return `{_sequence compadd - ${offer.words.join(' ')}}`
  if (offer.kind === 'words') return `(${offer.words.map((word) => escaped(word).replaceAll(' ', '\\ ')).join(' ')})`
  return offer.kind === 'files' ? '_files' : offer.kind === 'folders' ? '_files -/' : ' '
}

function actionCall(offer: Offer): string {
  if ('words' in offer) return `compadd -- ${offer.words.map(quoted).join(' ')}`
  return offer.kind === 'files' ? '_files' : '_files -/'
}

function escaped(text: string): string {
  return text.replace(/[\\:]/g, '\\$&')
}

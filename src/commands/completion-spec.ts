import type { Argument, Command, Option } from 'commander'
import { WHISPER_LANGUAGES } from '../backends/onnx-whisper/model/languages.js'
import { listLoaders } from '../backends/registry.js'
import type { CommandSpec, Offer } from '../completion/command-spec.js'
import { OPTION_TABLE, type ValueKind } from '../config/option-table.js'
import { MODEL_NAMES } from '../models/names.js'
import { TableOption } from './table-option.js'

/** What values and arguments are by the word in their brackets, where the table does not say it. */
const KINDS: Readonly<Record<string, ValueKind>> = { audio: 'file', path: 'file', file: 'file', folder: 'folder' }
/** What the arguments of a command are. */
const ARGUMENTS: Readonly<Record<string, ValueKind>> = { convert: 'folder', models: 'model', backends: 'backend' }

/** What completion knows of a command and of those below it. */
export function specOf(command: Command, path: readonly string[] = []): CommandSpec {
  const help = command.createHelp()
  const [argument] = command.registeredArguments
  return {
    path,
    help: command.description(),
    options: help.visibleOptions(command).map((option) => ({
      names: option.flags.match(/--?[a-zA-Z][a-z-]*/g) ?? [],
      help: option instanceof TableOption ? OPTION_TABLE[option.key].help : option.description,
      ...(option.required || option.optional ? { value: valueOffer(option) } : {}),
      isRepeatable: option instanceof TableOption && OPTION_TABLE[option.key].reads === 'item',
    })),
    argument: argument === undefined ? { kind: 'nothing' } : argumentOf(argument, path, command),
    commands: command.commands.map((below) => specOf(below, [...path, below.name()])),
  }
}

function valueOffer(option: Option): Offer {
  const row = option instanceof TableOption ? OPTION_TABLE[option.key] : undefined
  const choices = row?.choices ?? option.argChoices
  if (choices !== undefined) return { kind: 'words', words: choices }
  return offer(row?.value ?? KINDS[/<(\w+)>/.exec(option.flags)?.[1] ?? ''])
}

function argumentOf(argument: Argument, path: readonly string[], { parent }: Command): Offer {
  if (argument.argChoices !== undefined) return { kind: 'words', words: argument.argChoices }
  if (path.at(-1) === 'help') {
    const names = (parent?.commands ?? []).map((command) => command.name())
    return { kind: 'words', words: [...names, ...listLoaders().map(({ name }) => name)] }
  }
  // "backends new" wants a name that is not there yet.
  if (path.at(-1) === 'new') return { kind: 'nothing' }
  if (path.at(-1) === 'install') return { kind: 'words', words: ['transformers'] }
  return offer(KINDS[argument.name()] ?? ARGUMENTS[path.at(-1) ?? ''] ?? ARGUMENTS[path[0] ?? ''])
}

function offer(kind: ValueKind | undefined): Offer {
  if (kind === undefined) return { kind: 'nothing' }
  if (kind === 'file' || kind === 'module') return { kind: 'files' }
  if (kind === 'folder') return { kind: 'folders' }
  if (kind === 'model') return { kind: 'words', words: ['tiny.en', ...MODEL_NAMES] }
  if (kind === 'backend') return { kind: 'words', words: listLoaders().map(({ name }) => name) }
  if (kind === 'languages') return { kind: 'list', words: WHISPER_LANGUAGES }
  return { kind: 'words', words: ['auto', ...WHISPER_LANGUAGES] }
}

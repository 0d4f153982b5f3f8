import { type Command, Option } from 'commander'
import type { ModelFlags } from './models-context.js'
import type { ProgramCommand } from './program-command.js'
import { addGroups, cacheOption, hubOptions } from './transcribe-options.js'

/** Adds `asr-stream models list`, `pull`, `info`, `verify` and `convert`. */
export function addModelsCommand(program: ProgramCommand, signal: AbortSignal): void {
  const models = program.createCommand('models')
  program.addCommand(models.copyInheritedSettings(program))
  models
    .description('list, download, check and convert models')
    .configureHelp({ showGlobalOptions: false })
    .helpCommand(false)
    .setDefault('list', 'asr-stream models info')
  const json = () => new Option('--json', 'print JSON')
  const add = (usage: string, about: string, options: readonly Option[]): Command =>
    addGroups(models.command(usage, { isDefault: usage === 'list' }).description(about), { 'Options:': options })
  const flagsOf = (command: Command) => command.optsWithGlobals<ModelFlags>()
  add('list', 'installed models, and those available to download', [cacheOption(), json()]).action(
    async (_, command: Command) => {
      const { listModels } = await import('./models-list.js')
      await listModels(flagsOf(command))
    },
  )
  add('pull <name>', 'download a model, or the files of it that are missing or outdated', [
    cacheOption(),
    ...hubOptions(),
  ]).action(async (name: string, _, command: Command) => {
    const { pullModel } = await import('./models-pull.js')
    await pullModel(name, flagsOf(command), signal)
  })
  add('info <name>', 'what a model name stands for', [cacheOption(), ...hubOptions(), json()]).action(
    async (name: string, _, command: Command) => {
      const { modelInfo } = await import('./models-info.js')
      await modelInfo(name, flagsOf(command), signal)
    },
  )
  add('verify [name]', 'compare checksums; exit code 1 when a file is damaged', [
    cacheOption(),
    ...hubOptions(),
  ]).action(async (name: string | undefined, _, command: Command) => {
    const { verifyModels } = await import('./models-verify.js')
    await verifyModels(name, flagsOf(command))
  })
  const conversion = [
    new Option('--out <folder>', 'folder to write').makeOptionMandatory(),
    new Option('--name <name>', 'name of the model (default: that of the folder)'),
    new Option('--precision <name>', 'int8, or fp32, which keeps all bits').choices(['int8', 'fp32']).default('int8'),
    new Option('--tokenizer <file>', 'tokenizer.json, if it is not in the checkpoint'),
    new Option('--python <program>', 'a Python with the packages of tools/requirements.txt'),
  ]
  add(
    'convert <checkpoint>',
    'make the fast layout of a Hugging Face, OpenAI or CTranslate2 checkpoint',
    conversion,
  ).action(async (checkpoint: string, _, command: Command) => {
    const { convertModel } = await import('./models-convert.js')
    await convertModel(checkpoint, flagsOf(command), signal)
  })
}

import { type Command, Option } from 'commander'
import { CONFIG_KEYS, OPTION_TABLE } from '../config/option-table.js'
import type { NormalizerName } from '../evaluation/normalizers/names.js'
import { numberOption } from './number-option.js'
import { TableOption } from './table-option.js'

const NORMALIZERS = ['basic', 'english', 'whisper-basic', 'none'] as const satisfies readonly NormalizerName[]
/** Options that have nothing to do with recordings that are there as files. */
const UNFIT: readonly string[] = ['maxBacklog', 'rawRate', 'rawChannels', 'rawEncoding', 'compUnaware']

/** Gives the command its options: its own, and those of recognition. */
export function addEvaluateOptions(command: Command): Command {
  const own = [
    new Option('--reference <file>', 'what is said in the recording (default: the file beside it)'),
    new Option('--only <names>', 'recordings, with commas between').argParser((text) => text.split(',')),
    numberOption('--limit <count>', 'no more than so many recordings', { min: 1, isWhole: true }),
    new Option('--normalizer <name>', 'what makes texts equal (default: english for English, else basic)').choices(
      NORMALIZERS,
    ),
    new Option('--real-time', 'audio at the speed of speech: times have computing in them'),
    new Option('--sweep <option=values>', 'try all values, such as min-chunk-size=0.5,1; repeatable').argParser(
      (one, before: readonly string[] = []) => [...before, one],
    ),
    new Option('--json', 'print JSON'),
    new Option('--csv', 'print CSV'),
    new Option('--errors', 'print what was said and heard, word under word'),
    new Option('--save <file>', 'write JSON to a file as well'),
    new Option('--report <file>', 'write a page of HTML with plots, or as .svg one plot'),
    new Option('--compare <files...>', 'compare with an earlier --save, or two of them with each other'),
    numberOption('--max-regression <points>', 'with --compare: fail when errors rise by more points', { min: 0 }),
  ]
  for (const option of own) command.addOption(option.helpGroup('Evaluation:'))
  for (const key of [...CONFIG_KEYS, 'option', 'quiet', 'config', 'logLevel'] as const) {
    if (!UNFIT.includes(key) && OPTION_TABLE[key].onlyForListen !== true) command.addOption(new TableOption(key))
  }
  return command
}

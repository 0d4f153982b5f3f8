import { type Command, Option } from 'commander'
import { RECORDERS, type RecorderName } from '../audio/sources/recorders.js'
import {
  ASR_DEFAULTS,
  BUFFER_TRIMMINGS,
  COMPATS,
  POLICIES,
  PRECISIONS,
  RAW_ENCODINGS,
  TASKS,
} from '../config/defaults.js'
import { suggestion } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'
import { LOG_LEVELS, type LogLevel } from '../terminal/log.js'

/** Options of the command that are no part of the configuration. */
export interface CommandFlags {
  readonly logLevel?: LogLevel
  readonly quiet?: boolean
  readonly output?: string
  /** False: lines on a terminal as well. */
  readonly live?: boolean
  readonly mic?: boolean
  readonly device?: string
  readonly recorder?: RecorderName
  readonly account?: boolean
  readonly profile?: boolean
  /** `key=value` pairs for the backend. */
  readonly option?: readonly string[]
  readonly plugin?: readonly string[]
}

/**
 * Gives the command line its options; names, defaults and meaning as whisper_online.py where it has them.
 * @param without names of options, in camelCase, that the command does not have: they are read, so that they can be
 * refused with a reason, and not shown
 */
export function addTranscribeOptions(program: Command, without: readonly string[] = []): Command {
  const number = (flags: string, about: string, standard: number) =>
    new Option(flags, withDefault(about, standard)).argParser(asNumber)
  const text = (flags: string, about: string, standard?: string) =>
    new Option(flags, withDefault(about, standard)).argParser(asText)
  const choice = (flags: string, about: string, choices: readonly string[], standard?: string) => {
    return text(flags, `${about}: ${choices.join(', ')}`, standard)
  }
  const groups = {
    'Live input:': [
      new Option('--mic', 'hear the microphone'),
      text('--device <name>', 'which microphone, as the recorder calls it'),
      new Option('--recorder <name>', `program that records: ${RECORDERS.join(', ')}`).argParser(asRecorder),
      number(
        '--max-backlog <seconds>',
        'seconds of live audio to buffer when the machine is too slow',
        ASR_DEFAULTS.maxBacklog,
      ),
      number('--raw-rate <hertz>', 'sample rate of audio without a header', ASR_DEFAULTS.rawRate),
      number('--raw-channels <count>', 'channels of audio without a header', ASR_DEFAULTS.rawChannels),
      choice(
        '--raw-encoding <name>',
        'sample format of audio without a header',
        RAW_ENCODINGS,
        ASR_DEFAULTS.rawEncoding,
      ),
    ],
    'Time:': [
      number(
        '--min-chunk-size <seconds>',
        'seconds of new audio before the text is updated; smaller is faster and costs more',
        ASR_DEFAULTS.minChunkSize,
      ),
      number('--start-at <seconds>', 'skip this many seconds at the start', ASR_DEFAULTS.startAt),
      new Option('--comp-unaware', 'simulate: ignore computing time in the timestamps (for benchmarks)'),
      new Option('--offline', 'transcribe the whole file at once, as fast as possible'),
    ],
    'Model:': [
      text(
        '-m, --model <name>',
        'name of the model, or owner/name on the Hugging Face Hub; the default knows English only',
        ASR_DEFAULTS.model,
      ),
      text('--model-dir <folder>', "folder with a model's files (nothing is downloaded)"),
      text('--model-cache-dir <folder>', 'folder for downloaded models'),
      ...hubOptions(),
      text('--lan, --language <code>', 'language of the speech, by code or name; auto: detected', ASR_DEFAULTS.lan),
      text('--languages <codes>', 'languages that may be detected, as en,cs,de (default: any)'),
      choice('--task <task>', 'write down what is said, or translate it into English', TASKS, ASR_DEFAULTS.task),
      number('--threads <count>', 'threads of the model; 0: as many as help, at most 4', ASR_DEFAULTS.threads),
    ],
    'Search (only with --offline):': [
      number('--beam-size <count>', 'beam width', ASR_DEFAULTS.beamSize),
      text(
        '--temperature <list>',
        'fallback temperatures, tried in order when the result looks unreliable, as 0,0.2,0.4',
        ASR_DEFAULTS.temperature,
      ),
    ],
    'Backend:': [
      text('--backend <name>', 'recognition engine; "asr-stream backends" lists them', ASR_DEFAULTS.backend),
      new Option('--option <key=value>', 'an option of the backend itself (repeatable)').argParser(append),
      pluginOption(),
    ],
    'Streaming:': [
      choice(
        '--policy <name>',
        'how text is confirmed, by two passes that agree or by one, in half the time',
        POLICIES,
        ASR_DEFAULTS.policy,
      ),
      choice(
        '--buffer-trimming <where>',
        'where to cut the audio buffer',
        BUFFER_TRIMMINGS,
        ASR_DEFAULTS.bufferTrimming,
      ),
      number(
        '--buffer-trimming-sec <seconds>',
        'cut the buffer when it exceeds this many seconds',
        ASR_DEFAULTS.bufferTrimmingSec,
      ),
      number(
        '--frame-threshold <frames>',
        'alignatt: hold back text heard in the last N frames (20 ms each)',
        ASR_DEFAULTS.frameThreshold,
      ),
      number(
        '--audio-max-len <seconds>',
        'alignatt: cut the buffer when it exceeds this many seconds',
        ASR_DEFAULTS.audioMaxLen,
      ),
      text('--init-prompt <text>', 'alignatt: context or vocabulary for the beginning'),
      text('--static-init-prompt <text>', 'alignatt: context or vocabulary for the whole stream'),
      new Option('--no-hallucination-filter', 'keep words that the model probably made up'),
      choice('--compat <program>', 'behave exactly like another program, including where it loses words', COMPATS),
    ],
    'Voice activity:': [
      new Option('--vac', 'split speech into utterances (finishes sentences at pauses)'),
      number(
        '--vac-chunk-size <seconds>',
        'vac: seconds of audio between checks for speech',
        ASR_DEFAULTS.vacChunkSize,
      ),
      new Option('--vad', 'remove silence before recognition'),
      number(
        '--vad-threshold <probability>',
        'probability from which sound counts as speech (0-1)',
        ASR_DEFAULTS.vadThreshold,
      ),
      number('--vad-min-silence-ms <ms>', 'this much silence ends speech', ASR_DEFAULTS.vadMinSilenceMs),
      number('--vad-speech-pad-ms <ms>', 'margin kept before and after speech', ASR_DEFAULTS.vadSpeechPadMs),
      new Option('--keep-level', 'do not make quiet speech louder before it is recognised'),
    ],
    'Output:': [
      text('-o, --output <file>', 'write the lines to a file'),
      new Option('--no-live', 'print lines with times on a terminal too, not growing text'),
      new Option(
        '-l, --log-level <level>',
        withDefault(`how much to log: ${LOG_LEVELS.join(', ')}`, 'WARNING'),
      ).argParser(asLogLevel),
      new Option('--account', 'print a summary of transcribed, silent and dropped audio'),
      new Option('--profile', 'print where computing time went'),
      new Option('--quiet', 'no progress, and only errors on standard error'),
    ],
  }
  return addGroups(program, groups, without)
}

/** The options that say how a model is had from the Hub. */
export function hubOptions(): readonly Option[] {
  return [
    new Option('--offline-models', 'never download a model'),
    new Option('--revision <name>', 'branch, tag or commit of a downloaded model').argParser(asText),
    new Option(
      '--precision <name>',
      withDefault(`quantisation of a downloaded model: ${PRECISIONS.join(', ')}`, ASR_DEFAULTS.precision),
    ).argParser(asText),
  ]
}

/** The option that brings further backends. */
export function pluginOption(): Option {
  return new Option('--plugin <path>', 'module or package that brings backends (repeatable)').argParser(append)
}

/** Adds options under headings. */
export function addGroups(
  program: Command,
  groups: Readonly<Record<string, readonly Option[]>>,
  without: readonly string[] = [],
): Command {
  for (const [heading, options] of Object.entries(groups)) {
    for (const option of options) {
      program.addOption(option.helpGroup(heading).hideHelp(without.includes(option.attributeName())))
    }
  }
  return program
}

/** Shown only: what is not given is left out, so that the configuration's own defaults hold. */
function withDefault(about: string, standard: string | number | undefined): string {
  return standard === undefined ? about : `${about} (default: ${standard})`
}

/** Left as text where it is none: the configuration then says what it should be. */
function asNumber(text: string): number | string {
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? text : number
}

/** The next option is no value: one was forgotten. */
function asText(text: string): string {
  if (!text.startsWith('--')) return text
  throw new UsageError(`"${text}" stands where a value is expected`, { hint: 'give the value after its option' })
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, asText(value)]
}

function asRecorder(text: string): RecorderName {
  const recorder = RECORDERS.find((known) => known === text)
  if (recorder !== undefined) return recorder
  throw new UsageError(`--recorder knows no "${text}"`, { hint: suggestion(text, RECORDERS) })
}

function asLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text.toUpperCase())
  if (level !== undefined) return level
  throw new UsageError(`--log-level knows no "${text}"`, { hint: suggestion(text, LOG_LEVELS) })
}

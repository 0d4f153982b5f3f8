import { type Command, Option } from 'commander'
import { RECORDERS, type RecorderName } from '../audio/recorders.js'
import {
  ASR_DEFAULTS,
  BUFFER_TRIMMINGS,
  COMPATS,
  POLICIES,
  PRECISIONS,
  RAW_ENCODINGS,
  TASKS,
} from '../config-defaults.js'
import { UsageError } from '../errors.js'
import { LOG_LEVELS, type LogLevel } from '../log.js'
import { suggestion } from '../nearest.js'

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
 * @param without names of options, in camelCase, that the command does not have
 */
export function addTranscribeOptions(program: Command, without: readonly string[] = []): Command {
  const number = (flags: string, about: string, standard: number) =>
    new Option(flags, withDefault(about, standard)).argParser(asNumber)
  const text = (flags: string, about: string, standard?: string) =>
    new Option(flags, withDefault(about, standard)).argParser(asText)
  const choice = (flags: string, about: string, choices: readonly string[], standard?: string) => {
    return text(flags, `${about}: ${choices.join(' or ')}`, standard)
  }
  const groups = {
    'Live input:': [
      new Option('--mic', 'hear the microphone'),
      text('--device <name>', 'which microphone, as the recorder calls it'),
      new Option('--recorder <name>', `by what it is recorded: ${RECORDERS.join(', ')}`).argParser(asRecorder),
      number('--max-backlog <seconds>', 'audio that may wait while an update computes', ASR_DEFAULTS.maxBacklog),
      number('--raw-rate <hertz>', 'sample rate of audio without a header', ASR_DEFAULTS.rawRate),
      number('--raw-channels <count>', 'its channels', ASR_DEFAULTS.rawChannels),
      choice('--raw-encoding <name>', 'its samples', RAW_ENCODINGS, ASR_DEFAULTS.rawEncoding),
    ],
    'Time:': [
      number('--min-chunk-size <seconds>', 'audio between updates, at the least', ASR_DEFAULTS.minChunkSize),
      number('--start-at <seconds>', 'begin there in the audio', ASR_DEFAULTS.startAt),
      new Option('--comp-unaware', 'stop the clock while the model computes'),
      new Option('--offline', 'one update over all audio, without waiting'),
    ],
    'Model:': [
      text('--model <name>', 'name of the model, or owner/name on the Hugging Face Hub', ASR_DEFAULTS.model),
      text('--model-dir <folder>', 'folder of the model itself'),
      text('--model-cache-dir <folder>', 'where models lie by name and are downloaded to'),
      ...hubOptions(),
      text('--lan, --language <code>', 'language of the speech; auto: detected', ASR_DEFAULTS.lan),
      text('--languages <codes>', 'languages that may be detected, as en,cs,de (default: any)'),
      choice('--task <task>', 'what to do; translate gives English', TASKS, ASR_DEFAULTS.task),
      number('--threads <count>', 'threads of the model; 0: as many as serve', ASR_DEFAULTS.threads),
    ],
    'Search, with --offline:': [
      number('--beam-size <count>', 'texts that the model follows at once', ASR_DEFAULTS.beamSize),
      text('--temperature <list>', 'tried in order while text is doubtful, as 0,0.2,0.4', ASR_DEFAULTS.temperature),
    ],
    'Backend:': [
      text('--backend <name>', 'what recognises; "asr-stream backends" lists them', ASR_DEFAULTS.backend),
      new Option('--option <key=value>', 'an option of the backend itself (repeatable)').argParser(append),
      pluginOption(),
    ],
    'Streaming:': [
      choice('--policy <name>', 'when text is final', POLICIES, ASR_DEFAULTS.policy),
      choice('--buffer-trimming <where>', 'cut heard audio at', BUFFER_TRIMMINGS, ASR_DEFAULTS.bufferTrimming),
      number('--buffer-trimming-sec <seconds>', 'cut when it is longer than this', ASR_DEFAULTS.bufferTrimmingSec),
      number(
        '--frame-threshold <frames>',
        'alignatt: distance to the end of the audio, in 20 ms',
        ASR_DEFAULTS.frameThreshold,
      ),
      number(
        '--audio-max-len <seconds>',
        'alignatt: cut when the buffer is longer than this',
        ASR_DEFAULTS.audioMaxLen,
      ),
      text('--init-prompt <text>', 'alignatt: text before what is said; scrolls away'),
      text('--static-init-prompt <text>', 'alignatt: text that always stands before what is said'),
      new Option('--no-hallucination-filter', 'keep words that the model probably made up'),
      choice('--compat <program>', 'do exactly as another program, its losses included', COMPATS),
    ],
    'Voice activity:': [
      new Option('--vac', 'listen for voices, recognise utterances, end each when speech does'),
      number('--vac-chunk-size <seconds>', 'audio between looks for voices', ASR_DEFAULTS.vacChunkSize),
      new Option('--vad', 'leave out what is not speech before each recognition'),
      number('--vad-threshold <probability>', 'from this on it is speech', ASR_DEFAULTS.vadThreshold),
      number('--vad-min-silence-ms <ms>', 'so much silence ends speech', ASR_DEFAULTS.vadMinSilenceMs),
      number('--vad-speech-pad-ms <ms>', 'so much around speech counts as speech', ASR_DEFAULTS.vadSpeechPadMs),
    ],
    'Output:': [
      new Option('--account', 'tell at the end what became of all audio (on standard error)'),
      text('--output <file>', 'write the lines there, not to standard output'),
      new Option('--no-live', 'lines with times on a terminal as well, not text that grows'),
      new Option(
        '-l, --log-level <level>',
        withDefault(`told on standard error: ${LOG_LEVELS.join(', ')}`, 'WARNING'),
      ).argParser(asLogLevel),
      new Option('--profile', 'tell on standard error what the computing went to'),
      new Option('--quiet', 'no progress, and only errors on standard error'),
    ],
  }
  return addGroups(program, groups, without)
}

/** The options that say how a model is had from the Hub. */
export function hubOptions(): readonly Option[] {
  return [
    new Option('--offline-models', 'never download a model'),
    new Option('--revision <name>', 'branch, tag or commit of the model').argParser(asText),
    new Option(
      '--precision <name>',
      withDefault(`weights of a downloaded model: ${PRECISIONS.join(' or ')}`, ASR_DEFAULTS.precision),
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
    const wanted = options.filter((option) => !without.includes(option.attributeName()))
    for (const option of wanted) program.addOption(option.helpGroup(heading))
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

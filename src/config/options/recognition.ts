import { MAX_HOTWORDS, MAX_TERM_LENGTH, TASKS } from './choices.js'
import {
  alignAtt,
  detectsLanguages,
  favorsTerms,
  filtersWords,
  hasFallback,
  initPromptHeard,
  notSpokenNow,
  notWithCompat,
  pluginInUse,
  staticInitPromptHeard,
  translates,
  widensSearch,
} from './conditions.js'
import type { OptionRow, Type } from './row.js'
import { name, nameList, numberList, pairList, text, toggle } from './values.js'

const SEARCH = '--fast and temperatures go with --offline only'

/** What is recognized, and by what. */
export const RECOGNITION_OPTIONS = {
  /** Language code or name; "auto": the backend detects it. The backend says which it knows. */
  lan: {
    flag: '--lan, --language <code>',
    group: 'recognition',
    help: 'language of the speech, by code or name; auto: detected',
    page: 'languages.md',
    type: (zod): Type<string> => name(zod).toLowerCase(),
    default: 'auto',
    value: 'language',
    isCommon: true,
  },
  /** Languages that may be detected where `lan` is "auto"; empty: any. "en,cs" or a list. */
  languages: {
    flag: '--languages <codes>',
    group: 'recognition',
    help: 'languages that may be detected, such as en,cs,de',
    page: 'languages.md',
    type: (zod): Type<readonly string[]> => zod.preprocess(nameList, zod.array(name(zod).toLowerCase()).readonly()),
    default: [],
    shownDefault: 'any',
    value: 'languages',
    isCommon: true,
    needs: [detectsLanguages],
  },
  /** Whether the text is in the language of the speech, or in English. */
  task: {
    flag: '--task <task>',
    group: 'recognition',
    help: 'write in the language of the speech, or translate into English',
    type: (zod): Type<(typeof TASKS)[number]> => zod.enum(TASKS),
    default: 'transcribe',
    choices: TASKS,
    isCommon: true,
    needs: [translates],
  },
  /** One update over all audio. */
  offline: {
    flag: '--offline',
    group: 'recognition',
    help: 'transcribe the whole file at once, with fewest errors',
    type: toggle,
    default: false,
    isCommon: true,
    needs: [notSpokenNow],
    notForListen: 'clients are heard as they speak',
  },
  /** Offline: beam size 1 and temperature 0. */
  fast: {
    flag: '--fast',
    group: 'recognition',
    help: 'greedy decoding, with --offline: a third of the computing, a few more errors',
    type: toggle,
    default: false,
    isCommon: true,
    notForListen: SEARCH,
  },
  /** Beam width, offline or with `maxLag`; 1: greedy; null: offline 5, or 1 with `fast`; 1 in a stream. */
  beamSize: {
    flag: '--beam-size <count>',
    group: 'recognition',
    help: 'beam width, with --offline or --max-lag',
    tip: '1 is greedy, as streams are by default',
    type: (zod): Type<number | null> => zod.int().min(1).max(20).nullable(),
    default: null,
    shownDefault: '5',
    reads: 'number',
    isCommon: true,
    needs: [widensSearch],
    notForListen: 'clients share the model, and greedy decoding is what it has time for',
  },
  /** Offline: fallback temperatures; "0,0.2,0.4" or a list; null: 0 to 1, or 0 with `fast`. */
  temperature: {
    flag: '--temperature <list>',
    group: 'recognition',
    help: 'fallback temperatures, with --offline, with commas between',
    type: (zod): Type<readonly number[] | null> =>
      zod.preprocess(numberList, zod.array(zod.number().min(0).max(2)).min(1).readonly().nullable()),
    default: null,
    shownDefault: '0,0.2,...,1',
    needs: [hasFallback],
    notForListen: SEARCH,
  },
  /** AlignAtt: text before the first words, which scrolls away. */
  initPrompt: {
    flag: '--init-prompt <text>',
    group: 'recognition',
    help: 'alignatt: context or vocabulary for the start',
    page: 'engine.md',
    type: (zod): Type<string> => zod.string(),
    default: '',
    shownDefault: '',
    isCommon: true,
    needs: [initPromptHeard],
  },
  /** A file with `initPrompt`, for long ones. */
  initialPromptFile: {
    flag: '--initial-prompt-file <file>',
    group: 'recognition',
    help: 'alignatt: text file with the context or vocabulary for the start',
    page: 'engine.md',
    type: text,
    value: 'file',
    isOfProgram: true,
    needs: [alignAtt],
  },
  /** AlignAtt: text before all words. */
  staticInitPrompt: {
    flag: '--static-init-prompt <text>',
    group: 'recognition',
    help: 'alignatt: context or vocabulary for the whole stream',
    page: 'engine.md',
    type: (zod): Type<string> => zod.string(),
    default: '',
    shownDefault: '',
    needs: [staticInitPromptHeard],
  },
  /** File of names and terms that are favored, one a line; null: none. */
  keyterms: {
    flag: '--keyterms <file>',
    group: 'recognition',
    help: 'file of names and terms that are favored, one a line',
    page: 'engine.md',
    type: (zod): Type<string | null> => name(zod).nullable(),
    default: null,
    value: 'file',
    isCommon: true,
    needs: [favorsTerms],
  },
  /** Names and terms that are favored, besides those of the file; "Sintra, Lord Byron" or a list. */
  hotwords: {
    flag: '--hotwords <terms>',
    group: 'recognition',
    help: 'names and terms that are favored, with commas between',
    page: 'engine.md',
    type: (zod): Type<readonly string[]> =>
      zod.preprocess(nameList, zod.array(name(zod).max(MAX_TERM_LENGTH)).max(MAX_HOTWORDS).readonly()),
    default: [],
    shownDefault: '',
    isCommon: true,
    needs: [favorsTerms],
  },
  /** Leaves out what models make up, where the backend says that they do; `compat` believes everything anyway. */
  hallucinationFilter: {
    flag: '--no-hallucination-filter',
    group: 'recognition',
    help: 'keep words that the model probably made up',
    type: toggle,
    default: true,
    needs: [notWithCompat, filtersWords],
  },
  /** Threads of the model; 0: the backend chooses. */
  threads: {
    flag: '--threads <count>',
    group: 'recognition',
    help: 'threads of the model; 0: automatic (at most 4)',
    type: (zod): Type<number> => zod.int().min(0).max(256),
    default: 0,
    reads: 'number',
    isCommon: true,
  },
  /** Copies of the model that compute at once for many streams; 0: as many as there are cores for. */
  workers: {
    flag: '--workers <count>',
    group: 'recognition',
    help: 'copies of the model that compute at once; 0: automatic (one a core, at most 8)',
    tip: 'further ones are loaded when sessions need them; each has its memory',
    page: 'serving.md',
    type: (zod): Type<number> => zod.int().min(0).max(64),
    default: 1,
    serveDefault: 0,
    reads: 'number',
    onlyForListen: true,
  },
  /** Name of a registered loader. */
  backend: {
    flag: '--backend <name>',
    group: 'recognition',
    help: 'speech backend; "asr-stream backends" lists them',
    type: name,
    default: 'onnx-whisper',
    value: 'backend',
    isCommon: true,
  },
  /** `key=value` pairs for the backend. */
  option: {
    flag: '--option <key=value>',
    group: 'recognition',
    help: 'an option of the backend itself (repeatable)',
    type: (zod): Type<readonly string[]> => zod.preprocess(pairList, zod.array(zod.string()).readonly()),
    reads: 'item',
    isOfProgram: true,
    isCommon: true,
  },
  /** Modules that bring further backends. */
  plugins: {
    flag: '--plugin <path>',
    group: 'recognition',
    help: 'module or package that brings backends (repeatable)',
    page: 'plugins.md',
    type: (zod): Type<readonly string[]> => zod.array(name(zod)).readonly(),
    default: [],
    shownDefault: '',
    reads: 'item',
    value: 'module',
    isCommon: true,
    needs: [pluginInUse],
  },
} as const satisfies Readonly<Record<string, OptionRow>>

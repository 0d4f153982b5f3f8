import { nearestNames } from '../../../core/did-you-mean.js'
import { ownValue } from '../../../core/own-value.js'

/** Whisper's languages, by code. Source: openai-whisper tokenizer.py; Cantonese came with large-v3. */
const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'en:english zh:chinese de:german es:spanish ru:russian ko:korean fr:french ja:japanese pt:portuguese tr:turkish ' +
    'pl:polish ca:catalan nl:dutch ar:arabic sv:swedish it:italian id:indonesian hi:hindi fi:finnish vi:vietnamese ' +
    'he:hebrew uk:ukrainian el:greek ms:malay cs:czech ro:romanian da:danish hu:hungarian ta:tamil no:norwegian ' +
    'th:thai ur:urdu hr:croatian bg:bulgarian lt:lithuanian la:latin mi:maori ml:malayalam cy:welsh sk:slovak ' +
    'te:telugu fa:persian lv:latvian bn:bengali sr:serbian az:azerbaijani sl:slovenian kn:kannada et:estonian ' +
    'mk:macedonian br:breton eu:basque is:icelandic hy:armenian ne:nepali mn:mongolian bs:bosnian kk:kazakh ' +
    'sq:albanian sw:swahili gl:galician mr:marathi pa:punjabi si:sinhala km:khmer sn:shona yo:yoruba so:somali ' +
    'af:afrikaans oc:occitan ka:georgian be:belarusian tg:tajik sd:sindhi gu:gujarati am:amharic yi:yiddish lo:lao ' +
    'uz:uzbek fo:faroese ht:haitian_creole ps:pashto tk:turkmen nn:nynorsk mt:maltese sa:sanskrit lb:luxembourgish ' +
    'my:myanmar bo:tibetan tl:tagalog mg:malagasy as:assamese tt:tatar haw:hawaiian ln:lingala ha:hausa ba:bashkir ' +
    'jw:javanese su:sundanese yue:cantonese'
  )
    .split(' ')
    .map((entry) => {
      const [code, name] = entry.split(':') as [string, string]
      return [code, name.replace('_', ' ')]
    }),
)

/** Other English names and codes that people use. */
const ALIASES: Readonly<Record<string, string>> = {
  burmese: 'my',
  valencian: 'ca',
  flemish: 'nl',
  haitian: 'ht',
  letzeburgesch: 'lb',
  pushto: 'ps',
  panjabi: 'pa',
  moldavian: 'ro',
  moldovan: 'ro',
  sinhalese: 'si',
  castilian: 'es',
  mandarin: 'zh',
  farsi: 'fa',
  bokmal: 'no',
  nb: 'no',
  jv: 'jw',
  fil: 'tl',
  filipino: 'tl',
  iw: 'he',
  in: 'id',
  ji: 'yi',
  mo: 'ro',
}

/**
 * Own names besides those that the runtime knows, by code: other words for the language, and its name in Latin letters.
 * Accents need not be written.
 */
const OWN_NAMES: Readonly<Record<string, string>> = {
  es: 'castellano',
  zh: '汉语,漢語,普通话,普通話,国语,國語,华语,華語,简体中文,繁體中文,zhongwen,putonghua',
  yue: '粤语,廣東話,广东话',
  ja: 'nihongo',
  ko: '한국말,hangugeo',
  ru: 'russkij,russkiy',
  uk: 'ukrainska',
  el: 'ellinika',
  cs: 'česky',
  sk: 'slovensky',
  pl: 'język polski',
  ca: 'valencià',
  nl: 'vlaams',
  no: 'norsk bokmål,bokmål',
  nn: 'nynorsk',
  eu: 'euskera',
  id: 'bahasa indonesia',
  ms: 'bahasa melayu',
  sw: 'swahili',
  ht: 'kreyòl ayisyen,kreyòl',
  jw: 'basa jawa',
  kk: 'қазақша',
  hi: 'hindustani',
  yo: 'yorùbá',
  tl: 'tagalog,wikang filipino',
  la: 'latina',
}

/** The codes of all languages of Whisper. */
export const WHISPER_LANGUAGES: readonly string[] = Object.keys(NAMES)

/** English names by which languages can be asked for. */
const LANGUAGE_NAMES: readonly string[] = [...Object.values(NAMES), ...Object.keys(ALIASES)]

/**
 * The code of a language that is given by its code, its English name, its own name, or with a region: "de", "German",
 * "deutsch", "pt_BR"; or by a code of three letters, "deu" and "ger".
 *
 * @returns undefined for a language that Whisper does not know
 */
export function whisperLanguageCode(asked: string): string | undefined {
  const wanted = asked.trim().toLowerCase()
  const known = [wanted, wanted.split(/[-_]/)[0]!]
  return known
    .map((one) =>
      Object.hasOwn(NAMES, one)
        ? one
        : (ownValue(ALIASES, one) ?? codeOfName(one) ?? codeOfOwnName(one) ?? shortCode(one)),
    )
    .find((code) => code !== undefined)
}

/** The English name of a language, such as "German". */
export function languageName(code: string): string {
  const name = ownValue(NAMES, code) ?? code
  return name.replace(/^./, (letter) => letter.toUpperCase())
}

function codeOfName(name: string): string | undefined {
  return WHISPER_LANGUAGES.find((code) => NAMES[code] === name)
}

/** ISO 639 has codes of three letters as well, for some languages two. */
function shortCode(code: string): string | undefined {
  const short = /^[a-z]{3}$/.test(code) ? (Intl.getCanonicalLocales(code)[0] ?? code) : code
  return Object.hasOwn(NAMES, short) ? short : ownValue(ALIASES, short)
}

let ownNames: readonly (readonly [name: string, code: string])[] | null = null

/** The names are asked of the runtime, a few milliseconds for all, when the first is looked for. */
function allOwnNames(): readonly (readonly [name: string, code: string])[] {
  ownNames ??= WHISPER_LANGUAGES.flatMap((code) => {
    const own = new Intl.DisplayNames([code], { type: 'language', fallback: 'none' }).of(code)
    const more = OWN_NAMES[code]?.split(',') ?? []
    return [...(own === undefined ? [] : [own.toLowerCase()]), ...more].map((one) => [one, code] as const)
  })
  return ownNames
}

function codeOfOwnName(name: string): string | undefined {
  const wanted = plain(name)
  return allOwnNames().find(([own]) => plain(own) === wanted)?.[1]
}

/** Names that a misspelt one may have been meant to be; empty when none is near. */
export function nearestLanguages(asked: string): readonly string[] {
  const longCodes = WHISPER_LANGUAGES.filter(({ length }) => length > 2)
  const own = allOwnNames().map(([name]) => name)
  return [...new Set(nearestNames(asked, [...longCodes, ...LANGUAGE_NAMES, ...own]))]
}

/** Without accents and case, so that "espanol" and "ESPAÑOL" are one name. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
}

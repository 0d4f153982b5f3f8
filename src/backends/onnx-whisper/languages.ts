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

/** Other names and codes that people use. */
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
}

/** The codes of all languages of Whisper. */
export const WHISPER_LANGUAGES: readonly string[] = Object.keys(NAMES)

/** All names by which languages can be asked for. */
export const LANGUAGE_NAMES: readonly string[] = [...Object.values(NAMES), ...Object.keys(ALIASES)]

/**
 * The code of a language that is given by its code, its English name or with a region: "de", "German", "pt_BR".
 *
 * @returns undefined for a language that Whisper does not know
 */
export function whisperLanguageCode(asked: string): string | undefined {
  const wanted = asked.trim().toLowerCase()
  const known = [wanted, wanted.split(/[-_]/)[0]!]
  return known
    .map((one) => (Object.hasOwn(NAMES, one) ? one : (ALIASES[one] ?? codeOfName(one))))
    .find((code) => code !== undefined)
}

/** The English name of a language, as "German". */
export function languageName(code: string): string {
  const name = NAMES[code] ?? code
  return name.replace(/^./, (letter) => letter.toUpperCase())
}

function codeOfName(name: string): string | undefined {
  return WHISPER_LANGUAGES.find((code) => NAMES[code] === name)
}

import { ownValue } from '../../core/own-value.js'

/** Words before which a line is broken well, as they lead to what follows, and after which it is broken badly. */
interface BreakWords {
  readonly conjunctions: ReadonlySet<string>
  readonly prepositions: ReadonlySet<string>
  readonly articles: ReadonlySet<string>
}

const of = (conjunctions: string, prepositions: string, articles: string): BreakWords => ({
  conjunctions: new Set(conjunctions.split(' ')),
  prepositions: new Set(prepositions.split(' ')),
  articles: new Set(articles.split(' ')),
})

const NONE = of('', '', '')

const LANGUAGES: Readonly<Record<string, BreakWords>> = {
  en: of(
    'and or but nor so yet because although though while whereas if unless until when where who which that than as since whether',
    'in on at by for from of to with without within about above across after against along among around before behind below beneath beside between beyond despite during except inside into like near off onto out over past through throughout toward towards under upon via',
    'a an the my your his her its our their this these those no every each some any',
  ),
  de: of(
    'und oder aber denn sondern doch weil obwohl während wenn falls bis als ob dass damit sodass wo der die das welcher welche welches',
    'in im ins an am auf aus bei beim von vom zu zum zur mit ohne nach über unter vor hinter neben zwischen durch für gegen um seit während wegen trotz bis',
    'ein eine einen einem einer eines den dem des mein dein sein ihr unser kein keine',
  ),
  fr: of(
    'et ou mais donc or ni car que qui quand lorsque si comme puisque quoique parce afin dont où',
    'à au aux de du des dans en par pour sur sous avec sans chez entre vers contre depuis pendant avant après devant derrière',
    'le la les un une mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces',
  ),
  es: of(
    'y e o u pero sino ni que quien cuando donde si como porque aunque mientras pues cual cuyo',
    'a al de del en con sin por para sobre bajo entre hacia hasta desde contra según durante tras ante',
    'el la los las un una unos unas mi mis tu tus su sus este esta estos estas',
  ),
  it: of(
    'e ed o oppure ma però né che chi quando dove se come perché anche mentre quindi',
    'a al alla ai alle di del della dei delle da dal dalla in nel nella con su sul sulla per tra fra senza sotto sopra dopo prima verso',
    'il lo la i gli le un uno una mio mia tuo tua suo sua questo questa',
  ),
  pt: of(
    'e ou mas nem que quem quando onde se como porque embora enquanto pois portanto',
    'a ao à aos às de do da dos das em no na nos nas com sem por pelo pela para sobre sob entre até desde contra durante após',
    'o os as um uma uns umas meu minha seu sua este esta',
  ),
  nl: of(
    'en of maar want dus omdat hoewel terwijl als toen wanneer dat die wie waar zodat',
    'in op aan bij van voor met zonder naar uit over onder door tot tegen tussen na om te',
    'de het een mijn jouw zijn haar ons onze hun deze dit geen',
  ),
  ru: of(
    'и или но а да что чтобы когда где если как потому хотя пока который которая которое которые',
    'в во на с со к ко у о об обо от до из за по под над при про для без через между перед после',
    'не ни',
  ),
  uk: of(
    'і й та або але а що щоб коли де якщо як бо хоча поки який яка яке які',
    'в у на з зі із до від за по під над при про для без через між перед після',
    'не ні',
  ),
  pl: of(
    'i oraz lub albo ale a że żeby gdy kiedy gdzie jeśli jak bo ponieważ chociaż który która które',
    'w we na z ze do od za po pod nad przy o dla bez przez między przed u',
    'nie ten ta to',
  ),
  cs: of(
    'a i nebo ale že aby když kdy kde jestli jak protože ačkoli který která které',
    'v ve na s se k ke u o od do z ze za po pod nad při pro bez přes mezi před',
    'ten ta to',
  ),
  sv: of(
    'och eller men för så att som när där om eftersom fast medan',
    'i på av till från med utan för vid under över mellan mot efter före genom hos',
    'en ett den det min din sin',
  ),
}

/** What a word is to a line that begins or ends with it. */
export type WordRole = 'conjunction' | 'preposition' | 'article' | null

/**
 * The part that a word plays where lines are broken.
 * @param language code; null, or one without words of its own: none
 */
export function roleOf(word: string, language: string | null): WordRole {
  const { conjunctions, prepositions, articles } = (language !== null && ownValue(LANGUAGES, language)) || NONE
  const plain = word.toLowerCase().replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  if (plain === '') return null
  if (conjunctions.has(plain)) return 'conjunction'
  if (prepositions.has(plain)) return 'preposition'
  return articles.has(plain) ? 'article' : null
}

import { readFile } from 'node:fs/promises'
import { Tokenizer } from '@huggingface/tokenizers'
import { ModelError, messageOf } from '../../../core/errors.js'
import { WHISPER_LANGUAGES } from './languages.js'

/** The tokens that steer Whisper; their ids differ from model to model. */
export interface SpecialTokens {
  readonly endOfText: number
  readonly startOfTranscript: number
  readonly translate: number
  readonly transcribe: number
  readonly startOfPrevious: number
  readonly noSpeech: number
  readonly noTimestamps: number
  /** The token of 0.00 s; each later one is 0.02 s more. */
  readonly firstTimestamp: number
}

/** Whisper's byte-level tokenizer, on the level of bytes, as characters may be spread over tokens. */
export class WhisperTokenizer {
  readonly special: SpecialTokens
  readonly #tokenizer: Tokenizer
  readonly #byteOf = byteOfCharacter()
  readonly #utf8 = new TextEncoder()
  readonly #languages: readonly string[]

  /** @param description the parsed `tokenizer.json` */
  constructor(description: object) {
    this.#tokenizer = new Tokenizer(description, {})
    this.special = this.#findSpecial()
    this.#languages = WHISPER_LANGUAGES.filter((code) => this.languageToken(code) !== undefined)
  }

  /**
   * Reads `tokenizer.json`.
   * @throws ModelError when the file is missing or is no Whisper tokenizer
   */
  static async load(path: string): Promise<WhisperTokenizer> {
    try {
      const description: unknown = JSON.parse(await readFile(path, 'utf8'))
      if (typeof description !== 'object' || description === null) throw new Error('it is not a JSON object')
      return new WhisperTokenizer(description)
    } catch (cause) {
      throw new ModelError(`cannot read the tokenizer ${path}: ${messageOf(cause)}`, {
        hint: 'it must be the tokenizer.json of a Whisper model',
        cause,
      })
    }
  }

  /** The tokens of a text, none of them special. */
  encode(text: string): number[] {
    const { ids }: { readonly ids: readonly number[] } = this.#tokenizer.encode(text, { add_special_tokens: false })
    return [...ids]
  }

  /** The id of the token of a language code, if the model has it. */
  languageToken(code: string): number | undefined {
    return this.#tokenizer.token_to_id(`<|${code}|>`)
  }

  /** The codes of all languages that the model has tokens for. */
  get languages(): readonly string[] {
    return this.#languages
  }

  /** Whether a token stands for text. */
  isText(token: number): boolean {
    return token < this.special.endOfText
  }

  /** Whether a token stands for a time. */
  isTimestamp(token: number): boolean {
    return token >= this.special.firstTimestamp
  }

  /** The bytes of a text token; they may begin or end in the middle of a character. */
  bytes(token: number): Uint8Array {
    const characters: string = this.#tokenizer.id_to_token(token) ?? ''
    const bytes = Array.from(characters, (character) => this.#byteOf.get(character) ?? -1)
    return bytes.includes(-1) ? this.#utf8.encode(characters) : Uint8Array.from(bytes)
  }

  /** The text of text tokens; what is cut in the middle of a character becomes U+FFFD. */
  decode(tokens: readonly number[]): string {
    const parts = tokens.filter((token) => this.isText(token)).map((token) => this.bytes(token))
    return new TextDecoder().decode(Buffer.concat(parts))
  }

  #findSpecial(): SpecialTokens {
    const id = (...names: readonly string[]) => {
      for (const name of names) {
        const found: number | undefined = this.#tokenizer.token_to_id(`<|${name}|>`)
        if (found !== undefined) return found
      }
      throw new Error(`no token <|${names[0]}|>`)
    }
    return {
      endOfText: id('endoftext'),
      startOfTranscript: id('startoftranscript'),
      translate: id('translate'),
      transcribe: id('transcribe'),
      startOfPrevious: id('startofprev'),
      noSpeech: id('nospeech', 'nocaptions'),
      noTimestamps: id('notimestamps'),
      firstTimestamp: id('notimestamps') + 1,
    }
  }
}

/**
 * The byte that each character of a byte-level vocabulary stands for: printable Latin-1 stands for itself, the other
 * bytes in order for the characters from U+0100 on.
 *
 * Source: Radford et al. 2019 (GPT-2), byte-level BPE.
 */
function byteOfCharacter(): ReadonlyMap<string, number> {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
  const map = new Map<string, number>()
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) map.set(String.fromCodePoint(printable(byte) ? byte : next++), byte)
  return map
}

/** Codes by English names, when the first is asked for. */
let codes: ReadonlyMap<string, string> | null = null

/**
 * The code of a language as a reference has it: "en-US", "EN", "eng" and "English" are "en".
 * @returns null where it says nothing; what is no language is left as it is, in small letters
 */
export function referenceLanguage(written: string | null): string | null {
  const plain = written?.trim().toLowerCase() ?? ''
  if (plain === '') return null
  const code = /^([a-z]{2,3})(?:[-_]|$)/.exec(plain)?.[1]
  if (code !== undefined) return Intl.getCanonicalLocales(code)[0] ?? code
  codes ??= new Map(allNames())
  return codes.get(plain) ?? plain
}

function allNames(): readonly (readonly [name: string, code: string])[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .flatMap((code) => {
      const name = names.of(code)?.toLowerCase()
      // Of old codes the runtime gives the new names.
      return name === undefined || Intl.getCanonicalLocales(code)[0] !== code ? [] : [[name, code] as const]
    })
}

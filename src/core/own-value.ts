/**
 * What a table has for a word from outside; undefined where it has nothing, also for "constructor" and "__proto__", which
 * every object knows.
 */
export function ownValue<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

import type { Terminal } from './live-view.js'

/**
 * Whether characters beyond ASCII can be shown, as the variables of the locale say: LC_ALL, LC_CTYPE, LANG, the first
 * that is set; none is the locale "C".
 *
 * Ref: POSIX, Environment Variables, Internationalization Variables.
 */
export function showsUnicode(
  { LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): boolean {
  // Terminals of Windows know no such variables.
  return platform === 'win32' || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')
}

/**
 * Whether a terminal breaks lines again when its width changes. Nearly all do; the console of Linux, xterm, PuTTY and GNU
 * screen cut them off.
 */
export function breaksLinesAnew({
  TERM,
  TMUX,
  XTERM_VERSION,
  STY,
}: Readonly<Record<string, string | undefined>>): boolean {
  if (TMUX) return true
  return !XTERM_VERSION && !STY && !/^(linux|putty|screen\.)/.test(TERM ?? '')
}

/** Whether text can be replaced in place there. */
export function replacesInPlace(
  { isTTY, columns, rows }: Pick<Terminal, 'isTTY' | 'columns' | 'rows'>,
  { TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  return isTTY && columns > 0 && rows > 0 && TERM !== 'dumb'
}

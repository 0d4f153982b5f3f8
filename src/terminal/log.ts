import { terminalText } from '../core/terminal-text.js'
import type { Log } from '../core/types.js'
import { showsUnicode } from './terminal-kind.js'

/** Levels as whisper_online.py calls them, and what pino calls them. */
const LEVELS = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'fatal' } as const

/** How much goes to standard error. */
export type LogLevel = keyof typeof LEVELS

/** What lines call pino's numbers. */
const LABELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warning', 50: 'error' }

/** Starts every line on standard error. */
export const PROGRAM = 'asr-stream'

/** One line for standard error, in which nothing but text reaches the terminal. */
export function logLine(level: string, message: string): string {
  return `${PROGRAM}: ${level}: ${terminalText(message)}\n`
}

/**
 * A log that writes one line a message.
 * @param write where to; through process.stderr and not a file descriptor, because a spinner on the terminal steps aside
 * for what goes that way
 */
export async function createLog(
  level: LogLevel,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Promise<Log> {
  const [{ pino }, { prettyFactory }] = await Promise.all([import('pino'), import('pino-pretty')])
  const prettify = prettyFactory({
    colorize: false,
    ignore: 'time,pid,hostname,level',
    messageFormat: ({ level, msg }) => logLine(LABELS[Number(level)] ?? 'warning', String(msg)).trimEnd(),
  })
  const stream = { write: (json: string) => write(prettify(json) ?? '') }
  const logger = pino({ level: LEVELS[level] }, stream)
  return {
    error: (message) => logger.error(message),
    warn: (message) => logger.warn(message),
    info: (message) => logger.info(message),
    debug: (message) => logger.debug(message),
  }
}

/** What is going on, on a terminal. */
export interface Progress {
  /** Shows a text with a spinner, instead of the one before. */
  show(text: string): void
  /** Takes it away. */
  stop(): void
}

/** A spinner on standard error where that is a terminal of some width; elsewhere nothing. */
export async function createProgress(wanted: boolean): Promise<Progress> {
  const { isTTY, columns } = process.stderr
  if (!wanted || !isTTY || !columns || process.env.TERM === 'dumb') return { show: () => {}, stop: () => {} }
  const { default: ora } = await import('ora')
  // Standard input is left alone, so that Ctrl-C comes as a signal.
  const style = showsUnicode(process.env) ? 'dots' : 'line'
  const spinner = ora({ stream: process.stderr, discardStdin: false, isEnabled: true, spinner: style })
  return {
    show(text) {
      const shown = terminalText(text)
      if (spinner.isSpinning && shown === spinner.text) return
      spinner.text = shown
      // Not with the next turn of the spinner: what is shown last, such as the end of the audio, might not see one.
      if (spinner.isSpinning) spinner.render()
      else spinner.start()
    },
    stop() {
      // Once more it would write the codes for the cursor once more.
      if (spinner.isSpinning) spinner.stop()
    },
  }
}

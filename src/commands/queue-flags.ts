import { Option } from 'commander'
import { numberOf } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'

/** Options that say which queue is meant. */
export interface QueueFlags {
  readonly queue?: string
  readonly queueName: string
}

/** BullMQ divides its names by colons. */
const NAME = /^[^:\s]+$/
const DEFAULT_NAME = 'asr-stream'

/** The options that say which queue is meant. */
export function queueOptions(): readonly Option[] {
  return [
    new Option('--queue <address>', 'redis://..., rediss://... or postgres://..., where the queue is').env(
      'ASR_STREAM_QUEUE',
    ),
    new Option('--queue-name <name>', 'name of the queue there').argParser(queueName).default(DEFAULT_NAME),
  ]
}

/** An option whose value is a number. */
export function numberOption(flag: string, help: string, standard: number, { min, max }: Bounds): Option {
  const long = flag.split(' ')[0] ?? flag
  return new Option(flag, help).default(standard).argParser((text) => {
    const value = numberOf(text)
    const isWhole = typeof value === 'number' && (min === 0 || Number.isInteger(value))
    if (typeof value === 'number' && isWhole && value >= min && value <= max) return value
    throw new UsageError(`${long} must be a number from ${min} to ${max}, not "${text}"`)
  })
}

/** What a number may be; from 1 on it is a whole one. */
export interface Bounds {
  readonly min: number
  readonly max: number
}

/** The address of the queue. @throws UsageError when none is given */
export function addressOf({ queue }: QueueFlags): string {
  if (queue !== undefined && queue.trim() !== '') return queue
  throw new UsageError('the address of a queue is missing', {
    hint: 'give --queue redis://host:6379 or postgres://user@host/database, or set ASR_STREAM_QUEUE',
  })
}

function queueName(text: string): string {
  if (NAME.test(text)) return text
  throw new UsageError(`--queue-name "${text}" has a colon or a space, or is empty`, { hint: 'give another name' })
}

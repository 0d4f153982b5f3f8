import { Option } from 'commander'
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

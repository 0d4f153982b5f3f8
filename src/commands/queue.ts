import { standardOutput } from '../output/writers/line-writer.js'
import { openStore } from '../queue/open-store.js'
import { parseQueueAddress } from '../queue/queue-address.js'
import { drainQueue, type QueueStatus, queueStatus, retryDead } from '../queue/tend-queue.js'
import { addressOf } from './queue-flags.js'
import type { TendAction, TendFlags } from './queue-options.js'

/** `asr-stream queue status`, `retry`, `drain`: looks after a queue. */
export async function queueCommand(action: TendAction, flags: TendFlags): Promise<void> {
  const { queueName, json = false, done = false, dead = false } = flags
  const store = await openStore(parseQueueAddress(addressOf(flags)))
  const writer = standardOutput()
  if (action === 'status') {
    const status = await queueStatus(store, queueName)
    if (json) return writer.write(JSON.stringify(status, null, 2))
    for (const line of statusLines(status)) await writer.write(line)
    return
  }
  const count =
    action === 'retry' ? await retryDead(store, queueName) : await drainQueue(store, queueName, { done, dead })
  const what = action === 'retry' ? 'retried' : 'removed'
  await writer.write(json ? JSON.stringify({ [what]: count }) : `${count} ${what}`)
}

function statusLines({ waiting, delayed, running, done, dead, runningJobs, deadJobs }: QueueStatus): readonly string[] {
  const times = ({ heardSec, totalSec }: QueueStatus['runningJobs'][number]) =>
    totalSec === null ? `${heardSec.toFixed(0)} s heard` : `${heardSec.toFixed(0)} of ${totalSec.toFixed(0)} s heard`
  return [
    `${waiting} waiting, ${running} running, ${delayed} to be tried again, ${done} done, ${dead} dead`,
    ...runningJobs.map((job) => `running: ${job.recording}, ${times(job)}`),
    ...deadJobs.map(({ recording, code, reason }) => `dead: ${recording}: ${code === null ? '' : `${code} `}${reason}`),
  ]
}

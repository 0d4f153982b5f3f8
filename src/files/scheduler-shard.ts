import { UsageError } from '../core/errors.js'
import type { Shard } from './shard.js'

type Variables = Readonly<Record<string, string | undefined>>

/** What a scheduler says: which task this is, from 0, of how many. */
interface Task {
  /** The variable that says which. */
  readonly name: string
  readonly index: number
  /** Undefined: it does not say it. */
  readonly count: number | undefined
}

/**
 * The shard that a scheduler gives to this program: a task of a Slurm array, a child of an AWS Batch array job, a pod of an
 * indexed Job of Kubernetes.
 *
 * @param environment variables
 * @param count how many there are, where it was given
 * @throws UsageError when no scheduler says it, or what it says does not fit
 */
export function schedulerShard(environment: Variables, count: number | undefined): Shard {
  const task = slurmTask(environment) ?? awsTask(environment) ?? kubernetesTask(environment)
  if (task === null) {
    throw new UsageError('--shard auto: no scheduler says which shard this is', {
      hint: 'SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX and JOB_COMPLETION_INDEX are not set; give --shard i/n',
    })
  }
  const { name, index } = task
  if (count !== undefined && task.count !== undefined && count !== task.count) {
    throw new UsageError(`--shard auto/${count}: the scheduler runs ${task.count} tasks, not ${count}`, {
      hint: `give --shard auto to have as many shards as tasks, or i/${count} with a number of your own`,
    })
  }
  const known = task.count ?? count
  if (known === undefined) {
    throw new UsageError(`--shard auto: ${name} says which shard this is, and nothing says of how many`, {
      hint: 'give the count as well, as in --shard auto/8: the completions of the Job',
    })
  }
  if (index < known) return { index: index + 1, count: known }
  throw new UsageError(`--shard auto: ${name} is ${environment[name]}, and there are ${known} shards`, {
    hint: 'give as many shards as there are tasks',
  })
}

function slurmTask(environment: Variables): Task | null {
  const name = 'SLURM_ARRAY_TASK_ID'
  const id = numberIn(environment, name)
  if (id === undefined) return null
  const count = needed(environment, 'SLURM_ARRAY_TASK_COUNT')
  const min = needed(environment, 'SLURM_ARRAY_TASK_MIN')
  const max = numberIn(environment, 'SLURM_ARRAY_TASK_MAX') ?? min + count - 1
  const step = numberIn(environment, 'SLURM_ARRAY_TASK_STEP') || 1
  // Of --array=1,5,7 nobody knows which is the second.
  if (max - min !== (count - 1) * step || (id - min) % step !== 0 || id < min) {
    throw new UsageError(`--shard auto: the array has gaps: ${count} tasks from ${min} to ${max}`, {
      hint: `give sbatch --array=1-${count}, or --shard "$${name}/N" where only some of N shards run`,
    })
  }
  return { name, index: (id - min) / step, count }
}

function awsTask(environment: Variables): Task | null {
  const name = 'AWS_BATCH_JOB_ARRAY_INDEX'
  const index = numberIn(environment, name)
  return index === undefined ? null : { name, index, count: numberIn(environment, 'AWS_BATCH_JOB_ARRAY_SIZE') }
}

function kubernetesTask(environment: Variables): Task | null {
  const name = 'JOB_COMPLETION_INDEX'
  const index = numberIn(environment, name)
  return index === undefined ? null : { name, index, count: undefined }
}

function needed(environment: Variables, name: string): number {
  const value = numberIn(environment, name)
  if (value !== undefined) return value
  throw new UsageError(`--shard auto: SLURM_ARRAY_TASK_ID is set, and ${name} is not`, {
    hint: 'give --shard "$SLURM_ARRAY_TASK_ID/N", with the count of tasks for N',
  })
}

/** Undefined where it is not set. */
function numberIn(environment: Variables, name: string): number | undefined {
  const text = environment[name] ?? ''
  if (text === '') return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UsageError(`--shard auto: ${name} is "${text}", which is no number from 0`, { hint: 'give --shard i/n' })
}

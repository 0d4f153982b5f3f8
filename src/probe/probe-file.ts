import { availableParallelism, cpus } from 'node:os'
import { z } from 'zod'
import type { ASRConfig } from '../config/config.js'
import { readTextFile } from '../config/text-file.js'
import { UsageError } from '../core/errors.js'
import { writeWhole } from '../output/writers/aside-writer.js'
import type { Measured } from './probe.js'

const KIND = 'asr-stream capacity probe'
const VERSION = 1

const positive = z.number().positive()
const notNegative = z.number().nonnegative()
const probeSchema = z.object({
  kind: z.literal(KIND),
  version: z.literal(VERSION),
  program: z.string(),
  date: z.string(),
  machine: z.object({ processor: z.string(), cores: positive }),
  options: z.record(z.string(), z.unknown()),
  /** Second from which on the audio buffer has its usual length. */
  warmSec: positive,
  /** Seconds that the model took to load. */
  loadSec: notNegative,
  traces: z
    .array(
      z.object({
        stepSec: positive,
        updates: z
          .array(
            z.object({
              bufferSec: notNegative,
              wallSec: notNegative,
              cpuSec: notNegative,
              textAges: z.array(notNegative),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
  memory: z.object({ oneSessionMb: notNegative, perSessionMb: notNegative, copyMb: notNegative.optional() }),
})

/** What was measured on a machine, as JSON. */
export type ProbeFile = z.infer<typeof probeSchema>

/** What decides what an update costs, and has no secrets in it. */
const SHOWN = [
  'backend',
  'model',
  'modelDir',
  'policy',
  'minChunkSize',
  'threads',
  'workers',
  'vac',
  'lan',
  'task',
] as const

/** What was measured, with where and of what. */
export function probeFileOf(
  { traces, memory }: Measured,
  config: ASRConfig,
  { program, loadSec }: { readonly program: string; readonly loadSec: number },
): ProbeFile {
  const { policy, bufferTrimmingSec, audioMaxLen, minChunkSize } = config
  return {
    kind: KIND,
    version: VERSION,
    program,
    date: new Date().toISOString(),
    machine: { processor: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism() },
    options: Object.fromEntries(SHOWN.map((name) => [name, config[name]])),
    warmSec: Math.max(minChunkSize, policy === 'alignatt' ? audioMaxLen : bufferTrimmingSec),
    loadSec: rounded(loadSec),
    traces: traces.map(({ stepSec, updates }) => ({
      stepSec,
      updates: updates.map(({ bufferSec, wallSec, cpuSec, textAges }) => ({
        bufferSec: rounded(bufferSec),
        wallSec: rounded(wallSec),
        cpuSec: rounded(cpuSec),
        textAges: textAges.map(rounded),
      })),
    })),
    memory: {
      oneSessionMb: Math.round(memory.oneSessionMb),
      perSessionMb: rounded(memory.perSessionMb),
      ...(memory.copyMb !== undefined && { copyMb: Math.round(memory.copyMb) }),
    },
  }
}

/**
 * Reads what an earlier probe has written.
 * @throws UsageError when it cannot be read, or is none
 */
export async function readProbe(path: string): Promise<ProbeFile> {
  const text = await readTextFile(path, {
    name: 'file of the probe',
    form: 'give a file that --save-probe has written',
    ifLarge: 'give a file that --save-probe has written',
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${path} is not JSON`, { cause, hint: 'give a file that --save-probe has written' })
  }
  const found = probeSchema.safeParse(value)
  if (found.success) return found.data
  const where = found.error.issues[0]?.path.join('.') ?? ''
  throw new UsageError(`${path} is no probe of this version${where === '' ? '' : `: look at "${where}"`}`, {
    hint: 'measure again, with --save-probe',
  })
}

/**
 * Writes it; the file appears whole.
 * @throws OutputError when it cannot be written
 */
export async function writeProbe(path: string, probe: ProbeFile): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(`${JSON.stringify(probe)}\n`), true)
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}

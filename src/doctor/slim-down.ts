import { megabytes } from '../models/sizes.js'
import { planSlimming, slim } from './slim.js'

/** How it is told. */
export interface SlimOptions {
  /** Nothing is removed, only told. */
  readonly isDry: boolean
  readonly json: boolean
  readonly say: (line: string) => Promise<void>
}

/**
 * Says which files are for other platforms, and removes them.
 *
 * @param program the folder of this program's package
 * @throws as `planSlimming`; what the file system throws
 */
export async function slimDown(program: string, { isDry, json, say }: SlimOptions): Promise<void> {
  const plan = await planSlimming(program)
  const bytes = plan.removed.reduce((sum, one) => sum + one.bytes, 0)
  if (json) {
    const removed = plan.removed.map(({ name, path, bytes: size }) => ({ name, path, bytes: size }))
    if (!isDry) await slim(plan)
    return say(JSON.stringify({ isDry, kept: plan.kept.name, bytes, removed }, null, 2))
  }
  if (plan.removed.length === 0) return say(`there is nothing to remove: ${plan.folder} has ${plan.kept.name} only`)
  await say(`${isDry ? 'would remove' : 'removing'} from ${plan.folder}:`)
  for (const { name, bytes: size } of plan.removed) await say(`  ${name}: ${megabytes(size)}`)
  if (isDry) return say(`that is ${megabytes(bytes)}; ${plan.kept.name} (${megabytes(plan.kept.bytes)}) would stay`)
  await slim(plan)
  await say(`${megabytes(bytes)} are free; ${plan.kept.name} stays, and installing again brings the others back`)
}

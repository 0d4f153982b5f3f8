import { homedir } from 'node:os'
import { parse } from 'node:path'

/**
 * The user's folder; the root, in which nothing can be written, for a user whom the system does not know and without HOME,
 * as in containers: what is needed from there is then asked for, and fails for a reason.
 */
export function homeFolder(): string {
  try {
    return homedir()
  } catch {
    return parse(process.cwd()).root
  }
}

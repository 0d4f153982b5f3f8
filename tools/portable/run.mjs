import { spawnSync } from 'node:child_process'

/**
 * Runs a program to its end, and gives what it wrote.
 * @throws Error with what it said, when it fails
 */
export function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    shell: process.platform === 'win32',
    ...options,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`)
  return stdout
}

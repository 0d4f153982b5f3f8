// Loaded before the measured program: writes what the process used to file descriptor 3 when it ends.
import { writeSync } from 'node:fs'

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  // A program may tell what it is made of.
  const { benchVersions: versions } = globalThis
  writeSync(3, JSON.stringify({ cpuSec: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024, versions }))
})

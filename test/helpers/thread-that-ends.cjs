const { isMainThread, parentPort } = require('node:worker_threads')
const { existsSync, writeFileSync } = require('node:fs')

// Preloaded into the program: its first thread, or with THREADS_END=all each, ends by itself when it has answered so often.
const ANSWERS = 5
const { THREADS_END, THREAD_HAS_ENDED } = process.env
if (!isMainThread && (THREADS_END === 'all' || !existsSync(THREAD_HAS_ENDED))) {
  const answer = parentPort.postMessage.bind(parentPort)
  let answers = 0
  parentPort.postMessage = (...message) => {
    if (++answers < (existsSync(THREAD_HAS_ENDED) ? 2 : ANSWERS)) return answer(...message)
    writeFileSync(THREAD_HAS_ENDED, '')
    process.exit(1)
  }
}

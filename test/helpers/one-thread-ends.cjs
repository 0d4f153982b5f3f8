const { isMainThread, parentPort, threadId } = require('node:worker_threads')

// Preloaded into a program: its thread of this number ends by itself when it should give its third answer (it has loaded, and
// opened a session), or with "unloaded" the second thread at its first.
const { THREAD_ENDS } = process.env
const [number, answersBefore] = THREAD_ENDS === 'unloaded' ? [2, 0] : [Number(THREAD_ENDS), 2]
if (!isMainThread && threadId === number) {
  const answer = parentPort.postMessage.bind(parentPort)
  let answers = 0
  parentPort.postMessage = (...message) => (answers++ < answersBefore ? answer(...message) : process.exit(1))
}

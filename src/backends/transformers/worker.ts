import { parentPort } from 'node:worker_threads'
import { AsrStreamError, BackendError, messageOf } from '../../core/errors.js'
import type { PipelineCall, PipelineFacts, PipelineMessage, PipelineRequest, RecognizedTexts } from './messages.js'
import { PipelineRecognizer } from './pipeline-recognizer.js'

/** The thread that computes: models block the event loop of the thread that runs them. Answers come one after the other. */
let recognizer: PipelineRecognizer | null = null
const ending = new AbortController()

async function answer(request: PipelineRequest): Promise<PipelineFacts | RecognizedTexts | undefined> {
  if (request.kind === 'load') {
    recognizer = await PipelineRecognizer.load(request.source, (progress) => say({ progress }), ending.signal)
    return recognizer.facts
  }
  if (request.kind === 'end') {
    await recognizer?.close()
    return undefined
  }
  if (!recognizer) throw new BackendError('audio came before a model was loaded')
  return recognizer.recognize(request.speech, () => {
    if (Atomics.load(request.aborted, 0) !== 0) throw new BackendError('the recognition was aborted')
  })
}

function say(message: PipelineMessage): void {
  parentPort?.postMessage(message)
}

/** What was thrown, with what led to it: "fetch failed" alone says little. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : ''
  const message = messageOf(error).replace(/\.$/, '')
  return cause === '' || message.includes(cause) ? message : `${message}: ${cause}`
}

let turn = Promise.resolve()
parentPort?.on('message', ({ id, request }: PipelineCall) => {
  if (request.kind === 'end') ending.abort(new BackendError('loading was stopped'))
  turn = turn.then(async () => {
    try {
      say({ id, value: await answer(request) })
    } catch (error) {
      say({ id, failure: reasonOf(error), isForeseen: error instanceof AsrStreamError })
    }
    // Then the thread ends when nothing is done in it any more.
    if (request.kind === 'end') parentPort?.close()
  })
})

import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { ASRProcessor, Segment } from '../../core/types.js'
import { layerOn } from '../processor-layer.js'
import type { AudioLedger } from './audio-ledger.js'

/** Records all audio that a stream is given, and closes the ledger with the stream. */
export function recordAudio(processor: ASRProcessor, ledger: AudioLedger): ASRProcessor {
  const startAt = (offset: number) => ledger.begin(offset, 'left out: it came faster than it was heard')
  let whole = false
  return {
    ...layerOn(processor, startAt),
    insertAudioChunk(audio) {
      ledger.receive(audio.length)
      processor.insertAudioChunk(audio)
    },
    async finish(signal) {
      const segment = await processor.finish(signal)
      whole = !signal?.aborted
      return segment
    },
    async close() {
      ledger.close(whole ? 'not accounted for' : 'the stream was broken off')
      await processor.close?.()
    },
  }
}

/** Records what a processor makes of its utterances: words, and audio without text. */
export function recordUtterances(processor: ASRProcessor, ledger: AudioLedger): ASRProcessor {
  let begin = 0
  let receivedSamples = 0
  const startAt = (offset: number) => {
    begin = offset
    receivedSamples = 0
  }
  const noted = (segment: Segment | null) => {
    ledger.commit(segment?.words ?? [])
    return segment
  }
  return {
    ...layerOn(processor, startAt),
    insertAudioChunk(audio) {
      receivedSamples += audio.length
      processor.insertAudioChunk(audio)
    },
    ...(processor.giveUp && {
      giveUp(reason: string) {
        const givenUp = processor.giveUp!(reason)
        noted(givenUp.segment)
        return givenUp
      },
    }),
    processIter: async (signal) => noted(await processor.processIter(signal)),
    async finish(signal) {
      const segment = noted(await processor.finish(signal))
      if (!signal?.aborted) ledger.endUtterance(begin + receivedSamples / SAMPLE_RATE)
      return segment
    },
  }
}

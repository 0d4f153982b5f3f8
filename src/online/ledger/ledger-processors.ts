import type { ASRProcessor, Segment } from '../../core/types.js'
import { SAMPLE_RATE } from '../audio-buffer.js'
import { layerOn } from '../layer.js'
import type { AudioLedger } from './audio-ledger.js'

/** Counts all audio that a stream is given, and closes the account with the stream. */
export function countAudio(processor: ASRProcessor, ledger: AudioLedger): ASRProcessor {
  const goOn = (offset: number) => ledger.begin(offset, 'left out: it came faster than it was heard')
  let whole = false
  return {
    ...layerOn(processor, goOn),
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

/** Notes what a processor makes of the utterances that it hears: words, and what has none. */
export function accountUtterances(processor: ASRProcessor, ledger: AudioLedger): ASRProcessor {
  let begin = 0
  let heardSamples = 0
  const goOn = (offset: number) => {
    begin = offset
    heardSamples = 0
  }
  const noted = (segment: Segment | null) => {
    ledger.commit(segment?.words ?? [])
    return segment
  }
  return {
    ...layerOn(processor, goOn),
    insertAudioChunk(audio) {
      heardSamples += audio.length
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
      if (!signal?.aborted) ledger.heard(begin + heardSamples / SAMPLE_RATE)
      return segment
    },
  }
}

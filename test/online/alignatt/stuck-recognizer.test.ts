import { describe, expect, it } from 'vitest'
import type { PrefixOptions, PrefixResult } from '../../../src/core/types.js'
import { AlignAttProcessor } from '../../../src/online/alignatt/alignatt-processor.js'
import { AudioLedger } from '../../../src/online/ledger/audio-ledger.js'
import { rememberingLog } from '../../helpers/logs.js'
import { prefixRecognizer } from '../../helpers/prefix-recognizer.js'

const RATE = 16_000

interface Call extends Pick<PrefixOptions, 'prompt' | 'fromSec' | 'untilSec'> {
  /** Where its audio lies in the stream, in seconds. */
  readonly begin: number
  readonly end: number
  readonly prefix: number
}

type Answer = (call: Call) => PrefixResult

/** Sound in which nothing is recognized. */
const nothing: Answer = ({ begin, end, fromSec }) => {
  return { words: [], ended: 'attention', skippedSpeechSec: end - begin - fromSec }
}

/** A recognizer whose answers are told, and what it was asked for. */
function recognizer(answer: Answer) {
  const calls: Call[] = []
  const asr = prefixRecognizer(async (audio, { prompt, prefix, fromSec, untilSec, positionSamples = 0 }) => {
    const begin = positionSamples / RATE
    calls.push({ begin, end: begin + audio.length / RATE, prompt, prefix: prefix.length, fromSec, untilSec })
    return answer(calls.at(-1)!)
  })
  return { asr, calls }
}

async function hear(processor: AlignAttProcessor, seconds: number): Promise<string> {
  let text = ''
  for (let sec = 0; sec < seconds; sec++) {
    processor.insertAudioChunk(new Float32Array(RATE))
    text += (await processor.processIter())?.text ?? ''
  }
  return text
}

/** Says one word at 0.5 s, and nothing afterwards. */
const once: Answer = (call) => {
  const isNew = call.begin === 0 && call.prefix === 0 && call.fromSec < 0.5
  if (!isNew) return nothing(call)
  const words = [{ begin: 0.5, end: 0.9, text: ' word', tokens: [1] }]
  return { words, ended: 'attention', skippedSpeechSec: call.end - 0.9 }
}

describe('AlignAtt, when nothing more is recognized', () => {
  it('hears nothing again where no audio has come', async () => {
    const { asr, calls } = recognizer(nothing)
    const processor = new AlignAttProcessor(asr)
    await hear(processor, 2)
    processor.insertAudioChunk(new Float32Array(0))
    expect(await processor.processIter()).toBeNull()
    expect(calls).toHaveLength(2)
  })

  it('starts afresh after 3 s of sound, once, without the text that may have misled it', async () => {
    const { asr, calls } = recognizer(once)
    const log = rememberingLog()
    const processor = new AlignAttProcessor(asr, { log })
    expect(await hear(processor, 8)).toBe(' word')
    const fresh = calls.findIndex(({ prefix }, at) => prefix === 0 && (calls[at - 1]?.prefix ?? 0) > 0)
    expect(calls[fresh]).toMatchObject({ begin: 0.9, prompt: '', prefix: 0 })
    expect(calls[fresh]!.end).toBeGreaterThanOrEqual(3.9)
    expect(calls[fresh]!.end).toBeLessThan(5.1)
    expect(calls.slice(fresh).every(({ prompt, prefix }) => prompt === '' && prefix === 0)).toBe(true)
    expect(log.infos.filter((line) => line.includes('starting afresh'))).toEqual([
      expect.stringMatching(/^\d\.\d s of sound without words: starting afresh at 0\.9 s$/),
    ])
  })

  it('lets sound go after 10 s of it, but for the last 3 s, and keeps account of that', async () => {
    const { asr, calls } = recognizer(nothing)
    const ledger = new AudioLedger()
    const processor = new AlignAttProcessor(asr, { ledger })
    for (let sec = 0; sec < 40; sec++) ledger.receive(RATE)
    expect(await hear(processor, 40)).toBe('')
    expect(Math.max(...calls.map(({ begin, end }) => end - begin))).toBeLessThanOrEqual(11)
    for (const [at, { begin }] of calls.entries()) {
      const before = calls[at - 1]
      if (before && begin > before.begin) expect(before.end - begin).toBeCloseTo(3, 1)
    }
    ledger.close('')
    expect(ledger.sums()).toContainEqual(
      expect.objectContaining({ disposition: 'skipped', reason: 'sound in which nothing was recognized' }),
    )
  })

  it('says where text was that it leaves out behind sound that it let go', async () => {
    const tooFast = Array.from({ length: 8 }, (_, at) => ({
      ...{ begin: 0.5 + at / 100, end: 0.51 + at / 100, text: ` word${at}` },
      tokens: [at],
    }))
    const { asr, calls } = recognizer((call) => (call.begin > 0 ? { ...nothing(call), words: tooFast } : nothing(call)))
    const log = rememberingLog()
    expect(await hear(new AlignAttProcessor(asr, { log, hallucinationFilter: true }), 12)).toBe('')
    const { begin } = calls.at(-1)!
    expect(begin).toBeGreaterThan(5)
    expect(log.infos).toContainEqual(expect.stringContaining(`text after ${begin.toFixed(1)} s is left out`))
  })

  it('looks again at once at what comes after its text, where that had ended', async () => {
    const { asr, calls } = recognizer((call) => ({ ...once(call), ended: 'text' }))
    await hear(new AlignAttProcessor(asr), 2)
    expect(calls.map(({ begin, end, prefix }) => ({ begin, end, prefix }))).toEqual([
      { begin: 0, end: 1, prefix: 0 },
      { begin: 0, end: 2, prefix: 1 },
      { begin: 0.9, end: 2, prefix: 0 },
    ])
  })

  it('does not look again at silence, or at less than a word', async () => {
    for (const answer of [
      (call: Call): PrefixResult => ({ ...once(call), ended: 'silence' }),
      (call: Call): PrefixResult => ({ ...once(call), ended: 'text', skippedSpeechSec: 0.7 }),
    ]) {
      const { asr, calls } = recognizer(answer)
      await hear(new AlignAttProcessor(asr), 6)
      expect(calls).toHaveLength(6)
    }
  })

  it('says at the end what is still unheard, in three tries at the most', async () => {
    const { asr, calls } = recognizer(nothing)
    const processor = new AlignAttProcessor(asr)
    processor.insertAudioChunk(new Float32Array(RATE))
    expect(await processor.finish()).toBeNull()
    expect(calls).toHaveLength(3)
    expect(calls.every(({ untilSec }) => untilSec === Number.POSITIVE_INFINITY)).toBe(true)
  })
})

describe('AlignAtt, when a text may lack words', () => {
  const wordAt = (begin: number, text: string) => ({ begin, end: begin + 0.2, text, tokens: [1] })
  /** Says one word in the first second; then, once, this text behind it, and another one where the first second is cut off. */
  const saying =
    (behind: string, withoutPrefix: string): Answer =>
    ({ begin, prefix, end }) => {
      const first = { words: [wordAt(0.5, ' word')], ended: 'attention', skippedSpeechSec: 0 } as const
      if (end < 1.5) return first
      const text = prefix > 0 ? behind : withoutPrefix
      const words = prefix > 1 || end > 2.5 ? [] : [wordAt(1.5 - begin, text)]
      return { words, ended: 'attention', skippedSpeechSec: 0, mayLackWords: prefix === 1 && end < 2.5 }
    }

  it('transcribes it once more without its prefix, and takes the longer text', async () => {
    const { asr, calls } = recognizer(saying(' winter', ' spring, winter'))
    expect(await hear(new AlignAttProcessor(asr), 3)).toBe(' word spring, winter')
    expect(calls.map(({ begin, end, prefix }) => ({ begin, end, prefix }))).toEqual([
      { begin: 0, end: 1, prefix: 0 },
      { begin: 0, end: 2, prefix: 1 },
      { begin: 0.7, end: 2, prefix: 0 },
      { begin: 0.7, end: 3, prefix: 1 },
    ])
    expect(calls[2]!.prompt).toBe(' word')
  })

  it('keeps the text where it is not longer without its prefix', async () => {
    expect(await hear(new AlignAttProcessor(recognizer(saying(' spring, winter', ' winter')).asr), 3)).toBe(
      ' word spring, winter',
    )
  })
})

describe('AlignAtt, when the first text of an utterance may lack words', () => {
  it('transcribes it once more without the text before it', async () => {
    const first = { begin: 0.2, end: 0.6, text: ' It', tokens: [1] }
    const second = { begin: 0.6, end: 0.9, text: ' must', tokens: [2] }
    const { asr, calls } = recognizer(({ prompt, prefix }) => {
      const words = prefix > 0 ? [] : prompt === '' ? [first, second] : [first]
      return { words, ended: 'text', skippedSpeechSec: 0, mayLackWords: prompt !== '' && prefix === 0 }
    })
    expect(await hear(new AlignAttProcessor(asr, { initPrompt: ' He said.' }), 1)).toBe(' It must')
    expect(calls.slice(0, 2).map(({ begin, end, prompt }) => ({ begin, end, prompt }))).toEqual([
      { begin: 0, end: 1, prompt: ' He said.' },
      { begin: 0, end: 1, prompt: '' },
    ])
  })
})

describe('AlignAtt, when audio is given up', () => {
  it('goes on after what was heard, without context, and keeps account of it', async () => {
    const { asr, calls } = recognizer(once)
    const ledger = new AudioLedger()
    const processor = new AlignAttProcessor(asr, { ledger })
    for (let sec = 0; sec < 5; sec++) ledger.receive(RATE)
    expect(await hear(processor, 2)).toBe(' word')
    expect(processor.giveUp('it failed')).toMatchObject({
      segment: null,
      begin: 0.9,
      end: 2,
      inParts: false,
      inARow: 1,
    })
    expect(processor.giveUp('it failed')).toMatchObject({ begin: 2, end: 2, inARow: 2 })
    await hear(processor, 1)
    expect(calls.at(-1)).toMatchObject({ begin: 2, end: 3, prompt: '', prefix: 0 })
    expect(processor.giveUp('it failed')).toMatchObject({ begin: 2, end: 3, inARow: 1 })
    ledger.close('')
    expect(ledger.sums()).toContainEqual(expect.objectContaining({ disposition: 'skipped', reason: 'it failed' }))
  })

  it('has no context after a pause either: it may be what failed', async () => {
    const { asr, calls } = recognizer(once)
    const processor = new AlignAttProcessor(asr)
    expect(await hear(processor, 2)).toBe(' word')
    processor.giveUp('it failed')
    await processor.finish()
    processor.resume(10)
    await hear(processor, 1)
    expect(calls.at(-1)).toMatchObject({ begin: 10, prompt: '' })
  })

  it('needs neither a log nor an account for that', async () => {
    const processor = new AlignAttProcessor(recognizer(once).asr)
    expect(await hear(processor, 8)).toBe(' word')
    expect(processor.giveUp('it failed')).toMatchObject({ segment: null, end: 8 })
  })
})

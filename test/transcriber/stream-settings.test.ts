import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRegistry } from '../../src/backends/registry.js'
import { UsageError } from '../../src/core/errors.js'
import { silentLog } from '../../src/core/silent-log.js'
import { openAudio } from '../../src/transcriber/audio-input.js'
import { createTranscriber } from '../../src/transcriber/create-transcriber.js'
import { modelSource } from '../../src/transcriber/model-source.js'
import type { StreamSettings, Transcriber } from '../../src/transcriber/transcriber.js'
import { eventsOf, finalWords, scripted, TEXTS, talkFolder } from '../helpers/scripted-talk.js'

const SILENCE = new Float32Array(20 * 16_000)

async function heard(transcriber: Transcriber, settings: StreamSettings) {
  const config = { ...transcriber.config, ...settings }
  const input = await openAudio(SILENCE, config, { log: silentLog, pace: 'fast' })
  return eventsOf(transcriber.run(input, { settings }))
}

describe('settings of one stream', () => {
  it('hold for that stream only', async () => {
    const folder = talkFolder()
    const registry = createRegistry()
    const source = modelSource(registry, () => ({ script: join(folder, 'words.json') }), { log: silentLog })
    await using transcriber = await source.load(await source.check({ backend: 'scripted' }))
    // Nobody speaks, as voice activity detection hears; the backend hears its words in anything.
    expect(finalWords(await heard(transcriber, { vac: true }))).toEqual([])
    expect(finalWords(await heard(transcriber, {}))).toEqual(TEXTS)
    const updates = async (settings: StreamSettings) =>
      (await heard(transcriber, settings)).filter(({ type }) => type === 'text-final').length
    expect(await updates({ minChunkSize: 5 })).toBeLessThan(await updates({}))
  })

  it('are refused where the model was loaded without what they need', async () => {
    await using transcriber = await scripted(talkFolder())
    await expect(heard(transcriber, { vac: true })).rejects.toThrow('loaded without voice activity detection')
  })

  it('have a language and a task that the model knows', async () => {
    await using transcriber = await createTranscriber({})
    await expect(heard(transcriber, { lan: 'de' })).rejects.toThrow(UsageError)
    await expect(heard(transcriber, { task: 'translate' })).rejects.toThrow('cannot translate')
    await expect(heard(transcriber, { lan: 'Klingon' })).rejects.toMatchObject({ code: 'ASR_LANGUAGE_UNKNOWN' })
    const events = await heard(transcriber, { lan: 'en' })
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'complete' })
  })
})

describe('settings as clients write them', () => {
  it('are checked, and keys in snake_case replace those of the base', async () => {
    const source = modelSource(createRegistry(), () => ({ minChunkSize: 3 }), { log: silentLog })
    const { config } = await source.check({ min_chunk_size: 2, buffer_trimming_sec: 9 })
    expect(config).toMatchObject({ minChunkSize: 2, bufferTrimmingSec: 9 })
    expect((await source.check({})).config.minChunkSize).toBe(3)
    await expect(source.check({ backend: 'none' })).rejects.toMatchObject({ code: 'ASR_BACKEND_UNKNOWN' })
    await expect(source.check({ backend: 5 })).rejects.toThrow('backend must be a text')
    await expect(source.check({ min_chunk: 2 })).rejects.toThrow(UsageError)
  })
})

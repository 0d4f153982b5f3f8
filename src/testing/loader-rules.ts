import type { Capabilities } from '../core/types.js'
import { kindOf } from '../core/word-checks.js'
import type { Harness } from './harness.js'
import { type BackendRule, demand, succeed } from './rule.js'
import { checkText } from './speech-rule.js'
import { driveStream, textOf } from './stream-driver.js'
import { transcribeSound } from './transcript.js'

/** Rules on what a loader tells, and on speech: for recognizers and processors alike. */
export const generalRules: readonly BackendRule[] = [
  {
    id: 'metadata',
    of: 'all',
    title: 'metadata tell separator, type, size and language',
    async check(harness) {
      const { asr, metadata } = await harness.loaded()
      const { separator, modelType, modelSize, language } = metadata ?? {}
      for (const [name, value] of Object.entries({ separator, modelType, modelSize })) {
        demand(typeof value === 'string', `metadata.${name} is ${kindOf(value)}`, 'it is a string')
      }
      const isLanguage = language === null || typeof language === 'string'
      demand(isLanguage, `metadata.language is ${kindOf(language)}`, 'it is a code, or null when it is detected')
      if (typeof asr?.sep !== 'string') return
      const differs = `metadata.separator is ${JSON.stringify(separator)} and sep is ${JSON.stringify(asr.sep)}`
      demand(separator === asr.sep, differs, 'they are the same')
    },
  },
  {
    id: 'loader',
    of: 'all',
    title: 'the loader tells what it is, and its capabilities are true',
    async check(harness) {
      const { loader } = harness
      if (!loader) return
      const { description } = loader
      const isLine = typeof description === 'string' && description.trim() !== '' && !description.includes('\n')
      demand(isLine, `description is ${kindOf(description)}`, 'it is one line for `asr-stream backends`')
      if (loader.capabilities !== undefined) await checkCapabilities(loader.capabilities, harness)
    },
  },
  {
    id: 'speech',
    of: 'all',
    title: 'speech, if it is given, is recognized',
    async check(harness) {
      const { speech } = harness.options
      if (!speech) return
      const { asr, processor, metadata } = await harness.loaded()
      const sound = { what: 'the speech', audio: speech.audio }
      if (asr) {
        const { words } = await transcribeSound(asr, sound, harness)
        checkText(words.map(({ text }) => text).join(asr.sep), speech)
        return
      }
      const stream = await succeed(() => driveStream(processor, sound), 'a stream of the speech', harness.withinSec)
      checkText(textOf(stream, metadata.separator), speech)
    },
  },
]

async function checkCapabilities(capabilities: Capabilities, harness: Harness): Promise<void> {
  const { wordTimes, prompts, languages, translation, streaming, hallucinates = false, keyTerms = false } = capabilities
  const known = [false, 'words', 'segments'].includes(wordTimes)
  demand(known, `capabilities.wordTimes is ${kindOf(wordTimes)}`, 'it is "words", "segments" or false')
  for (const [name, value] of Object.entries({ prompts, translation, streaming, hallucinates, keyTerms })) {
    demand(typeof value === 'boolean', `capabilities.${name} is ${kindOf(value)}`, 'it is true or false')
  }
  const isList = Array.isArray(languages) && languages.every((code) => typeof code === 'string')
  demand(
    languages === 'model' || isList,
    `capabilities.languages is ${kindOf(languages)}`,
    'it is a list of codes, or "model"',
  )
  const { asr, processor } = await harness.loaded()
  const given = processor ? 'a processor' : 'a recognizer'
  const expected = `capabilities.streaming is ${!streaming} then`
  demand(
    streaming === Boolean(processor),
    `the loader gives ${given} and capabilities.streaming is ${streaming}`,
    expected,
  )
  if (!asr || !translation) return
  const cannot = typeof asr.setTranslateTask !== 'function'
  demand(!cannot, 'capabilities.translation is true and there is no setTranslateTask()', '--task translate calls it')
}

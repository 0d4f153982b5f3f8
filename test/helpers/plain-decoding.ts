import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NO_DRAFT } from '../../src/backends/onnx-whisper/decoding/draft.js'
import type { WhisperModelConfig } from '../../src/backends/onnx-whisper/model/model.js'
import { RowMemory } from '../../src/backends/onnx-whisper/model/row-memory.js'
import { StageClock } from '../../src/backends/onnx-whisper/model/stage-timings.js'
import { WhisperTokenizer } from '../../src/backends/onnx-whisper/model/tokenizer.js'
import { EMBEDDED } from './models.js'

/** The tokenizer and the description of the included model. */
export const tokenizer = await WhisperTokenizer.load(join(EMBEDDED, 'tokenizer.json'))
export const config = JSON.parse(readFileSync(join(EMBEDDED, 'asr-stream.json'), 'utf8')) as WhisperModelConfig

/** How a window is decoded where nothing is asked for. */
export const plain = {
  prompt: [],
  taskTokens: [],
  timestamps: false,
  draft: NO_DRAFT,
  run: { pause() {}, clock: new StageClock(), rows: new RowMemory() },
}

/**
 * Values that options have unless they are given, and what they may be. Apart from the schema, so that `--help` need
 * not load it.
 */

export const PRECISIONS = ['fp32', 'fp16', 'q8', 'q4'] as const
export const TASKS = ['transcribe', 'translate'] as const
export const POLICIES = ['local-agreement', 'alignatt'] as const
export const BUFFER_TRIMMINGS = ['segment', 'sentence'] as const
export const COMPATS = ['whisper_online'] as const
export const RAW_ENCODINGS = ['s16le', 's32le', 'f32le', 'u8', 'mulaw', 'alaw'] as const

/** Ref: whisper_online.py add_shared_args; model and backend are our own. */
export const ASR_DEFAULTS = {
  model: 'tiny.en',
  precision: 'q8',
  lan: 'auto',
  task: 'transcribe',
  backend: 'onnx-whisper',
  policy: 'local-agreement',
  minChunkSize: 1,
  bufferTrimming: 'segment',
  bufferTrimmingSec: 15,
  frameThreshold: 25,
  audioMaxLen: 15,
  beamSize: 1,
  temperature: '0',
  threads: 0,
  startAt: 0,
  maxBacklog: 60,
  rawRate: 16_000,
  rawChannels: 1,
  rawEncoding: 's16le',
  vacChunkSize: 0.04,
  vadThreshold: 0.5,
  vadMinSilenceMs: 500,
  vadSpeechPadMs: 100,
} as const

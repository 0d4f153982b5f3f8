import { ownValue } from '../core/own-value.js'

const WRITTEN = 'give a file whose name ends so: --output talk.srt; --format has the formats of standard output'
const called = (name: string) => `it is called ${name} here`

/** What those look for who give options of other programs. */
const FOREIGN: Readonly<Record<string, string>> = {
  'output-format': WRITTEN,
  srt: WRITTEN,
  txt: WRITTEN,
  json: WRITTEN,
  'out-dir': called('--output-dir'),
  workers: called('--jobs'),
  'skip-existing': called('--resume'),
  'out-txt': 'give a file with --output',
  'warmup-file': 'the model is warmed up before the first audio; leave it out',
  beams: called('--beam-size, with --offline'),
  'model-path': called('--model-dir'),
  'compute-type': called('--precision'),
  dtype: called('--precision'),
  translate: called('--task translate'),
  prompt: called('--init-prompt, with --policy alignatt'),
  'initial-prompt': called('--init-prompt, with --policy alignatt'),
  'init-prompt-file': called('--initial-prompt-file, with --policy alignatt'),
  'max-line-width': called('--max-line-length'),
  'max-line-count': called('--max-lines'),
  'max-len': called('--max-line-length'),
  'output-srt': WRITTEN,
  'output-vtt': WRITTEN,
  'output-txt': WRITTEN,
  'output-csv': WRITTEN,
  vtt: WRITTEN,
  'hot-words': called('--hotwords'),
  hotword: called('--hotwords'),
  'keyword-file': called('--keyterms'),
  'hotwords-file': called('--keyterms'),
  'vad-filter': called('--vad'),
  'vac-threshold': called('--vad-threshold'),
  verbose: called('--log-level debug'),
  debug: called('--log-level debug'),
  'no-fallback': 'there is no fallback unless --temperature asks for one',
  microphone: called('--mic'),
  input: 'the audio is given without an option: asr-stream speech.wav',
  file: 'the audio is given without an option: asr-stream speech.wav',
  audio: 'the audio is given without an option: asr-stream speech.wav',
}

/** What to do instead of an option of another program; undefined for options that nobody knows. */
export function insteadOf(flag: string): string | undefined {
  const name = flag.replace(/^--/, '')
  return ownValue(FOREIGN, name)
}

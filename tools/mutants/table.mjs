/**
 * Small faults, each of which a test must notice: what stands in a file, what is written instead, and the tests that must then fail
 * (files or folders). `what` says what a user would see.
 *
 * Text that is not there exactly once is told as "moved", and so is a place without tests: whoever moves them mends the row.
 *
 * @typedef {{ id: string, file: string, search: string, replace: string, tests: string[], what: string }} Mutant
 * @type {readonly Mutant[]}
 */
export const MUTANTS = [...online(), ...audio(), ...whisper(), ...output(), ...server(), ...models(), ...commandLine()]

function online() {
  const at = (id, file, search, replace, what, near, others = ['test/online/', 'test/transcriber/']) => {
    return { id, file: `src/online/${file}`, search, replace, tests: [`test/online/${near}`, ...others], what }
  }
  return [
    at(
      'on1',
      'local-agreement/hypothesis-buffer.ts',
      'this.#lastCommittedTime - ',
      'this.#lastCommittedTime + ',
      'words are lost',
      'local-agreement/hypothesis-buffer',
    ),
    at(
      'on2',
      'local-agreement/online-asr-processor.ts',
      '    this.#pendingFinal = []\n    this.#untranscribedSamples = 0\n    this.#skipped.heardWords()',
      '    this.#untranscribedSamples = 0\n    this.#skipped.heardWords()',
      'words that a failed end owed are said in the next stream',
      'pauses',
    ),
    at(
      'on3',
      'local-agreement/online-asr-processor.ts',
      '    this.#hypothesis = new HypothesisBuffer(offset, this.#profile.keepsRepetition)\n    this.#wordless = new WordlessAudio()\n  }',
      '    this.#wordless = new WordlessAudio()\n  }',
      'a word said again after a pause is lost',
      'pauses',
      ['test/online/', 'test/transcriber/', 'test/cli/voice-activity'],
    ),
    at(
      'on4',
      'local-agreement/hypotheses.ts',
      'again.suspicion === null || again.words.length',
      'again.words.length',
      'a clean second hearing loses against a longer suspicious one',
      'hallucination/repetition',
    ),
    at(
      'on7',
      'local-agreement/committed-text.ts',
      'characters < PROMPT_CHARACTERS',
      'characters <= PROMPT_CHARACTERS',
      'the prompt has a word too many',
      'local-agreement/committed-text',
    ),
    at(
      'on10',
      'alignatt/alignatt-processor.ts',
      '    this.#context = this.#lastSaid\n    this.#committedEnd',
      '    this.#committedEnd',
      'the context is lost at every pause',
      'pauses',
    ),
    at(
      'on11',
      'hallucination/hallucination-filter.ts',
      'to - from >= FAST_WORDS',
      'to - from > FAST_WORDS',
      'five words too fast to be said pass',
      'hallucination/hallucination-filter',
    ),
    at(
      'on12',
      'vad/vad-iterator.ts',
      'Math.max(threshold - HYSTERESIS, MIN_SILENCE_THRESHOLD)',
      'threshold - HYSTERESIS',
      'speech never ends with a low threshold',
      'vad/vac.test',
      ['test/online/'],
    ),
    at(
      'on15',
      'buffer-trimming.ts',
      'let last = ends.length - 2',
      'let last = ends.length - 1',
      'the buffer is cut at the last segment',
      'conformance',
    ),
    at(
      'on16',
      'alignatt/alignatt-processor.ts',
      "    this.#committedEnd = end\n    this.#lastSaid = ''\n",
      '    this.#committedEnd = end\n',
      'after a pause the context comes back that went with what failed',
      'alignatt/stuck-recognizer',
    ),
    at(
      'on17',
      'alignatt/alignatt-processor.ts',
      '        this.#committedEnd = Math.max(this.#committedEnd, this.#audio.offsetSec)\n        return false',
      '        return false',
      'messages tell a wrong time of text that is left out',
      'alignatt/stuck-recognizer',
    ),
    at(
      'on18',
      'lag-controller.ts',
      'this.#calmSec = Math.min(MAX_CALM_SEC, 2 * this.#calmSec)',
      'this.#calmSec = CALM_SEC',
      'a stream swings between too much and less all the time',
      'lag-controller',
    ),
    at(
      'on19',
      'hallucination/voice-evidence.ts',
      '    this.#heardAfresh.splice(0, gone)\n',
      '',
      'words that were said behind music are left out',
      'hallucination/voice-evidence',
    ),
    at(
      'on20',
      'level/leveller.ts',
      'Math.max(level, before - RISE_DB_A_FRAME)',
      'level',
      'quiet speech is evened out frame by frame: its soft syllables are as loud as the others',
      'level/leveller',
    ),
  ]
}
function audio() {
  const at = (id, file, search, replace, what, near) => {
    return { id, file: `src/audio/${file}`, search, replace, tests: [`test/audio/${near}`, 'test/audio/'], what }
  }
  return [
    at(
      'au5',
      'decode/wav-chunks.ts',
      '  await skipPadding(reader, size)\n  return bytes',
      '  return bytes',
      'a chunk of odd length shifts the header',
      'decode/odd-wavs',
    ),
    at(
      'au6',
      'decode/wav-parts.ts',
      '  await skipPadding(reader, size)\n',
      '',
      'what follows audio of odd length is read one byte off',
      'decode/wav-headers',
    ),
    at(
      'au9',
      'level-meter.ts',
      'isLoud ? HELD_BLOCKS : Math.max(0, this.#held - 1)',
      'isLoud ? 1 : 0',
      '"speech" flickers between words',
      'level-meter',
    ),
    at(
      'au12',
      'decode/decode-stream.ts',
      'Math.trunc(seconds * format.sampleRate)',
      'Math.trunc(seconds * 16_000)',
      '--start-at begins elsewhere in files that are not 16 kHz',
      'sources/start-at',
    ),
    at(
      'au13',
      'decode/sample-range.ts',
      'const OVER = 2\n',
      'const OVER = 1\n',
      'a recording that is too loud is taken for integers, and is next to silent',
      'sources/checked-source',
    ),
    at(
      'au14',
      'pacing/live-pacer.ts',
      'Math.min(begin + audio.length / SAMPLE_RATE, now + MAX_COVERED_SEC)',
      'begin + audio.length / SAMPLE_RATE',
      'after a large burst the last words come minutes late',
      'pacing/live-limits',
    ),
    at(
      'au15',
      'pacing/live-pacer.ts',
      '    if (backlog.isHeldUp) coveredUntil = Math.max(coveredUntil, clock.now())\n',
      '',
      'an utterance ends in the middle of speech, where a pipe had to wait',
      'pacing/live-limits',
    ),
    at(
      'au16',
      'pacing/backlog.ts',
      '        if (this.#isFull()) break\n',
      '',
      'a stream of an own source that ignores signals cannot be stopped',
      'pacing/live-limits',
    ),
  ]
}

function whisper() {
  const at = (id, file, search, replace, what, near = 'test/backends/onnx-whisper/decoding/search') => {
    return {
      id,
      file: `src/backends/onnx-whisper/${file}`,
      search,
      replace,
      tests: [near, 'test/backends/onnx-whisper/'],
      what,
    }
  }
  return [
    at(
      'wh1',
      'session/window-decoder.ts',
      'committedSec - HELD_MARGIN_SEC)',
      'committedSec + 100)',
      'text that is not committed is held unchecked',
      'test/backends/onnx-whisper/session/growing-window',
    ),
    at(
      'wh2',
      'session/belief.ts',
      'Math.abs(sample) >= SILENCE_PEAK',
      'sample >= SILENCE_PEAK',
      'audio below zero is silent',
      'test/backends/onnx-whisper/session/belief',
    ),
    at(
      'wh3',
      'session/belief.ts',
      'if (looped) return firstLogProbability(decoded) >= MIN_LOOP_LOG_PROBABILITY\n',
      '',
      'text in a loop is believed',
      'test/backends/onnx-whisper/session/belief',
    ),
    at(
      'wh4',
      'session/belief.ts',
      'again.averageLogProbability > first.averageLogProbability ? again : first',
      'again',
      'the retry without a prompt always wins',
      'test/backends/onnx-whisper/session/belief',
    ),
    at(
      'wh5',
      'decoding/decoding.ts',
      'options.prompt.slice(-(half - 1))',
      'options.prompt.slice(0, half - 1)',
      'the prompt keeps its oldest words',
    ),
    at(
      'wh6',
      'decoding/decoding.ts',
      'Math.min(half, config.dims.textContext - prefix.length)',
      'half',
      'more tokens than the context holds',
    ),
    at(
      'wh7',
      'timing/timing.ts',
      'withLastCut(withoutSilence(words, audio))',
      'withoutSilence(words, audio)',
      'the last word is stretched to the end',
      'test/backends/onnx-whisper/timing/',
    ),
    at(
      'wh8',
      'timing/timing.ts',
      'const untilToken = places[word.to - 1]! + 1',
      'const untilToken = places[word.to - 1]! + 2',
      'a token too many is held',
      'test/backends/onnx-whisper/session/growing-window',
    ),
    at(
      'wh9',
      'session/window-encoder.ts',
      'Math.abs(before.loudest - features.loudest) > LOUDEST_TOLERANCE',
      'false',
      'encoder states are kept though the loudness has moved',
      'test/backends/onnx-whisper/session/growing-window',
    ),
    at(
      'wh33',
      'session/window-encoder.ts',
      'const place = before.place + dropped',
      'const place = before.place',
      'a window whose front is cut off goes on at the wrong place',
      'test/backends/onnx-whisper/session/cut-window',
    ),
    at('wh13', 'decoding/logit-rules.ts', 'openPair ? latest : latest + 1', 'latest', 'timestamps repeat without end'),
    at(
      'wh14',
      'decoding/beam-search.ts',
      '(logProbability + boost) / Math.max(1, tokens.length)',
      '(logProbability + boost) * Math.min(1, tokens.length)',
      'beam search prefers short texts',
    ),
    at(
      'wh16',
      'whisper-asr.ts',
      'ENDS_SENTENCE.test(word.text) ? [word.end] : []',
      '[] as number[]',
      'no cuts at sentence ends inside a segment',
    ),
    at(
      'wh17',
      'decoding/fallback.ts',
      'noSpeechProbability > NO_SPEECH_PROBABILITY && averageLogProbability < MIN_AVERAGE_LOG_PROBABILITY',
      'noSpeechProbability > 2',
      'silence is decoded at all temperatures',
    ),
    at('wh18', 'decoding/fallback.ts', 'if (looped) return true', '', 'a loop is not decoded again'),
    at(
      'wh19',
      'decoding/beam-search.ts',
      'cache.copyFrom(parent.cache)',
      'cache.truncate(parent.cache.length)',
      'texts that are followed forget what they began with',
    ),
    at(
      'wh20',
      'whisper-asr.ts',
      'new OnnxWhisperASR({ ...this.#options, ',
      'new OnnxWhisperASR({ language: this.originalLanguage, ',
      'streams of a server are decoded greedily whatever was asked for',
      'test/backends/onnx-whisper/session/search-options',
    ),
    at(
      'wh21',
      'decoding/alignatt-decoding.ts',
      "    if (position > options.until) return result('attention', token)\n",
      '',
      'AlignAtt says words of which only the begin was heard',
      'test/backends/onnx-whisper/decoding/simultaneous-decoding',
    ),
    at(
      'wh22',
      'decoding/alignatt-decoding.ts',
      'options.context.slice(-Math.max(',
      'options.context.slice(0, Math.max(',
      'AlignAtt is told the oldest text instead of the newest',
      'test/backends/onnx-whisper/decoding/simultaneous-decoding',
    ),
    at(
      'wh23',
      'whisper-asr.ts',
      'await session?.catch(() => null)',
      'await session',
      'a stream of a model that has ended cannot be closed',
      'test/backends/onnx-whisper/worker',
    ),
  ]
}

function output() {
  const tests = ['test/output/live-view', 'test/output/', 'test/cli/terminal']
  return [
    {
      id: 'out1',
      file: 'src/terminal/committed-line.ts',
      search: 'wrappedRows(this.#open, columns).at(-1)',
      replace: 'wrappedRows(this.#open, columns).at(0)',
      tests,
      what: 'the first row of a long line is written again instead of the last',
    },
    {
      id: 'out2',
      file: 'src/terminal/live-view.ts',
      search: 'CURSOR_ROWS - status.length)',
      replace: 'CURSOR_ROWS)',
      tests,
      what: 'the status line pushes a row out of sight',
    },
    {
      id: 'out3',
      file: 'src/terminal/ledger-report.ts',
      search: "reason === '' ? WORDING[disposition]",
      replace: "reason !== '' ? WORDING[disposition]",
      tests: ['test/output/ledger-report', 'test/output/'],
      what: 'the account hides why audio was left out',
    },
    {
      id: 'out4',
      file: 'src/terminal/profile.ts',
      search: '(1000 * seconds) / calls',
      replace: '(1000 * calls) / seconds',
      tests: ['test/output/ledger-report', 'test/output/'],
      what: 'the profile says nonsense for a call',
    },
    {
      id: 'out5',
      file: 'src/output/subtitles/cue-builder.ts',
      search: 'this.#language = language ?? this.#options.language',
      replace: 'this.#language = this.#options.language',
      tests: ['test/output/cues', 'test/output/'],
      what: 'subtitles of a language that was found out are broken as those of another',
    },
  ]
}

function server() {
  const at = (id, search, replace, what) => {
    return {
      id,
      file: 'src/server/tcp/tcp-client.ts',
      search,
      replace,
      tests: ['test/server/tcp-client', 'test/server/', 'test/cli/listen'],
      what,
    }
  }
  return [
    at(
      'sv1',
      "event.takenSec > event.recognizedSec ? 'computing' : 'listening'",
      "'listening'",
      'a client is sent away as idle while its update computes',
    ),
    at('sv3', '    sharing.leave()\n', '', 'a stream never leaves the share'),
    at('sv5', '    socket.resume()\n', '', 'what a client still sends takes the last lines with it'),
  ]
}

function models() {
  const at = (id, file, search, replace, what, near) => {
    return {
      id,
      file: `src/models/${file}`,
      search,
      replace,
      tests: [`test/models/${near}`, 'test/models/', 'test/commands/models'],
      what,
    }
  }
  return [
    at(
      'mo1',
      'download.ts',
      'pid === undefined || isRunning(Number(pid))',
      'pid === undefined',
      'the part that another process writes is taken over',
      'download',
    ),
    at('mo2', 'retry.ts', '        failures = 0\n', '', 'progress gives no new tries', 'retry'),
    at('mo3', 'retry.ts', 'retrySec * 2 ** failures', 'retrySec', 'waits do not grow', 'retry'),
    at(
      'mo6',
      'store.ts',
      'if (!blobs.some(isDigest)) return null',
      '',
      'models without checksums count as damaged',
      'store',
    ),
  ]
}

function commandLine() {
  const at = (id, file, search, replace, tests, what) => ({ id, file: `src/${file}`, search, replace, tests, what })
  return [
    at(
      'cf2',
      'config/config.ts',
      'maxBacklog >= minChunkSize',
      'maxBacklog > minChunkSize',
      ['test/config/options', 'test/config/'],
      'a backlog of one update is refused',
    ),
    at(
      'cm1',
      'transcriber/pacing.ts',
      'vac ? Math.min(vacChunkSize, minChunkSize) : minChunkSize',
      'vac ? vacChunkSize : minChunkSize',
      ['test/transcriber/pacing', 'test/commands/', 'test/cli/'],
      'long pieces for the voice detector make updates late',
    ),
    at(
      'cm2',
      'transcriber/transcriber.ts',
      '      startAtSec,\n      durationSec,',
      '      durationSec,',
      ['test/transcriber/transcriber', 'test/cli/terminal', 'test/commands/', 'test/output/'],
      'progress ignores --start-at',
    ),
    at(
      'cm3',
      'transcriber/pacing.ts',
      'compat !== null && offline ? 0 : startAt',
      'startAt',
      ['test/commands/', 'test/cli/', 'test/audio/'],
      'offline begins elsewhere than the reference',
    ),
    at(
      'cm4',
      'transcriber/shutdown.ts',
      'DRAIN_SEC = 3',
      'DRAIN_SEC = 30',
      ['test/cli/', 'test/commands/'],
      'Ctrl-C waits half a minute',
    ),
    at(
      'cm6',
      'cli.ts',
      '(end >= 0 && index >= end)',
      'false',
      ['test/cli/', 'test/commands/', 'test/config'],
      'file names after -- are changed',
    ),
    at(
      'te1',
      'backends/onnx/telemetry.ts',
      "  process.env[SWITCH] = '1'\n",
      '',
      ['test/privacy/leftovers'],
      'ONNX Runtime tells its makers of every run',
    ),
    at(
      'te2',
      'backends/onnx/telemetry.ts',
      'process.env[SWITCH] === undefined',
      'true',
      ['test/privacy/leftovers'],
      "the user's own setting is overwritten",
    ),
    at(
      'te3',
      'backends/plugin.ts',
      '{ alias, fsCache: false }',
      '{ alias }',
      ['test/privacy/leftovers'],
      'code is read from where anybody may write',
    ),
  ]
}

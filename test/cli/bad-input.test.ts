import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords } from '../helpers/program.js'
import { canBeStranger, runAsStranger } from '../helpers/stranger.js'

const IS_ROOT = process.getuid?.() === 0
const SCRIPTED = ['--backend', 'scripted', '--option', 'script=words.json']
const FILES = {
  'words.json': spokenWords(['one', 'two', 'three', 'four', 'five', 'six']),
  'a.wav': silentWav(3),
  'names.wav': silentWav(3),
  'empty.wav': '',
  'names.txt': 'Dashwood',
  'own.json': '{"offline": true}',
  'text.wav': 'this is not audio, whatever its name says; it is long enough for a header',
  'none.wav': silentWav(0),
  'notes.json': '{"words": 3}',
  'torn.json': '[{"begin": 0,',
  'throws.mjs': 'throw new Error("no good")',
  'syntax.mjs': 'export default {{',
  'imports.mjs': 'import "./syntax.mjs"',
  'needs.mjs': 'import "a-package-that-nobody-has"; export default {}',
  'nothing.mjs': 'export const useful = false',
  'empty.mjs': 'export default []',
  'nameless.mjs': 'export default { load() {} }',
  'loadless.mjs': 'export default { name: "loadless" }',
  'taken.mjs': 'export default { name: "scripted", load() {} }',
  'failing.mjs': 'export default { name: "failing", load() { throw new TypeError("the model\\n is bad") } }',
  'partial.mjs': 'export default { name: "partial", load: async () => ({ asr: { sep: "" }, metadata: {} }) }',
  'absent.mjs': `export default { name: "absent", load() {},
    availability: async () => ({ available: false, reason: "no gpu", install: "buy one" }) }`,
  'deaf.mjs': `export default { name: "deaf", load: async () => ({ metadata: {}, asr: { sep: "",
    transcribe() { throw new Error("cannot hear") }, tsWords: () => [], segmentsEndTs: () => [] } }) }`,
}

/** Arguments, exit code, and what the line says is wrong and what to do. */
const CASES: readonly (readonly [args: readonly string[], code: number, says: readonly string[]])[] = [
  [[], 2, ['no audio is given', '--help']],
  [['a.wav', '-'], 2, ['standard input does not go with other recordings']],
  [['--format', 'srt,ass', 'a.wav'], 2, ['--format.1 must be one of lines, jsonl,', 'not "srt,ass"']],
  [['--mdoel', 'x', 'a.wav'], 2, ['--mdoel', '--model']],
  [
    ['a.wav', '--min-chunk-size'],
    2,
    ['--min-chunk-size needs a value: --min-chunk-size <seconds>; see asr-stream --help\n'],
  ],
  [['--min_chunk_size', 'soon', 'a.wav'], 2, ['--min-chunk-size must be a number, not "soon"']],
  [['--min-chunk-size', '-1', 'a.wav'], 2, ['--min-chunk-size must be at least 0.01, not -1']],
  [['--min-chunk-size', '0', 'a.wav'], 2, ['at least 0.01']],
  [['--start_at', '-0.5', 'a.wav'], 2, ['--start-at must be at least 0']],
  [['--buffer_trimming_sec', 'Infinity', 'a.wav'], 2, ['--buffer-trimming-sec must be a number']],
  [['--threads', '1.5', 'a.wav'], 2, ['--threads must be a whole number']],
  [['--task', 'translat', 'a.wav'], 2, ['--task', 'transcribe, translate', 'did you mean "translate"?']],
  [['--buffer_trimming', 'word', 'a.wav'], 2, ['--buffer-trimming', 'segment, sentence']],
  [['--policy', 'hope', 'a.wav'], 2, ['--policy must be one of local-agreement, alignatt']],
  [['--compat', 'whisper', 'a.wav'], 2, ['--compat must be whisper_online']],
  [['-l', 'loud', 'a.wav'], 2, ['loud', 'DEBUG, INFO, WARNING, ERROR, CRITICAL']],
  [['--model', '--offline', 'a.wav'], 2, ['--offline', 'value']],
  [['--offline', '--comp_unaware', 'a.wav'], 2, ['--offline', '--comp-unaware', 'exclude each other']],
  [['--backend', 'whisper', 'a.wav'], 2, ['unknown backend "whisper"', 'there are: onnx-whisper, ']],
  [['--backend', 'scriptd', 'a.wav'], 2, ['unknown backend "scriptd"', 'did you mean "scripted"?']],
  [['--backend', 'scripted', 'a.wav'], 2, ['--option script is missing; give --option script=words.json: JSON file']],
  [['--backend', 'faster-whisper', 'a.wav'], 2, ['comes as a plugin: --plugin', 'faster-whisper.ts --backend faster-']],
  [['--backend', 'mlx_whisper', 'a.wav'], 2, ['comes as a plugin: --plugin', 'mlx-whisper.ts --backend mlx-whisper']],
  [['--backend', 'whisper_timestamped', 'a.wav'], 2, ['leave --backend out', 'onnx-whisper']],
  [['--option', 'script=words.json', 'a.wav'], 2, ['"onnx-whisper" has no option "script"', 'give --backend scripted']],
  [['--model', '/no/such/dir', 'a.wav'], 2, ['a folder is given with --model-dir /no/such/dir\n']],
  [['--model', './tiny', 'a.wav'], 2, ['a folder is given with --model-dir ./tiny\n']],
  [['--model', 'tinny', 'a.wav'], 2, ['there is no model "tinny"; did you mean "tiny"?\n']],
  [['models', 'pull', 'nonsense'], 2, ['there is no model "nonsense"; there are: tiny.en, tiny, ', 'owner/name']],
  [
    ['--languages', 'en,de', 'a.wav'],
    2,
    ['does not know German (de); it knows English only; give a multilingual model: '],
  ],
  [['--lan', 'klingon', 'a.wav'], 2, ['unknown language "klingon"; give a code or a name', 'docs/languages.md']],
  [['--lan', 'constructor', 'a.wav'], 2, ['unknown language "constructor"']],
  [['--lan', '__proto__', 'a.wav'], 2, ['unknown language "__proto__"']],
  [['--lan', 'deutch', 'a.wav'], 2, ['did you mean "dutch" or "deutsch"?']],
  [['--lan', 'deutsch', 'a.wav'], 2, ['tiny.en knows English only, not "de"']],
  [['--output-format', 'srt', 'a.wav'], 2, ['no option --output-format; give a file whose name ends so: --output']],
  [['--format', 'ass', 'a.wav'], 2, ['--format must be one of lines, jsonl, srt, vtt, txt, tsv, csv, not "ass"']],
  [['-o', 'x.json', 'a.wav'], 2, ['there is no format for x.json; write JSON Lines to a name that ends in .jsonl']],
  [['-o', 'x.srt', '-o', 'x.srt', 'a.wav'], 2, ['--output gives x.srt twice; leave one of them out']],
  [['-o', '-', '-o', '-', 'a.wav'], 2, ['--output gives standard output twice; leave one of them out']],
  [['-o', 'x.srt', '-o', 'x.vtt', '--format', 'txt', 'a.wav'], 2, ['--format txt has no effect']],
  [[...SCRIPTED, '--max-cps', '15', 'a.wav'], 2, ['--max-cps is for subtitles, and none are written; give --output']],
  [['--min-cue', '3', '--max-cue', '2', '-o', 'x.srt', 'a.wav'], 2, ['--min-cue 3 is more than --max-cue 2']],
  [[...SCRIPTED, '--no-clobber', '-o', 'notes.json', '--format', 'jsonl', 'a.wav'], 1, ['notes.json is there already']],
  [[...SCRIPTED, '--markers', 'a.wav', 'a.wav'], 2, ['--markers a.wav would overwrite the audio']],
  [[...SCRIPTED, '--markers', 'b.wav', '-'], 2, ['--markers needs a WAV file']],
  [['--init-prompt', 'x', '--initial-prompt-file', 'notes.json', 'a.wav'], 2, ['exclude each other']],
  [['--policy', 'alignatt', '--initial-prompt-file', 'no.txt', 'a.wav'], 2, ['there is no file of the prompt no.txt']],
  [['--out_dir', '.', 'a.wav'], 2, ['has no option --out-dir; it is called --output-dir here']],
  [['--port', '3', 'a.wav'], 2, ['asr-stream has no option --port; asr-stream listen has it']],
  [['--nonsense=3', 'a.wav'], 2, ['asr-stream has no option --nonsense; see asr-stream --help\n']],
  [['-x', 'a.wav'], 2, ['asr-stream has no option -x; see asr-stream --help\n']],
  [['listn'], 2, ['there is no file and no command "listn"; did you mean "listen"?']],
  [['hepl'], 2, ['there is no file and no command "hepl"; did you mean "help"?']],
  [['listn', '--port', '3'], 2, ['there is no file and no command "listn"; did you mean "listen"?']],
  [['model', 'list'], 2, ['there is no file and no command "model"; did you mean "models"?']],
  [['backend'], 2, ['did you mean "backends"?']],
  [['listn.wav'], 1, ['listn.wav', 'no such file']],
  [['models', 'pul', 'tiny'], 2, ['asr-stream models has no command "pul"; did you mean "pull"?\n']],
  [
    ['models', 'frobnicate'],
    2,
    ['asr-stream models has no command "frobnicate"; there are: list, pull, info, verify, convert'],
  ],
  [['models', 'pull'], 2, ['asr-stream models pull needs <name>; see asr-stream models pull --help\n']],
  [['models', 'pull', 'a', 'b'], 2, ['asr-stream models pull takes one name, not "a" and "b"']],
  [
    ['models', 'list', 'tiny'],
    2,
    ['models list takes nothing besides options, not "tiny"; "asr-stream models info tiny"'],
  ],
  [['models', 'tiny'], 2, ['asr-stream models has no command "tiny"; there are: list, pull']],
  [['completion'], 2, ['asr-stream completion needs <shell>; see asr-stream completion --help\n']],
  [['completion', 'ksh'], 2, ['asr-stream completion knows no shell "ksh"; there are: bash, zsh, fish\n']],
  [['explain', 'a.wav'], 2, ['asr-stream explain needs --at <seconds>; see asr-stream explain --help\n']],
  [['explain', 'no.jsonl', '--at', '1'], 1, ['cannot read no.jsonl: there is no such file\n']],
  [['explain', 'no.jsonl', '--at', '-1'], 2, ['--at must be a number from 0, not "-1"\n']],
  [['evaluate', 'no.wav'], 1, ['cannot read no.wav: there is no such file\n']],
  [
    ['evaluate', '.', '--normalizer', 'englsh'],
    2,
    ['must be one of basic, ', 'not "englsh"; did you mean "english"?\n'],
  ],
  [
    ['capacity', '--sessions', '1', '--probe', 'p.json', '--policy', 'alignatt'],
    2,
    ['--policy has no effect: --probe'],
  ],
  [['capacity', '--sessions', '1', '--probe', 'p.json', '--speech', 'a.wav'], 2, ['--speech has no effect: --probe']],
  [['evaluate', '--compare', 'a.json', 'b.json', '--vac'], 2, ['--vac has no effect: two evaluations are compared']],
  [['batch', '--merge-summaries', '--output-dir', '.', '--offline'], 2, ['--offline has no effect: --merge-summaries']],
  [['models', 'list', '--vac'], 2, ['asr-stream models list has no option --vac; asr-stream has it']],
  [['listen', 'a.wav'], 2, ['asr-stream listen takes nothing besides options, not "a.wav"']],
  [['listen', '--prt', '3'], 2, ['asr-stream listen has no option --prt; did you mean --port?']],
  [['backends', 'scriptd'], 2, ['unknown backend "scriptd"; did you mean "scripted"?']],
  [['help', 'nonsense'], 2, ['no command and no backend "nonsense"; commands: listen, ', '; backends: onnx-whisper, ']],
  [['help', 'scriptd'], 2, ['unknown backend "scriptd"; did you mean "scripted"?']],
  [['help', 'models', 'pul'], 2, ['asr-stream models has no command "pul"; did you mean "pull"?\n']],
  [
    ['help', 'completion', 'ksh'],
    2,
    ['asr-stream completion has no command "ksh"; see asr-stream completion --help\n'],
  ],
  [['help', 'modls', 'pull'], 2, ['asr-stream has no command "modls pull"; there are: listen, ']],
  [['help', 'backends', 'scriptd'], 2, ['unknown backend "scriptd"; did you mean "scripted"?']],
  [['help', 'modls'], 2, ['there is no "modls"; did you mean "models"?']],
  [[...SCRIPTED, '--option', 'sped=2', 'a.wav'], 2, ['no option "sped"', 'did you mean "speed"?']],
  [[...SCRIPTED, '--option', 'speed', 'a.wav'], 2, ['--option "speed" gives no value', 'key=value']],
  [[...SCRIPTED, '--option', 'speed=0', 'a.wav'], 2, ['--option speed must be greater than 0']],
  [[...SCRIPTED, '--option', 'min_chunk_size=2', 'a.wav'], 2, ['--min-chunk-size sets it']],
  [[...SCRIPTED, '--output', 'a.wav', 'a.wav'], 2, ['--output a.wav would overwrite the audio']],
  [[...SCRIPTED, '--keyterms', 'names.txt', '-o', './names.txt', 'a.wav'], 2, ['overwrite the names and terms']],
  [['--keyterms', 'names.txt', '--output-dir', '.', 'names.wav'], 2, ['overwrite the names and terms']],
  [[...SCRIPTED, '--initial-prompt-file', 'names.txt', '-o', 'names.txt', 'a.wav'], 2, ['overwrite the prompt']],
  [[...SCRIPTED, '--config', 'own.json', '--format', 'lines', '-o', 'own.json', 'a.wav'], 2, ['the configuration;']],
  [[...SCRIPTED, '--plugin', './empty.mjs', '-o', 'empty.mjs', 'a.wav'], 2, ['empty.mjs would overwrite a plugin']],
  [[...SCRIPTED, 'missing.wav'], 1, ['missing.wav', 'no such file']],
  [[...SCRIPTED, '*.flac'], 1, ['there are no recordings in *.flac']],
  [[...SCRIPTED, 'empty.wav'], 1, ['empty.wav is empty']],
  [[...SCRIPTED, 'text.wav'], 1, ['text.wav']],
  [[...SCRIPTED, '--start-at', '9', 'a.wav'], 1, ['a.wav', '9 s']],
  [['--backend', 'scripted', '--option', 'script=no.json', 'a.wav'], 1, ['no.json', 'no such file']],
  [['--backend', 'scripted', '--option', 'script=torn.json', 'a.wav'], 1, ['torn.json is not JSON']],
  [['--backend', 'scripted', '--option', 'script=notes.json', 'a.wav'], 1, ['notes.json', '"begin"']],
  [
    [...SCRIPTED, '--output', 'no/where.txt', 'a.wav'],
    1,
    ['no/where.txt cannot be written', 'no such file or directory'],
  ],
  [['--plugin', './no.mjs', 'a.wav'], 1, ['plugin not found: ./no.mjs']],
  [['--plugin', 'no-such-package', 'a.wav'], 1, ['plugin not found: no-such-package', 'installed package']],
  [['--plugin', './throws.mjs', 'a.wav'], 1, ['the plugin ./throws.mjs is broken: no good, at ', 'throws.mjs:']],
  [
    ['--plugin', './syntax.mjs', 'a.wav'],
    1,
    ['the plugin ./syntax.mjs is broken: Unexpected token', ', at ', 'syntax.mjs:1'],
  ],
  [
    ['--plugin', './imports.mjs', 'a.wav'],
    1,
    ['./imports.mjs is broken: Unexpected token', 'a module that the plugin imports'],
  ],
  [['--plugin', './needs.mjs', 'a.wav'], 1, ['the plugin ./needs.mjs is broken', 'a-package-that-nobody-has']],
  [['--plugin', './nothing.mjs', 'a.wav'], 1, ['the plugin ./nothing.mjs registers no backend', 'default']],
  [['--plugin', './empty.mjs', 'a.wav'], 1, ['the plugin ./empty.mjs registers no backend']],
  [['--plugin', './nameless.mjs', 'a.wav'], 1, ['without a name']],
  [['--plugin', './loadless.mjs', 'a.wav'], 1, ['without load()']],
  [['--plugin', './taken.mjs', 'a.wav'], 1, ['"scripted"', 'taken']],
  [['--plugin', './failing.mjs', '--backend', 'failing', 'a.wav'], 1, ['"failing" cannot be loaded: the model is bad']],
  [['--plugin', './partial.mjs', '--backend', 'partial', 'a.wav'], 1, ['no transcribe(), tsWords(), segmentsEndTs()']],
  [['--plugin', './absent.mjs', '--backend', 'absent', 'a.wav'], 1, ['not available: no gpu', 'to use it: buy one']],
  [['--plugin', './deaf.mjs', '--backend', 'deaf', 'a.wav'], 1, ['cannot hear']],
]

describe('bad input gets one line and an exit code', () => {
  it.concurrent.each(CASES)('%j', async (args, code, says) => {
    const run = await runProgram(args, { cwd: folderWith(FILES) })
    expect(run.stdout).toBe('')
    expect(run.stderr).toMatch(/^asr-stream: error: .+\n$/)
    for (const words of says) expect(run.stderr).toContain(words)
    expect(run.code).toBe(code)
  })

  // Root can read everything, and runs the program as somebody else.
  it.skipIf(process.platform === 'win32' || (IS_ROOT && !canBeStranger()))('an unreadable file', async () => {
    const audio = join(folderWith(FILES), 'a.wav')
    chmodSync(audio, 0)
    const run = IS_ROOT ? runAsStranger([audio]) : await runProgram([audio])
    expect(run.stdout).toBe('')
    expect(run.stderr).toMatch(/^asr-stream: error: \S+a\.wav cannot be opened: you may not read it; .+\n$/)
    expect('code' in run ? run.code : run.status).toBe(1)
  })

  it('a file without samples is told of, and gives no text', async () => {
    const run = await runProgram([...SCRIPTED, '--comp-unaware', 'none.wav'], { cwd: folderWith(FILES) })
    expect(run.stdout).toBe('')
    expect(run.stderr).toMatch(/^asr-stream: (warning|error): none\.wav .+\n$/)
  })

  it
    .skipIf(process.platform !== 'linux')
    .each([['--output', ['--output', '/dev/full'], '/dev/full cannot be written: no space left on device']])(
    'a full disk: %s',
    async (_, options, says) => {
      const run = await runProgram([...SCRIPTED, '--comp-unaware', ...options, 'a.wav'], { cwd: folderWith(FILES) })
      expect(run).toMatchObject({ code: 1, stdout: '' })
      expect(run.stderr).toContain(says)
    },
  )
})

describe('a backend that fails in the middle', () => {
  const failing = [...SCRIPTED, '--option', 'failAtSec=2.5', '--comp_unaware']

  it('gives the text so far, confirmed or not, then the error', async () => {
    const run = await runProgram([...failing, 'a.wav'], { cwd: folderWith(FILES) })
    expect(run.stdout).toBe('2000.0000 0 900 one two\n3000.0000 1000 1900 three four\n')
    expect(run.stderr).toBe('asr-stream: error: the script fails at 2.5 s, as --option failAtSec says\n')
    expect(run.code).toBe(1)
  })

  it('shows a stack trace at level debug only', async () => {
    const run = await runProgram([...failing, '--log-level', 'debug', 'a.wav'], { cwd: folderWith(FILES) })
    expect(run.stderr).toMatch(/\n +at .+scripted/)
    expect(run.code).toBe(1)
  })
})

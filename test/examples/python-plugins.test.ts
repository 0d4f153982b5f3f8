import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ASRBase } from '../../src/core/types.js'
import { folderWith, runProgram } from '../helpers/program.js'
import { behavesAsRecognizer, examplePlugin, LineLog, sound, toneWav, wordsOf } from './recognizer-contract.js'

const PYTHON = process.platform === 'win32' ? 'python' : 'python3'
const EXAMPLES = fileURLToPath(new URL('../../examples/plugins/', import.meta.url))
const hasPython = spawnSync(PYTHON, ['--version']).status === 0

/** Words of made-up engines: one a second of sound, and some that are to be mended or left out. */
const ENGINE = `
import os, sys, time
print("printed by a library")
print("pid", os.getpid(), file=sys.stderr, flush=True)

def hear(audio, language, task, prompt):
    prompt = prompt or ""
    if "crash" in prompt:
        print("out of memory", file=sys.stderr, flush=True)
        os._exit(3)
    if "fail" in prompt:
        raise ValueError("no such token")
    if "sleep" in prompt:
        print("asleep", file=sys.stderr, flush=True)
        time.sleep(600)
    seconds = len(audio) / 16000
    if not any(audio[::100]):
        return [(30.0, 0.95, [(0.0, 2.0, " Thank", 0.1)])]
    words = [(index - 0.1, index + 0.9, f" {task}:{language}:{index}", 0.5) for index in range(int(seconds))]
    return [(seconds + 0.5, 0.1, words + [(seconds - 0.5, seconds + 0.5, " end.", 0.75)])]
`
const NUMPY = `
import array
def frombuffer(data, dtype):
    assert dtype == "float32"
    return array.array("f", data)
`
const FASTER_WHISPER = `
import types
from engine import hear

class WhisperModel:
    def __init__(self, model, device, compute_type, cpu_threads, download_root):
        if model == "none": raise ValueError("Invalid model size 'none'")
        print(model, device, compute_type, cpu_threads, download_root)
        self.model = types.SimpleNamespace(is_multilingual=not model.endswith(".en"))
    def transcribe(self, audio, language, task, initial_prompt, beam_size, word_timestamps):
        assert word_timestamps and initial_prompt != ""
        def word(start, end, text, probability):
            return types.SimpleNamespace(start=start, end=end, word=text, probability=probability)
        def one(end, no_speech, words):
            return types.SimpleNamespace(end=end, no_speech_prob=no_speech, words=[word(*each) for each in words])
        return (one(*each) for each in hear(audio, language, task, initial_prompt)), None
`
const MLX_WHISPER = `
from engine import hear

def transcribe(audio, path_or_hf_repo, word_timestamps, language, task="transcribe", initial_prompt=None):
    if path_or_hf_repo == "none": raise ValueError("no repository none")
    assert word_timestamps and initial_prompt != ""
    print(path_or_hf_repo)
    def word(start, end, text, probability):
        return {"start": start, "end": end, "word": text, "probability": probability}
    return {"segments": [
        {"end": end, "no_speech_prob": no_speech, "words": [word(*each) for each in words]}
        for end, no_speech, words in hear(audio, language, task, initial_prompt)
    ]}
`

const PACKAGES = {
  'engine.py': ENGINE,
  'numpy.py': NUMPY,
  'faster_whisper.py': FASTER_WHISPER,
  'mlx_whisper.py': MLX_WHISPER,
}

afterEach(() => void vi.unstubAllEnvs())

describe.skipIf(!hasPython).each([
  ['faster-whisper', {}, 'tiny.en auto auto 0 None'],
  ['mlx-whisper', { anyPlatform: true }, 'mlx-community/whisper-tiny.en-mlx'],
])(`%s${hasPython ? '' : ' (left out: there is no Python here)'}`, (name, settings, loaded) => {
  const path = `${name}/${name}.ts`
  const load = async (more: object = {}, log = new LineLog()): Promise<ASRBase> => {
    vi.stubEnv('PYTHONPATH', folderWith(PACKAGES))
    const { asr } = await (await examplePlugin(path)).load({ ...settings, ...more }, log)
    if (!asr) throw new Error('it gives no recognizer')
    onTestFinished(() => asr.close?.())
    return asr
  }

  behavesAsRecognizer(() => load())

  it('hands over what was asked for, and keeps what its libraries print for the log', async () => {
    const log = new LineLog()
    const asr = await load({ lan: 'de', model: 'tiny' }, log)
    expect(log.lines).toContain(`${name}: ${loaded.replace('tiny.en', 'tiny')}`)
    expect(log.lines).toContain(`${name}: printed by a library`)
    expect(await wordsOf(asr, sound(1.4))).toEqual([
      { begin: 0, end: 0.9, text: ' transcribe:de:0', probability: 0.5 },
      { begin: expect.closeTo(0.9), end: expect.closeTo(1.4), text: ' end.', probability: 0.75 },
    ])
    asr.setTranslateTask?.()
    expect((await wordsOf(asr, sound(1)))[0]?.text).toBe(' translate:de:0')
  })

  it('tells what Python said when it fails, and goes on', async () => {
    const asr = await load()
    await expect(asr.transcribe(sound(1), { prompt: 'fail' })).rejects.toMatchObject({
      code: 'ASR_BACKEND',
      message: `${name}: ValueError: no such token`,
    })
    expect(await wordsOf(asr, sound(1))).toHaveLength(2)
  })

  it('tells the last words of a child that crashes, and starts another', async () => {
    const log = new LineLog()
    const asr = await load({}, log)
    const failure = { code: 'ASR_BACKEND', message: `${name}: Python ended (3): out of memory` }
    const attempts = ['crash', 'never heard'].map((prompt) => asr.transcribe(sound(1), { prompt }))
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject(failure)
    expect(await wordsOf(asr, sound(1))).toHaveLength(2)
    expect(pidsIn(log.lines)).toHaveLength(2)
  })

  it('leaves no child behind, not even a busy one', async () => {
    const log = new LineLog()
    const asr = await load({}, log)
    const abort = new AbortController()
    const asleep = asr.transcribe(sound(1), { prompt: 'sleep', signal: abort.signal })
    await vi.waitFor(() => expect(log.lines).toContain(`${name}: asleep`), { timeout: 30_000 })
    const waiting = asr.transcribe(sound(1), { prompt: '' })
    abort.abort(new Error('too long'))
    await expect(asleep).rejects.toThrow('too long')
    await Promise.all([
      expect(waiting).rejects.toMatchObject({ code: 'ASR_BACKEND', message: expect.stringContaining('closed') }),
      asr.close?.(),
    ])
    expect(pidsIn(log.lines).filter(isRunning)).toEqual([])
  })

  it('says why a model cannot be loaded, and leaves no child behind', async () => {
    const log = new LineLog()
    await expect(load({ modelDir: 'none' }, log)).rejects.toMatchObject({
      code: 'ASR_BACKEND',
      message: expect.stringContaining(`${name}: ValueError: `),
    })
    expect(pidsIn(log.lines).filter(isRunning)).toEqual([])
  })

  it('says how to install what is missing', async () => {
    const plugin = await examplePlugin(path)
    const python = 'no-such-python'
    const install = `no-such-python -m pip install ${name}`
    const reason = 'there is no no-such-python; another name or path: --option python=PATH'
    expect(await plugin.availability({ ...settings, python })).toEqual({ available: false, reason, install })
    await expect(plugin.load({ ...settings, python })).rejects.toMatchObject({ hint: `to use it: ${install}` })
    if (process.platform === 'win32') return
    const bare = pythonWithoutPackages()
    expect(await plugin.availability({ ...settings, python: bare })).toMatchObject({
      reason: `${bare} has no package ${name}; another one: --option python=PATH`,
      install: `${bare} -m pip install ${name}`,
    })
  })

  it('recognizes for the program, which ends its child', async () => {
    const cwd = folderWith({ ...PACKAGES, 'tone.wav': toneWav(3) })
    const given = Object.entries(settings).flatMap(([key, value]) => ['--option', `${key}=${value}`])
    const plugin = ['--plugin', join(EXAMPLES, path), '--backend', name, ...given]
    // Nobody says anything in a tone: what the stand-in says of it is kept all the same.
    const options = ['--comp-unaware', '--no-hallucination-filter', '--log-level', 'INFO']
    const run = await runProgram([...plugin, ...options, 'tone.wav'], {
      cwd,
      env: { PYTHONPATH: cwd },
    })
    expect(run).toMatchObject({ code: 0 })
    expect(run.stdout).toContain(' transcribe:None:0')
    expect(pidsIn(run.stderr.split('\n')).map(isRunning)).toEqual([false])
  })
})

describe('faster-whisper', () => {
  it.skipIf(!hasPython)('refuses to translate with a model that knows English only', async () => {
    vi.stubEnv('PYTHONPATH', folderWith(PACKAGES))
    const { asr } = await (await examplePlugin('faster-whisper/faster-whisper.ts')).load({ model: 'tiny.en' })
    onTestFinished(() => asr?.close?.())
    expect(() => asr?.setTranslateTask?.()).toThrow(expect.objectContaining({ code: 'ASR_USAGE' }))
  })
})

describe('mlx-whisper', () => {
  const isMac = process.platform === 'darwin' && process.arch === 'arm64'

  it.skipIf(isMac)('says that it needs another machine', async () => {
    const plugin = await examplePlugin('mlx-whisper/mlx-whisper.ts')
    const reason = 'it needs a Mac with Apple Silicon'
    expect(await plugin.availability()).toEqual({ available: false, reason })
    await expect(plugin.load()).rejects.toMatchObject({ code: 'ASR_BACKEND', message: expect.stringContaining(reason) })
    const context = { log: new LineLog(), progress: () => {} }
    await expect(plugin.loader.load({} as never, context)).rejects.toMatchObject({
      code: 'ASR_BACKEND',
      message: `mlx-whisper is not available here: ${reason}`,
    })
  })
})

/** The process ids that the made-up engines tell. */
function pidsIn(lines: readonly string[]): readonly number[] {
  return lines.flatMap((line) => /: pid (\d+)$/.exec(line)?.[1] ?? []).map(Number)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A Python that finds nothing but its own library. */
function pythonWithoutPackages(): string {
  const path = join(folderWith({ bare: '#!/bin/sh\nexec python3 -I -S "$@"\n' }), 'bare')
  chmodSync(path, 0o755)
  return path
}

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MODEL_NAMES } from '../../src/models/names.js'
import { type Files, HubLookAlike } from '../helpers/hub.js'
import { EMBEDDED, filesIn, TINY_MULTILINGUAL, tinyMultilingual } from '../helpers/models.js'
import { runProgram, temporaryFolder } from '../helpers/program.js'
import { fixturePath } from '../helpers/speech.js'

const ID = 'somebody/whisper-tiny'

/** `asr-stream models ...` with a Hub of its own and an empty cache. */
async function surroundings(repositories: Readonly<Record<string, Files>> = { [ID]: tinyMultilingual() }) {
  const hub = await HubLookAlike.start(repositories)
  const cacheDir = temporaryFolder()
  const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cacheDir, HF_TOKEN: '', HF_HUB_OFFLINE: '' }
  const models = (...args: readonly string[]) => runProgram(['models', ...args], { env })
  return { hub, cacheDir, models }
}

describe('asr-stream models', () => {
  it('lists what is here, whether it is verified, and what is available', async () => {
    const { models } = await surroundings()
    const empty = await models()
    expect(empty).toMatchObject({ code: 0, stderr: '' })
    expect(empty.stdout).toMatch(
      /^tiny\.en \(embedded\): 46 MB, fast, verified\navailable to download: tiny, base\.en, .*owner\/name/,
    )
    const { stdout: folder } = await models('pull', ID)
    expect((await models('list')).stdout).toMatch(
      /\nsomebody\/whisper-tiny \(somebody\/whisper-tiny@[0-9a-f]{8}\): 0\.3 MB, transformers q8, verified\n/,
    )
    writeFileSync(realpathSync(join(folder.trim(), 'tokenizer.json')), '{}')
    expect((await models('list')).stdout).toMatch(/damaged: tokenizer\.json\n/)
    const { models: listed, names } = JSON.parse((await models('list', '--json')).stdout)
    expect(names).toEqual(MODEL_NAMES)
    expect(listed).toMatchObject([
      { name: 'tiny.en', origin: 'embedded', damaged: [], checked: true },
      { name: ID, origin: 'cache', damaged: ['tokenizer.json'], precisions: ['q8'] },
    ])
  })

  it('pulls what is missing or new, and prints the folder', async () => {
    const { hub, models } = await surroundings()
    const first = await models('pull', ID)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(join(first.stdout.trim(), 'config.json'))).toBe(true)
    const asked = hub.requestsFor('resolve').length
    expect(await models('pull', ID)).toMatchObject(first)
    expect(hub.requestsFor('resolve')).toHaveLength(asked)
    hub.add(ID, { ...tinyMultilingual(), 'config.json': Buffer.from('{}') })
    const next = await models('pull', ID)
    expect(next.stdout).not.toBe(first.stdout)
    expect(hub.requestsFor('resolve')).toHaveLength(asked + 1)
    expect((await models('pull', 'tiny.en')).stdout.trim()).toMatch(/whisper-tiny\.en.?$/)
  })

  it('says what a name stands for, wherever it is', async () => {
    const { models } = await surroundings()
    const { stdout } = await models('info', ID)
    expect(stdout).toMatch(/^name: somebody\/whisper-tiny\nrepository: .*\nrevision: main \([0-9a-f]{40}\)\n/)
    expect(stdout).toMatch(/\nlayout: transformers, q8\nlanguages: en zh de .*\non this machine: no;/)
    expect(stdout).toMatch(/\n {2}onnx\/encoder_model_quantized\.onnx: 85 kB\n/)
    const before = JSON.parse((await models('info', ID, '--json')).stdout)
    expect(before).toMatchObject({ repository: ID, folder: null, precision: 'q8' })
    const { stdout: folder } = await models('pull', ID)
    expect(JSON.parse((await models('info', ID, '--json', '--offline-models')).stdout)).toMatchObject({
      ...before,
      files: expect.arrayContaining(before.files),
      folder: folder.trim(),
    })
    expect(JSON.parse((await models('info', 'tiny.en', '--json')).stdout)).toMatchObject({
      repository: null,
      layout: 'fast',
      languages: ['en'],
    })
  })

  it('verifies all models or one, with exit code 1 when a file is damaged', async () => {
    const { models } = await surroundings({ [ID]: tinyMultilingual(), 'somebody/fast': filesIn(EMBEDDED) })
    await models('pull', ID)
    const { stdout: folder } = await models('pull', 'somebody/fast')
    const all = await models('verify')
    expect(all).toMatchObject({ code: 0, stderr: '' })
    expect(all.stdout).toMatch(/tiny\.en encoder\.onnx \(13 MB\): verified/)
    expect(all.stdout).toMatch(/somebody\/fast decoder\.onnx \(31 MB\): verified/)
    const encoder = realpathSync(join(folder.trim(), 'encoder.onnx'))
    writeFileSync(encoder, readFileSync(encoder).fill(0, 0, 100))
    const damaged = await models('verify', 'somebody/fast')
    expect(damaged.code).toBe(1)
    expect(damaged.stdout).toMatch(/encoder\.onnx \(13 MB\): damaged/)
    expect(damaged.stderr).toMatch(/damaged: encoder\.onnx of somebody\/fast; run "asr-stream models pull/)
    expect((await models('verify', ID)).code).toBe(0)
    await models('pull', 'somebody/fast')
    expect((await models('verify')).code).toBe(0)
    expect((await models('verify', 'base')).stderr).toMatch(/model base is not on this machine/)
  })
})

const PYTHON = ['python3', 'python'].find(
  (python) =>
    spawnSync(process.env.ASR_STREAM_PYTHON ?? python, ['-c', 'import numpy, onnx, safetensors']).status === 0,
)

/** Writes a checkpoint of a small Whisper with random weights. */
const CHECKPOINT = `
import json, sys, numpy as np
from safetensors.numpy import save_file
config = json.load(open(sys.argv[1] + '/config.json'))
d, rng, w = config['d_model'], np.random.default_rng(7), {}
def add(name, *shape): w['model.' + name] = rng.normal(0, 0.3, shape).astype(np.float32)
def linear(name, o, i, bias=True):
    add(name + '.weight', o, i)
    if bias: add(name + '.bias', o)
def norm(name): add(name + '.weight', d); add(name + '.bias', d)
add('encoder.conv1.weight', d, config['num_mel_bins'], 3); add('encoder.conv1.bias', d)
add('encoder.conv2.weight', d, d, 3); add('encoder.conv2.bias', d)
add('encoder.embed_positions.weight', config['max_source_positions'], d)
add('decoder.embed_positions.weight', config['max_target_positions'], d)
add('decoder.embed_tokens.weight', config['vocab_size'], d)
for side in ('encoder', 'decoder'):
    norm(side + '.layer_norm')
    for layer in range(config[side + '_layers']):
        at = f'{side}.layers.{layer}.'
        for attention in ('self_attn', 'encoder_attn')[: 1 if side == 'encoder' else 2]:
            norm(at + attention + '_layer_norm')
            for part in 'qkv': linear(f'{at}{attention}.{part}_proj', d, d, part != 'k')
            linear(f'{at}{attention}.out_proj', d, d)
        norm(at + 'final_layer_norm'); linear(at + 'fc1', 2 * d, d); linear(at + 'fc2', d, 2 * d)
save_file(w, sys.argv[1] + '/model.safetensors')
`

describe('asr-stream models convert', () => {
  it('says which Python package is missing, and the command that installs it', async () => {
    const { models } = await surroundings({})
    const bare = join(temporaryFolder(), 'python')
    mkdirSync(bare)
    const { code, stderr } = await models('convert', bare, '--out', join(bare, 'out'), '--python', 'no-such-python')
    expect(code).toBe(1)
    expect(stderr).toMatch(/there is no no-such-python, which is needed to convert checkpoints; install Python/)
  })

  it('wants a checkpoint and a folder', async () => {
    const { models } = await surroundings({})
    expect((await models('convert', 'x')).stderr).toMatch(/asr-stream models convert needs --out <folder>/)
    expect((await models('convert', '/no/such', '--out', 'y')).stderr).toMatch(
      /there is no such checkpoint; give a folder/,
    )
  })

  it.skipIf(PYTHON === undefined)('makes a folder that runs (needs Python with numpy, onnx, safetensors)', async () => {
    const { models } = await surroundings({})
    const python = process.env.ASR_STREAM_PYTHON ?? PYTHON!
    const checkpoint = temporaryFolder()
    for (const file of ['config.json', 'generation_config.json', 'tokenizer.json']) {
      copyFileSync(join(TINY_MULTILINGUAL, file), join(checkpoint, file))
    }
    const refused = await models('convert', checkpoint, '--out', join(checkpoint, 'out'), '--python', python)
    expect(refused.stderr).toMatch(/cannot be converted: .*neither a \.pt file nor a folder with model\.bin/)
    expect(spawnSync(python, ['-c', CHECKPOINT, checkpoint]).status).toBe(0)
    const out = join(checkpoint, 'out')
    const made = await models(
      'convert',
      checkpoint,
      '--out',
      out,
      '--name',
      'mine',
      '--precision',
      'fp32',
      '--python',
      python,
    )
    expect(made).toMatchObject({ code: 0, stderr: '', stdout: `${out}\n` })
    const run = await runProgram([fixturePath('jfk'), '--model-dir', out, '--offline', '--compat', 'whisper_online'])
    expect(run.stdout).toMatch(/^\d+\.\d+ \d+ \d+ /)
    expect(run).toMatchObject({ code: 0, stderr: '' })
  })
})

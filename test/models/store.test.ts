import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInnerPath } from '../../src/models/foreign.js'
import { findLocalModel } from '../../src/models/local.js'
import { hubSettings } from '../../src/models/settings.js'
import { ModelStore } from '../../src/models/store.js'
import { temporaryFolder } from '../helpers/program.js'

const COMMIT = 'c'.repeat(40)
const DIGEST = 'd'.repeat(64)
const ID = 'some/model'

/** A cache with a blob, and the folder in which it lies. */
function cache() {
  const outside = temporaryFolder()
  const store = new ModelStore(join(outside, 'cache'))
  const home = store.folderOf(ID)
  mkdirSync(join(home, 'blobs'), { recursive: true })
  writeFileSync(join(home, 'blobs', DIGEST), 'content')
  return { outside, store, home, entries: () => readdirSync(outside, { recursive: true, encoding: 'utf8' }).sort() }
}

describe('paths that come from elsewhere', () => {
  it('stay where they begin, or are none', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'onnx', 'C:', '~', '\\', 'x\ny', '...', 'a..b')
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const path = parts.join('/')
        // As a URL folds it, below a folder.
        const folded = new URL(path.replaceAll('\\', '/'), 'file:///root/inner/')
        if (isInnerPath(path)) expect(folded.pathname.startsWith('/root/inner/')).toBe(true)
      }),
    )
    const good = ['a', 'a/b.onnx', 'refs/pr/1', 'a..b', '...', 'größe.json', 'a b']
    const bad = [
      '',
      '.',
      '..',
      '/a',
      'a/',
      'a//b',
      'a/../b',
      './a',
      'a\\b',
      'C:a',
      '~/a',
      'a\0',
      'a\nb',
      'a\x85b',
      5,
      null,
    ]
    expect(good.filter((path) => !isInnerPath(path))).toEqual([])
    expect(bad.filter(isInnerPath)).toEqual([])
  })

  it.each([
    ['commit', '../../../..', 'a', DIGEST],
    ['commit', 'a'.repeat(39), 'a', DIGEST],
    ['path', COMMIT, '../../../../mine', DIGEST],
    ['path', COMMIT, '/mine', DIGEST],
    ['digest', COMMIT, 'a', '../../../mine'],
  ])('are refused by the store as well: a %s', async (_, commit, path, digest) => {
    const { store, entries } = cache()
    const before = entries()
    await expect(store.link(ID, commit, path, digest)).rejects.toMatchObject({ code: 'ASR_MODEL' })
    expect(entries()).toEqual(before)
  })

  it('are refused as names of revisions and of absent files', async () => {
    const { store, entries } = cache()
    const before = entries()
    for (const revision of ['../../x', '/x', '..', 'a/../../../x']) {
      await expect(store.setRef(ID, revision, COMMIT)).rejects.toMatchObject({ code: 'ASR_MODEL' })
      expect(await store.snapshot(ID, revision)).toBeNull()
    }
    await expect(store.markAbsent(ID, COMMIT, ['../../../../x'])).rejects.toMatchObject({ code: 'ASR_MODEL' })
    await expect(store.setRef(ID, 'main', '../x')).rejects.toMatchObject({ code: 'ASR_MODEL' })
    expect(entries()).toEqual(before)
    for (const revision of ['../x', '', '/etc', 'a\nb']) {
      expect(() => hubSettings({ revision, modelCacheDir: null, offlineModels: false }, {})).toThrow(/is not a branch/)
    }
  })

  it.each(['snapshots', 'refs', '.no_exist'])('do not go through a link in place of %s', async (name) => {
    const { outside, store, home } = cache()
    const target = join(outside, 'target')
    mkdirSync(target)
    symlinkSync(target, join(home, name))
    const work = {
      snapshots: () => store.link(ID, COMMIT, 'onnx/a', DIGEST),
      refs: () => store.setRef(ID, 'pr/1', COMMIT),
      '.no_exist': () => store.markAbsent(ID, COMMIT, ['onnx/a']),
    }[name]!
    await expect(work()).rejects.toMatchObject({ code: 'ASR_MODEL', message: expect.stringContaining('outside of') })
    expect(readdirSync(target)).toEqual([])
  })

  it('may be behind a link to the cache itself', async () => {
    const { outside, store } = cache()
    const linked = join(outside, 'linked')
    symlinkSync(store.cacheDir, linked)
    await new ModelStore(linked).link(ID, COMMIT, 'onnx/a', DIGEST)
    const { paths, folder } = (await store.snapshot(ID, COMMIT))!
    expect(paths).toEqual(['onnx/a'])
    expect(readFileSync(join(folder, 'onnx/a'), 'utf8')).toBe('content')
  })

  it('do not lead out of the folder in which models lie by name', async () => {
    const { outside, store } = cache()
    mkdirSync(join(outside, 'elsewhere'))
    for (const name of ['../elsewhere', join(outside, 'elsewhere'), '.', '', '..']) {
      expect(await findLocalModel(name, store.cacheDir)).toBeNull()
    }
  })
})

describe('the cache', () => {
  it('takes a file out without what a link to somewhere else leads to', async () => {
    const { outside, store, home } = cache()
    const mine = join(outside, 'mine')
    writeFileSync(mine, 'mine')
    const folder = join(home, 'snapshots', COMMIT)
    mkdirSync(folder, { recursive: true })
    symlinkSync(mine, join(folder, 'a'))
    const snapshot = (await store.snapshot(ID, COMMIT))!
    await store.remove(snapshot, 'a')
    expect([existsSync(join(folder, 'a')), readFileSync(mine, 'utf8')]).toEqual([false, 'mine'])
    await store.link(ID, COMMIT, 'a', DIGEST)
    await store.remove(snapshot, 'a')
    expect(existsSync(join(home, 'blobs', DIGEST))).toBe(false)
  })

  it('says nothing of files without a checksum, and does not call them damaged', async () => {
    const { store } = cache()
    const copies = join(store.folderOf('other/copies'), 'snapshots', COMMIT)
    mkdirSync(copies, { recursive: true })
    writeFileSync(join(copies, 'config.json'), '{}')
    const snapshot = (await store.snapshot('other/copies', COMMIT))!
    expect(await store.isWhole(snapshot, 'config.json')).toBeNull()
    const blobs = join(store.folderOf('other/copies'), 'blobs')
    mkdirSync(blobs)
    writeFileSync(join(blobs, 'note.txt'), '')
    expect(await store.isWhole(snapshot, 'config.json')).toBeNull()
    writeFileSync(join(blobs, createHash('sha256').update('other').digest('hex')), 'other')
    expect(await store.isWhole(snapshot, 'config.json')).toBe(false)
    writeFileSync(join(blobs, createHash('sha256').update('{}').digest('hex')), '{}')
    expect(await store.isWhole(snapshot, 'config.json')).toBe(true)
  })

  it('gives whoever reads a ref the old commit or the new one, never a part of it', async () => {
    const { store, home } = cache()
    await store.setRef(ID, 'main', COMMIT)
    const commits = [COMMIT, 'e'.repeat(40)]
    const seen = new Set<string>()
    let isDone = false
    const reading = (async () => {
      while (!isDone) {
        seen.add(readFileSync(join(home, 'refs', 'main'), 'utf8'))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    for (let count = 0; count < 100; count++) await store.setRef(ID, 'main', commits[count % 2]!)
    isDone = true
    await reading
    expect([...seen].every((commit) => commits.includes(commit))).toBe(true)
    expect(readdirSync(join(home, 'refs'))).toEqual(['main'])
  })
})

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { listRecordings } from '../../src/files/list-recordings.js'
import { folderWith, silentWav } from '../helpers/program.js'

const nothing = Readable.from([])
const slashed = (path: string) => path.replaceAll('\\', '/')

async function within(content: string | Uint8Array): Promise<readonly string[]> {
  const folder = folderWith({ 'list.txt': content })
  return (await listRecordings(join(folder, 'list.txt'), nothing)).map((one) => slashed(one.within))
}

describe('a list of recordings', () => {
  it('has a path or address in each line; empty lines and comments are left out, and none comes twice', async () => {
    const text = '# talks\n\na.wav\n  more/b.mp3  \n./a.wav\n\t# no\nhttps://example.com/x/c.mp3?t=1\n'
    expect(await within(text)).toEqual(['a.wav', 'more/b.mp3', 'example.com/x/c.mp3'])
  })

  it.each([
    ['a mark at the start', '\uFEFFa.wav\nb.wav'],
    ['lines of Windows', '#x\r\na.wav\r\n\r\nb.wav\r\n'],
    ['UTF-16', Buffer.from('\uFEFFa.wav\r\nb.wav\r\n', 'utf16le')],
  ])('is read with %s', async (_, content) => {
    expect(await within(content)).toEqual(['a.wav', 'b.wav'])
  })

  it('is relative to its folder, and what lies outside has a place below the outputs all the same', async () => {
    const folder = folderWith({
      'list.txt': '../x/a.wav\n/data/y/b.wav\nc/../../../d.wav\nhttp://h/../..%2f..%2fe.wav',
    })
    const found = await listRecordings(join(folder, 'list.txt'), nothing)
    expect(found.map((one) => slashed(one.within))).toEqual(['x/a.wav', 'data/y/b.wav', 'd.wav', 'h/.._.._e.wav'])
    expect(found[0]?.name).toBe(join(folder, '..', 'x', 'a.wav'))
  })

  it('comes from standard input, relative to the current folder', async () => {
    const found = await listRecordings('-', Readable.from([Buffer.from('x/a.wav\n'), Buffer.from('b.wav')]))
    expect(found.map(({ name }) => slashed(name))).toEqual(['x/a.wav', 'b.wav'])
  })

  it.each([
    ['empty.txt', 'there are no recordings in the list'],
    ['zeros.txt', 'is not text'],
    ['latin.txt', 'is not text in UTF-8'],
    ['talk.wav', 'talk.wav is a recording, not a list'],
    ['absent.txt', 'there is no list or folder'],
    ['folder', 'there are no recordings in'],
  ])('%s is refused', async (name, message) => {
    const files = { 'empty.txt': '# none\n\n', 'zeros.txt': 'a\0b', 'latin.txt': Buffer.from([0x61, 0xe9, 0x0a]) }
    const folder = folderWith({ ...files, 'talk.wav': silentWav(1) })
    mkdirSync(join(folder, 'folder'))
    await expect(listRecordings(join(folder, name), nothing)).rejects.toThrow(message)
  })
})

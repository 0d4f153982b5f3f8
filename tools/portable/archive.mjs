import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { writeZip } from './zip.mjs'

/** Of all files: archives of the same files are the same bytes. */
const TIME = '2000-01-01T00:00:00Z'

/**
 * Packs `parent/folder`: a ZIP file for Windows, else .tar.gz (by GNU tar). Gives the path.
 */
export async function archive(parent, folder, { platform }) {
  if (platform === 'win32') {
    const path = join(parent, `${folder}.zip`)
    writeZip(parent, folder, path)
    return path
  }
  const path = join(parent, `${folder}.tar.gz`)
  const like = ['--sort=name', '--format=gnu', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX']
  const tar = spawn('tar', ['-cf', '-', ...like, `--mtime=${TIME}`, '-C', parent, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve, reject) => {
    tar.once('error', reject)
    tar.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`tar ended with ${code}; GNU tar is needed`)),
    )
  })
  await Promise.all([ended, pipeline(tar.stdout, createGzip(), createWriteStream(path))])
  return path
}

import { type FileHandle, open } from 'node:fs/promises'
import { BOX_HEAD_BYTES, boxAt, FRONT_BOXES, JoinedFiles, MAX_FRAGMENT_BYTES } from '../decode/mp4-boxes.js'

/** Of a file with more boxes the rest is not looked at: a day in fragments of a second has as many. */
const MAX_BOXES = 180_000

/** Whether several MP4 or QuickTime files were written into one; what is no such file is none. */
export async function isJoinedMp4(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return false
  try {
    return await isJoined(file)
  } finally {
    await file.close()
  }
}

async function isJoined(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  const read = async (position: number, bytes: number) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, position)
    return buffer.subarray(0, bytesRead)
  }
  const joined = new JoinedFiles()
  for (let [at, boxes] = [0, 0]; at < size && boxes < MAX_BOXES; boxes++) {
    const box = boxAt(await read(at, BOX_HEAD_BYTES))
    if (!box || box.bytes === null || (at === 0 && !BEGINNINGS.includes(box.type))) return false
    const isFragment = box.type === 'moof' && box.bytes <= MAX_FRAGMENT_BYTES
    if (joined.see(box.type, isFragment ? await read(at, box.bytes) : null)) return true
    at += box.bytes
  }
  return false
}

/** What such a file may begin with. */
const BEGINNINGS = [...FRONT_BOXES, 'moov', 'mdat', 'styp']

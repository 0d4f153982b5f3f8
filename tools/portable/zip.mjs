import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const VERSION = 20
const UTF8_NAMES = 0x0800
const DEFLATED = 8
/** 1 January 1980, the first day that the format knows. */
const DATE = 0x0021

/**
 * Writes a folder as a ZIP file: the same bytes for the same files, whenever and in whatever order they were written.
 * Files are below 4 GB, and there are fewer than 65,536 of them.
 */
export function writeZip(parent, folder, path) {
  const out = openSync(path, 'w')
  let offset = 0
  const put = (...parts) => {
    for (const part of parts) offset += writeSync(out, part)
  }
  const central = []
  for (const name of filesUnder(parent, folder)) {
    const content = readFileSync(join(parent, name))
    const packed = deflateRawSync(content)
    const encoded = Buffer.from(name.split('\\').join('/'))
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(VERSION, 0)
    fields.writeUInt16LE(UTF8_NAMES, 2)
    fields.writeUInt16LE(DEFLATED, 4)
    fields.writeUInt16LE(DATE, 8)
    fields.writeUInt32LE(crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(content.length, 18)
    fields.writeUInt16LE(encoded.length, 22)
    central.push(entry(fields, encoded, offset))
    put(mark(LOCAL), fields, encoded, packed)
  }
  const start = offset
  put(...central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(offset - start, 12)
  end.writeUInt32LE(start, 16)
  put(end)
  closeSync(out)
}

/** A row of the directory at the end. */
function entry(fields, name, offset) {
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(offset, 10)
  const version = Buffer.alloc(2)
  version.writeUInt16LE(VERSION, 0)
  return Buffer.concat([mark(CENTRAL), version, fields, rest, name])
}

function mark(number) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(number, 0)
  return bytes
}

function filesUnder(parent, folder) {
  const entries = readdirSync(join(parent, folder), { withFileTypes: true, recursive: true })
  const names = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return names.map((name) => name.slice(parent.length + 1)).sort()
}

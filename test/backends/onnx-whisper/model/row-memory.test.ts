import { describe, expect, it } from 'vitest'
import { freeFloats } from '../../../../src/backends/onnx-whisper/model/freed-memory.js'
import { RowMemory } from '../../../../src/backends/onnx-whisper/model/row-memory.js'

describe('memory of attention rows', () => {
  it('gives each row its own place, also beyond a block', () => {
    const memory = new RowMemory()
    const rows = Array.from({ length: 300 }, (_, i) => memory.take(12_000).fill(i))
    rows.forEach((row, i) => {
      expect(row).toHaveLength(12_000)
      expect(row.every((value) => value === i)).toBe(true)
    })
    expect(memory.take(5_000_000)).toHaveLength(5_000_000)
  })

  it('uses the same place again after a reset, and is empty after being disposed of', () => {
    const memory = new RowMemory()
    const first = memory.take(100)
    memory.reset()
    const second = memory.take(100)
    second.fill(7)
    expect(first[0]).toBe(7)
    memory.dispose()
    expect(second).toHaveLength(0)
    expect(memory.take(100)[99]).toBe(0)
  })
})

describe('arrays that are freed', () => {
  it('are empty at once, and their memory is not counted any more', () => {
    const before = process.memoryUsage().arrayBuffers
    const arrays = [new Float32Array(10_000_000), new Float32Array(10)]
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(39_000_000)
    freeFloats(arrays)
    expect(arrays.map(({ length }) => length)).toEqual([0, 0])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })

  it('may be none', () => {
    expect(() => freeFloats([])).not.toThrow()
  })
})

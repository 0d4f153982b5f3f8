import { describe, expect, it } from 'vitest'
import { GrowingAudioBuffer } from '../../src/online/audio-buffer.js'
import { RATE } from './timed-oracle.js'

describe('memory', () => {
  it('is in proportion to the audio that is kept, however much has passed through', () => {
    const buffer = new GrowingAudioBuffer()
    const roomSec = () => buffer.samples().buffer.byteLength / Float32Array.BYTES_PER_ELEMENT / RATE
    buffer.append(new Float32Array(RATE))
    expect(roomSec()).toBeLessThan(5)
    for (let at = 1; at < 300; at++) {
      buffer.append(new Float32Array(RATE))
      buffer.dropBefore(at - 14)
    }
    expect(buffer.length / RATE).toBeLessThanOrEqual(16)
    expect(roomSec()).toBeLessThan(40)
  })
})

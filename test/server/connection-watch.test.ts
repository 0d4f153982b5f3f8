import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchConnection } from '../../src/server/tcp/connection-watch.js'

/** What a watch needs of a socket. */
class Line extends EventEmitter {
  writable = true
  writableLength = 0
  probes = 0
  destroyed = false
  write(text: string): boolean {
    expect(text).toBe('')
    this.probes++
    return true
  }
  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

/** A watch over a line with an idle time of 10 s, and how often it told of idleness. */
function watched() {
  const line = new Line()
  const told = { idle: 0 }
  const watch = watchConnection(line as unknown as Socket, { idleSec: 10, onIdle: () => void told.idle++ })
  return { line, told, watch, pass: (seconds: number) => vi.advanceTimersByTime(seconds * 1000) }
}

describe('the watch over a connection', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('tells of a client that sends nothing, once', () => {
    const { told, pass } = watched()
    pass(9)
    expect(told.idle).toBe(0)
    pass(30)
    expect(told.idle).toBe(1)
  })

  it('takes a sample now and then for nothing', () => {
    const { watch, told, pass } = watched()
    for (let second = 0; second < 12; second++) {
      watch.arrived(1)
      pass(1)
    }
    expect([told.idle, watch.hasSpoken]).toEqual([1, false])
  })

  it('lets whoever says a short word now and then be silent in between', () => {
    const { watch, told, pass } = watched()
    for (let word = 0; word < 20; word++) {
      for (let piece = 0; piece < 10; piece++) watch.arrived(200)
      pass(9)
    }
    expect([told.idle, watch.hasSpoken]).toEqual([0, true])
    pass(10)
    expect(told.idle).toBe(1)
  })

  it('does not blame a client for the time in which its audio is recognized', () => {
    const { watch, told, pass } = watched()
    watch.doing('computing')
    pass(100)
    watch.doing('listening')
    pass(9)
    expect(told.idle).toBe(0)
    pass(2)
    expect(told.idle).toBe(1)
  })

  it('cuts off who takes no lines, though audio comes', () => {
    const { line, watch, pass } = watched()
    watch.doing('writing')
    for (let second = 0; second < 12; second++) {
      watch.arrived(16_000)
      pass(1)
    }
    expect(line.destroyed).toBe(true)
    expect(watch.gone.aborted).toBe(true)
  })

  it('tries the connection while nothing waits to be sent, and not after its end', () => {
    const { line, watch, pass } = watched()
    pass(5)
    expect(line.probes).toBeGreaterThan(3)
    const { probes } = line
    line.writableLength = 10
    pass(5)
    expect(line.probes).toBe(probes)
    line.writableLength = 0
    watch.stop()
    pass(5)
    expect(line.probes).toBe(probes)
  })
})

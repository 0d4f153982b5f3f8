import { describe, expect, it } from 'vitest'
import { installHint, recorderCommand, usualRecorders } from '../../../src/audio/sources/recorders.js'

const line = (...given: Parameters<typeof recorderCommand>) => {
  const { command, args, env } = recorderCommand(...given)
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), command, ...args].join(' ')
}

describe('recorders', () => {
  it.each([
    ['arecord', null, 'linux', 'arecord -q -f S16_LE -r 16000 -c 1 -t wav'],
    ['arecord', 'hw:1,0', 'linux', 'arecord -q -D hw:1,0 -f S16_LE -r 16000 -c 1 -t wav'],
    ['rec', null, 'linux', 'rec -q --buffer 2048 -t wav -r 16000 -c 1 -b 16 -e signed-integer -'],
    ['rec', 'usb', 'darwin', 'AUDIODEV=usb rec -q --buffer 2048 -t wav -r 16000 -c 1 -b 16 -e signed-integer -'],
    ['sox', null, 'darwin', 'sox -q --buffer 2048 -d -t wav -r 16000 -c 1 -b 16 -e signed-integer -'],
    ['sox', 'hw:2', 'linux', 'AUDIODEV=hw:2 sox -q --buffer 2048 -d -t wav -r 16000 -c 1 -b 16 -e signed-integer -'],
    ['sox', null, 'win32', 'sox -q --buffer 2048 -t waveaudio -d -t wav -r 16000 -c 1 -b 16 -e signed-integer -'],
    ['sox', 'Mic', 'win32', 'sox -q --buffer 2048 -t waveaudio Mic -t wav -r 16000 -c 1 -b 16 -e signed-integer -'],
  ] as const)('%s with device %s on %s', (command, device, platform, expected) => {
    expect(line(command, device, platform)).toBe(expected)
  })

  it.each([
    ['linux', null, 'arecord', 'sudo apt install alsa-utils'],
    ['linux', 'sox', 'arecord', 'sudo apt install sox'],
    ['darwin', null, 'rec', 'brew install sox'],
    ['win32', null, 'sox', 'winget install ChrisBagwell.SoX'],
  ] as const)('on %s: what is looked for first, and what to install', (platform, recorder, first, install) => {
    expect(usualRecorders(platform)[0]).toBe(first)
    expect(installHint(recorder, platform)).toContain(install)
  })
})

import { describe, expect, it } from 'vitest'
import { alsaCards, alsaNames, macNames, pulseNames, windowsNames } from '../../../src/audio/sources/devices.js'

/** As arecord 1.2.8 prints it with a USB microphone. */
const ARECORD = `null
    Discard all samples (playback) or generate zero samples (capture)
pulse
    PulseAudio Sound Server
default
    Default ALSA Output (currently PulseAudio Sound Server)
hw:CARD=Snowball,DEV=0
    Blue Snowball, USB Audio
    Direct hardware device without any conversions
plughw:CARD=Snowball,DEV=0
    Blue Snowball, USB Audio
    Hardware device with all software conversions
sysdefault:CARD=Snowball
    Blue Snowball, USB Audio
    Default Audio Device
dsnoop:CARD=Snowball,DEV=0
    Blue Snowball, USB Audio
    Direct sample snooping device
`
const CARDS = ` 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xdf240000 irq 129
 1 [Snowball       ]: USB-Audio - Blue Snowball
                      BLUE MICROPHONE Blue Snowball at usb-0000:00:14.0-2, full speed
`
const PCM = `00-00: ALC236 Analog : ALC236 Analog : playback 1 : capture 1
00-03: HDMI 0 : HDMI 0 : playback 1
01-00: USB Audio : USB Audio : capture 1
`

describe('lists of microphones', () => {
  it('of arecord: those whose form it can change, with what it says of them', () => {
    expect(alsaNames(ARECORD)).toEqual([
      { name: 'pulse', description: 'PulseAudio Sound Server' },
      { name: 'default', description: 'Default ALSA Output (currently PulseAudio Sound Server)' },
      {
        name: 'plughw:CARD=Snowball,DEV=0',
        description: 'Blue Snowball, USB Audio, Hardware device with all software conversions',
      },
      { name: 'sysdefault:CARD=Snowball', description: 'Blue Snowball, USB Audio, Default Audio Device' },
    ])
    expect(alsaNames('')).toEqual([])
  })

  it('of the kernel: the devices that record, by names that stay when another is plugged in', () => {
    expect(alsaCards(CARDS, PCM).map(({ name }) => name)).toEqual([
      'default',
      'plughw:CARD=PCH,DEV=0',
      'plughw:CARD=Snowball,DEV=0',
    ])
    expect(alsaCards(CARDS, '00-03: HDMI 0 : HDMI 0 : playback 1\n')).toEqual([])
  })

  it('of PulseAudio: no copies of what is played', () => {
    const listed =
      '1\talsa_output.pci.monitor\tmodule\ts16le 2ch 44100Hz\tIDLE\n2\talsa_input.usb-Blue\tmodule\ts16le 2ch 44100Hz\tIDLE\n'
    expect(pulseNames(listed)).toEqual([{ name: 'alsa_input.usb-Blue', description: '' }])
  })

  it('of macOS and Windows: those that record; what is no list is none', () => {
    const mac = {
      SPAudioDataType: [
        {
          _items: [
            {
              _name: 'MacBook Pro Microphone',
              coreaudio_device_input: 1,
              coreaudio_default_audio_input_device: 'spaudio_yes',
            },
            { _name: 'MacBook Pro Speakers', coreaudio_device_output: 2 },
          ],
        },
      ],
    }
    expect(macNames(JSON.stringify(mac))).toEqual([
      { name: 'MacBook Pro Microphone', description: 'what the system has as default' },
    ])
    const windows = [
      { FriendlyName: 'Microphone (Realtek High Definition Audio)', InstanceId: 'SWD\\MMDEVAPI\\{0.0.1.00000000}.{a}' },
      { FriendlyName: 'Speakers', InstanceId: 'SWD\\MMDEVAPI\\{0.0.0.00000000}.{b}' },
    ]
    expect(windowsNames(JSON.stringify(windows)).map(({ name }) => name)).toEqual(['Microphone (Realtek High Defini'])
    expect(windowsNames(JSON.stringify(windows[0]))).toHaveLength(1)
    for (const list of [macNames, windowsNames]) for (const text of ['', '{', 'null']) expect(list(text)).toEqual([])
  })
})

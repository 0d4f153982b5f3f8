import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, runProgram, silentWav, spokenWords } from '../helpers/program.js'

const LIST = 'null\n    nothing\nplughw:CARD=Mic,DEV=0\n    A microphone\n'
/** Stands in for arecord: lists, or records with the device that it is given. */
const ARECORD = `#!${process.execPath}
if (process.argv.includes('-L')) return void process.stdout.write(${JSON.stringify(LIST)})
require('node:fs').writeFileSync('started-with.txt', process.argv.slice(2).join(' '))
process.stdout.write(Buffer.from('${silentWav(0.1).toString('base64')}', 'base64'))
`

function folderWithRecorder(script: string): string {
  const cwd = folderWith({ arecord: script, 'words.json': spokenWords(['a']) })
  chmodSync(join(cwd, 'arecord'), 0o755)
  return cwd
}

describe('asr-stream devices', () => {
  it('prints names that --device takes', async () => {
    const cwd = folderWithRecorder(ARECORD)
    const options = { cwd, env: { PATH: cwd } }
    const { code, stdout, stderr } = await runProgram(['devices'], options)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe('plughw:CARD=Mic,DEV=0\n    A microphone\n')
    const { stdout: json } = await runProgram(['devices', '--json', '--recorder', 'arecord'], options)
    const { recorder, devices } = JSON.parse(json)
    expect({ recorder, devices }).toEqual({
      recorder: 'arecord',
      devices: [{ name: 'plughw:CARD=Mic,DEV=0', description: 'A microphone' }],
    })
    const scripted = ['--backend', 'scripted', '--option', 'script=words.json']
    await runProgram([...scripted, '--mic', '--device', devices[0].name], options)
    expect(readFileSync(join(cwd, 'started-with.txt'), 'utf8')).toContain('-D plughw:CARD=Mic,DEV=0')
  })

  it('says what to install when nothing records, and what to do when there is no microphone', async () => {
    const empty = folderWith({})
    const without = await runProgram(['devices'], { cwd: empty, env: { PATH: empty } })
    expect(without).toMatchObject({ code: 1, stdout: '' })
    expect(without.stderr).toMatch(/no program that records is installed: looked for .*; install/)
    const cwd = folderWithRecorder(ARECORD.replace('plughw:', 'hw:'))
    const none = await runProgram(['devices'], { cwd, env: { PATH: cwd } })
    expect(none.code).toBe(1)
    expect(none.stderr).toContain('arecord has no microphone: there is none in the list of arecord -L; connect one')
  })
})

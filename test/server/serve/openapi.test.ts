import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPTION_KEYS, OPTION_TABLE } from '../../../src/config/option-table.js'
import { openAiFormSchema } from '../../../src/server/protocols/openai-files.js'
import { streamConfigSchema } from '../../../src/server/protocols/stream-wishes.js'
import { openApi } from '../../../src/server/serve/openapi.js'
import { type RunningServer, scriptedServer, startServer } from '../../helpers/server.js'

type Tree = Readonly<Record<string, unknown>>
const description = JSON.parse(JSON.stringify(openApi('1.2.3'))) as Tree
const at = (path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Tree | undefined)?.[key], description)

let server: RunningServer
beforeAll(async () => {
  server = await startServer(...scriptedServer())
})
afterAll(() => server.stop())

describe('the description of the server', () => {
  it('is what the server gives', async () => {
    const given = (await (await fetch(`${server.url}/openapi.json`)).json()) as Tree
    expect({ ...given, info: null }).toEqual({ ...description, info: null })
  })

  it('names only what is there', async () => {
    const paths = Object.entries(description.paths as Readonly<Record<string, Tree>>)
    expect(paths.length).toBeGreaterThan(12)
    for (const [path, operations] of paths) {
      for (const method of Object.keys(operations)) {
        const { status } = await fetch(`${server.url}${path}`, { method: method.toUpperCase() })
        const isSocket = method === 'get' && /stream|realtime|listen|vosk/.test(path)
        // Sockets want an upgrade, which is told without one by 404 or 426.
        if (!isSocket) expect(status, `${method} ${path}`).not.toBe(404)
      }
    }
  })

  it('has references that lead somewhere', () => {
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
    expect(references.length).toBeGreaterThan(10)
    for (const path of references) expect(at(path.split('/')), path).toBeDefined()
  })

  it('has every field that requests are checked for', () => {
    const form = [
      'paths',
      '/v1/audio/transcriptions',
      'post',
      'requestBody',
      'content',
      'multipart/form-data',
      'schema',
    ]
    const fields = Object.keys(at([...form, 'properties']) as Tree)
    expect(fields).toEqual(['file', ...Object.keys(openAiFormSchema.shape)])
    const messages = JSON.stringify(at(['paths', '/v1/stream', 'get', 'x-client-messages']))
    for (const key of Object.keys(streamConfigSchema.shape)) expect(messages).toContain(`"${key}"`)
    const settings = Object.keys(at(['components', 'schemas', 'Configuration', 'properties']) as Tree)
    for (const key of OPTION_KEYS.filter((one) => OPTION_TABLE[one].isOfProgram !== true))
      expect(settings).toContain(key)
  })
})

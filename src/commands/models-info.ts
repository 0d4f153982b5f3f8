import { describeName } from '../models/describe.js'
import { megabytes } from '../models/sizes.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { type ModelFlags, modelRequest, withProgress } from './models-context.js'

/** `asr-stream models info NAME`: repository, revision, files with sizes, languages, layout and precision. */
export async function modelInfo(name: string, flags: ModelFlags, signal: AbortSignal): Promise<void> {
  const request = modelRequest(flags, name)
  const info = await withProgress(flags, signal, (context) => {
    context.progress(`asking what ${name} is`)
    return describeName(request, request.settings, context)
  })
  const writer = standardOutput()
  if (flags.json) return writer.write(JSON.stringify(info, null, 2))
  const { repository, commit, layout, precision, languages, files, folder } = info
  const source =
    repository === null ? [] : [`repository: ${repository}`, `revision: ${request.settings.revision} (${commit})`]
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const lines = [
    `name: ${name}`,
    ...source,
    `layout: ${layout}${precision === null ? '' : `, ${precision}`}`,
    `languages: ${languages === 'many' ? 'many' : languages.join(' ')}`,
    `on this machine: ${folder ?? `no; "asr-stream models pull ${name}" downloads it`}`,
    `files: ${megabytes(total)}`,
    ...files.map(({ path, bytes }) => `  ${path}: ${megabytes(bytes)}`),
  ]
  for (const line of lines) await writer.write(line)
}

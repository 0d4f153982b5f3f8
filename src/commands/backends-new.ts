import { join, relative } from 'node:path'
import { createRegistry } from '../backends/registry.js'
import { scaffoldBackend } from '../backends/scaffold.js'
import { standardOutput } from '../output/writers/line-writer.js'

/** `asr-stream backends new <name>`: writes a plugin that works, with its test, and says what to do with it. */
export async function newBackend(name: string, { folder }: { readonly folder?: string }): Promise<void> {
  const taken = createRegistry().listLoaders()
  const made = await scaffoldBackend(
    name,
    folder,
    taken.map((loader) => loader.name),
  )
  const shown = relative('', made.folder) || '.'
  const plugin = join(shown, 'src', 'index.ts')
  const writer = standardOutput()
  for (const line of [
    `wrote ${made.files.length} files into ${shown}: ${made.files.join(', ')}`,
    'it works already:',
    `  asr-stream --plugin ${/^[./]/.test(plugin) ? plugin : `./${plugin}`} --backend ${name} speech.wav`,
    'and tests itself:',
    `  cd ${shown}`,
    '  npm install --ignore-scripts',
    '  npm test',
    `your model goes into ${join(shown, 'src', 'model.ts')}`,
  ]) {
    await writer.write(line)
  }
}

#!/usr/bin/env node

// The program is many small files, which are opened at once: with too few allowed, nothing of it is there to say so.
process.on('uncaughtException', refuse)
const { main } = await import('../dist/cli.js').catch(refuse)
process.off('uncaughtException', refuse)

await main(process.argv.slice(2))

function refuse(error) {
  process.off('uncaughtException', refuse)
  if (error?.code !== 'EMFILE' && error?.code !== 'ENFILE') throw error
  process.stderr.write(
    'asr-stream: error: too few files may be open at once for the program to start; raise the limit: ulimit -n 4096\n',
  )
  process.exit(1)
}

// Loaded before the program (--import): the SDK of OpenTelemetry, whose spans are written to a file when they end.
import { appendFileSync } from 'node:fs'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'

const exporter = new InMemorySpanExporter()
const written = {
  onStart() {},
  onEnd() {
    for (const span of exporter.getFinishedSpans()) {
      const { traceId, spanId } = span.spanContext()
      const { name, kind, attributes, status, duration, parentSpanContext: parent } = span
      const line = { name, kind, attributes, status, traceId, spanId, parentId: parent?.spanId, duration }
      appendFileSync(process.env.SPANS_FILE, `${JSON.stringify(line)}\n`)
    }
    exporter.reset()
  },
  forceFlush: async () => {},
  shutdown: async () => {},
}
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter), written] }).register()

import type { Context, Span, Tracer } from '@opentelemetry/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Facts, NO_TRACING, type TracedWork, type Tracing } from '../session-pool/tracing.js'

/** Methods that names of spans may have; whatever else clients send is one. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])

type Api = typeof import('@opentelemetry/api')

/** Spans of requests, and of what is done for them. */
export interface Spans extends Tracing {
  /** Makes a span of each request, in the trace that its header `traceparent` names. */
  observe(app: FastifyInstance): void
}

/** Spans by OpenTelemetry, where its interface is installed; what becomes of them is up to the SDK that was started. */
export async function createSpans(version: string): Promise<Spans> {
  const api = await import('@opentelemetry/api').catch(() => null)
  return api ? new OpenTelemetrySpans(api, api.trace.getTracer('asr-stream', version)) : { ...NO_TRACING, observe() {} }
}

class OpenTelemetrySpans implements Spans {
  readonly #api: Api
  readonly #tracer: Tracer

  constructor(api: Api, tracer: Tracer) {
    this.#api = api
    this.#tracer = tracer
  }

  start(name: string, kind: 'server' | 'internal', attributes: Facts): TracedWork {
    const { SpanKind, SpanStatusCode, context, trace } = this.#api
    const within = context.active()
    const options = { kind: kind === 'server' ? SpanKind.SERVER : SpanKind.INTERNAL, attributes }
    const span = this.#tracer.startSpan(name, options, within)
    const inside = trace.setSpan(within, span)
    return {
      part: (part, seconds, facts) => {
        const now = Date.now()
        const startTime = now - 1000 * seconds
        this.#tracer.startSpan(part, { startTime, attributes: facts }, inside).end(now)
      },
      end(facts, errorType) {
        span.setAttributes(facts)
        if (errorType !== undefined) {
          span.setAttribute('error.type', errorType)
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  observe(app: FastifyInstance): void {
    const spans = new WeakMap<FastifyRequest, Span>()
    const { SpanStatusCode, context, propagation } = this.#api
    app.addHook('onRequest', (request, _reply, done) => {
      const caller = propagation.extract(context.active(), request.headers)
      // A connection over WebSocket is as long as its session, which has a span of its own.
      const within = request.headers.upgrade === undefined ? this.#begin(request, caller, spans) : caller
      context.with(within, done)
    })
    app.addHook('onResponse', async (request, reply) => {
      const span = spans.get(request)
      span?.setAttribute('http.response.status_code', reply.statusCode)
      if (reply.statusCode >= 500) {
        span?.setAttribute('error.type', String(reply.statusCode))
        span?.setStatus({ code: SpanStatusCode.ERROR })
      }
      span?.end()
    })
    app.addHook('onRequestAbort', async (request) => {
      const span = spans.get(request)
      span?.setAttribute('error.type', 'aborted')
      span?.end()
    })
  }

  /** The names are those of the semantic conventions for HTTP servers; the route, not the path, which clients make up. */
  #begin(request: FastifyRequest, caller: Context, spans: WeakMap<FastifyRequest, Span>): Context {
    const { SpanKind, trace } = this.#api
    const method = METHODS.has(request.method) ? request.method : '_OTHER'
    const { url: route } = request.routeOptions
    const attributes = {
      'http.request.method': method,
      'url.scheme': request.protocol,
      ...(route !== undefined && { 'http.route': route }),
    }
    const name = route === undefined ? method : `${method} ${route}`
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, caller)
    spans.set(request, span)
    return trace.setSpan(caller, span)
  }
}

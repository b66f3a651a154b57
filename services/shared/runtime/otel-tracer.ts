import { openSync, write } from 'node:fs';
import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { ExportResultCode, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { LiaisonError } from '../kernel/errors.js';
import type { Traceparent } from '../kernel/traceparent.js';
import type { Logger } from './logger.js';
import type { SpanOptions, SpanAttributes, Span, TraceConfig, Tracer } from './tracer.js';

interface OtelDeps extends TraceConfig {
  readonly service: string;
  readonly instance: string;
  readonly log: Logger;
}

const BATCH_INTERVAL_MS = 1_000;
/** How many spans may wait for export; further ones are dropped. */
const MAX_WAITING = 4_096;
/** Short, so that a collector that does not answer does not delay the stop of a process. */
const EXPORT_TIMEOUT_MS = 3_000;

/**
 * Creates a tracer on OpenTelemetry's SDK, which only this module imports; it is loaded when tracing is configured. Throws
 * `config-invalid` when the trace file cannot be opened.
 */
export function createOtelTracer({ service, instance, log, ...config }: OtelDeps): Tracer {
  setGlobalErrorHandler(() => log.warn({ about: 'trace' }, 'spans were not exported'));
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': instance }),
    // Records every span and ignores the flags of a traceparent: another organisation must not decide what is recorded.
    sampler: new AlwaysOnSampler(),
    spanProcessors: exportersOf(config).map(
      (exporter) =>
        new BatchSpanProcessor({
          exporter,
          scheduledDelayMillis: BATCH_INTERVAL_MS,
          maxQueueSize: MAX_WAITING,
          exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        }),
    ),
  });
  const tracer = provider.getTracer('liaison');
  return {
    begin: (name, about = {}) => begin(tracer, name, about),
    close: () =>
      provider.shutdown().catch(() => log.warn({ about: 'trace' }, 'the last spans were not exported')),
  };
}

function exportersOf({ traceFile, otlpEndpoint }: TraceConfig): readonly SpanExporter[] {
  return [
    ...(traceFile === '' ? [] : [createFileExporter(traceFile)]),
    ...(otlpEndpoint === ''
      ? []
      : [new OTLPTraceExporter({ url: otlpEndpoint, timeoutMillis: EXPORT_TIMEOUT_MS })]),
  ];
}

/**
 * Writes each batch as a line of OTLP JSON, as the collector's `otlpjsonfile` receiver reads it, with one call in append
 * mode, so that processes can share the file. Throws `config-invalid` when the file cannot be opened. A failed or partial
 * write is reported to the SDK, which drops the batch.
 */
function createFileExporter(path: string): SpanExporter {
  const file = openForAppend(path);
  return {
    export: (spans, done) => {
      const line = Buffer.concat([
        JsonTraceSerializer.serializeRequest(spans) ?? Buffer.of(),
        Buffer.from('\n'),
      ]);
      write(file, line, (error, written) => {
        if (error === null && written === line.length) done({ code: ExportResultCode.SUCCESS });
        else done({ code: ExportResultCode.FAILED, error: error ?? new Error('a line was cut short') });
      });
    },
    // Nothing to do: pending writes are completed before the process ends, which also closes the file.
    shutdown: async () => undefined,
  };
}

function openForAppend(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (cause) {
    throw new LiaisonError('config-invalid', `\`LIAISON_TRACE_FILE\`: \`${path}\` cannot be appended to`, {
      cause,
    });
  }
}

const KINDS = { request: SpanKind.SERVER, in: SpanKind.CONSUMER, out: SpanKind.PRODUCER } as const;

function begin(tracer: OtelTracer, name: string, { follows = [], crosses, began, facts }: SpanOptions): Span {
  const contexts = [...new Set(follows)].filter((one) => one !== undefined).map(contextOf);
  const [only, ...others] = contexts;
  const isChild = only !== undefined && others.length === 0;
  const context: Context = isChild ? trace.setSpanContext(ROOT_CONTEXT, only) : ROOT_CONTEXT;
  const links: Link[] = isChild ? [] : contexts.map((linked) => ({ context: linked }));
  const span = tracer.startSpan(
    name,
    {
      kind: crosses === undefined ? SpanKind.INTERNAL : KINDS[crosses],
      links,
      attributes: attributesOf(facts),
      ...(began === undefined ? {} : { startTime: began }),
    },
    context,
  );
  const { traceId, spanId } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-01` as Traceparent,
    end: (code) => {
      if (code !== undefined)
        span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('liaison.code', code);
      span.end();
    },
  };
}

/** Relies on the grammar that was checked when it was parsed; `tracestate` is not supported. */
function contextOf(traceparent: Traceparent): SpanContext {
  const [, traceId = '', spanId = ''] = traceparent.split('-');
  return { traceId, spanId, traceFlags: 1, isRemote: true };
}

function attributesOf(facts: SpanAttributes = {}): Record<string, string | number> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`liaison.${name}`, value]));
}

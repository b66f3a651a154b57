import type { Logger } from './logger.js';
import type { TraceConfig, Tracer } from './tracer.js';

interface TracedProcess {
  readonly service: string;
  /** Tells processes of one service apart: `europol`, `router-1`. */
  readonly instance: string;
  readonly log: Logger;
}

/**
 * Opens the configured tracer; undefined when none is configured, and then OpenTelemetry's SDK is not loaded. Throws
 * `config-invalid` when the trace file cannot be opened.
 */
export async function openTracer(config: TraceConfig, process: TracedProcess): Promise<Tracer | undefined> {
  if (config.traceFile === '' && config.otlpEndpoint === '') return undefined;
  const { createOtelTracer } = await import('./otel-tracer.js');
  return createOtelTracer({ ...config, ...process });
}

import type { Logger } from './logger.js';
import type { TraceConfig, Tracer } from './tracer.js';

interface Naming {
  readonly service: string;
  /** Tells processes of one service apart: `europol`, `router-1`. */
  readonly instance: string;
  readonly log: Logger;
}

/**
 * Opens the tracer that the settings ask for; undefined when they ask for none, and then nothing of OpenTelemetry's SDK
 * is loaded. Throws `config-invalid`.
 */
export async function openTracer(config: TraceConfig, naming: Naming): Promise<Tracer | undefined> {
  if (config.traceFile === '' && config.otlpEndpoint === '') return undefined;
  const { createOtelTracer } = await import('./otel-tracer.js');
  return createOtelTracer({ ...config, ...naming });
}

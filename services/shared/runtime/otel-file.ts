import { openSync, write } from 'node:fs';
import { ExportResultCode } from '@opentelemetry/core';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { LiaisonError } from '../kernel/errors.js';

/**
 * OTLP JSON lines, as the collector's `otlpjsonfile` receiver reads them: a batch a line, each written by one call behind
 * the end of the file (O_APPEND), so that the processes of a federation can share one. Throws `config-invalid` when
 * the file cannot be opened; a write that fails or is cut short is told to the SDK, which drops the batch.
 */
export function createFileExporter(path: string): SpanExporter {
  const file = open(path);
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
    // The process ends: what is being written is written, and the file is closed with it.
    shutdown: async () => undefined,
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (cause) {
    throw new LiaisonError('config-invalid', `\`LIAISON_TRACE_FILE\`: \`${path}\` cannot be appended to`, {
      cause,
    });
  }
}

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { openTracer } from '../../../services/shared/runtime/open-tracer.js';
import type { Tracer } from '../../../services/shared/runtime/tracer.js';

/** A span as written to the file, with the process that wrote it. */
export interface ShownSpan {
  readonly by: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string }[];
}

interface Line {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly { readonly value: { readonly stringValue: string } }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<ShownSpan, 'by'>[] }[];
  }[];
}

/** Reads the whole lines of a trace file; each must be JSON by itself. */
export function readSpans(file: string): readonly ShownSpan[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines
    .flatMap((line) => (JSON.parse(line) as Line).resourceSpans)
    .flatMap(({ resource, scopeSpans }) => {
      const by = resource.attributes.map(({ value }) => value.stringValue).join(' ');
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, by })));
    });
}

/** A tracer of this process and the file that it writes. */
export async function traceInto(
  instance: string,
): Promise<{ readonly tracer: Tracer; readonly file: string }> {
  const file = join(mkdtempSync(join(tmpdir(), 'liaison-trace-')), 'spans.jsonl');
  const naming = { service: 'test', instance, log: createLogger('trace', 'silent') };
  const tracer = await openTracer({ traceFile: file, otlpEndpoint: '' }, naming);
  if (tracer === undefined) throw new Error('no tracer');
  return { tracer, file };
}

const [TRACE, SPAN] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

/** A traceparent as the standard shows it. */
export const SOUND = { text: `00-${TRACE}-${SPAN}-01`, traceId: TRACE, spanId: SPAN };

/** Invalid texts that resemble a traceparent. */
export const HOSTILE: readonly string[] = [
  '',
  'x',
  `${SOUND.text}-`,
  `${SOUND.text}-${'a'.repeat(8_000)}`,
  SOUND.text.toUpperCase(),
  `00-${TRACE.replace('4', 'g')}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-0x`,
  `00-${TRACE}_${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `ff-${TRACE}-${SPAN}-01`,
  `01-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01,${SOUND.text}`,
];

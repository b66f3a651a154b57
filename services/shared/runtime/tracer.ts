import { type Code, errorFrom } from '../kernel/errors.js';
import type { Traceparent } from '../kernel/traceparent.js';

/** Where spans are exported; an empty text means nowhere. */
export interface TraceConfig {
  /** A file to which each batch is appended as a line of OTLP JSON. Several processes may share it. */
  readonly traceFile: string;
  /** The address of an OTLP/HTTP collector: `http://127.0.0.1:4318/v1/traces`. */
  readonly otlpEndpoint: string;
}

/** The attributes of a span: own ids and counts, never content of a notice or an organisation. */
export interface SpanAttributes {
  readonly frame?: string;
  readonly jti?: string;
  readonly attempt?: number;
  readonly notices?: number;
  readonly recipients?: number;
  readonly receipts?: number;
}

/** How a span begins. */
export interface SpanOptions {
  /** The spans that caused it: it is a child of a single one, else it begins a trace with a link to each. */
  readonly follows?: readonly (Traceparent | undefined)[];
  /** Whether it answers a request, consumes a message (`in`) or produces one (`out`); internal by default. */
  readonly crosses?: 'request' | 'in' | 'out';
  /** When it began, in milliseconds since the epoch; now by default. */
  readonly began?: number;
  readonly facts?: SpanAttributes;
}

/** A span that has begun. */
export interface Span {
  readonly traceparent: Traceparent;
  /** Ends it; with a code its status is an error. */
  end(code?: Code): void;
}

/** Creates spans and exports them in the background. */
export interface Tracer {
  begin(name: string, about?: SpanOptions): Span;
  /** Exports the remaining spans. */
  close(): Promise<void>;
}

interface InSpanParams {
  readonly tracer: Tracer;
  readonly name: string;
  readonly about: SpanOptions;
  readonly onFailed?: (code: Code) => void;
}

/** Runs `work`, synchronous or not, within a span; an error of it ends the span with its code and is thrown again. */
export function inSpan<R>({ tracer, name, about, onFailed }: InSpanParams, work: (span: Span) => R): R {
  const span = tracer.begin(name, about);
  const failed = (thrown: unknown): never => {
    const { code } = errorFrom(thrown);
    span.end(code);
    onFailed?.(code);
    throw thrown;
  };
  try {
    const result = work(span);
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    const ended = result.then((value: unknown) => {
      span.end();
      return value;
    }, failed);
    return ended as R;
  } catch (thrown) {
    return failed(thrown);
  }
}

import { type Code, errorFrom } from '../kernel/errors.js';
import type { Traceparent } from '../kernel/traceparent.js';

/** Where spans go; nowhere by default. */
export interface TraceConfig {
  /** Appended to: a line of OTLP JSON a batch. Several processes may share it. */
  readonly traceFile: string;
  /** An OTLP/HTTP collector: `http://127.0.0.1:4318/v1/traces`. */
  readonly otlpEndpoint: string;
}

/** All that a span may say: codes, own ids, counts. Nothing of a notice and no organisation fits in. */
export interface SpanAttributes {
  readonly frame?: string;
  readonly jti?: string;
  readonly attempt?: number;
  readonly notices?: number;
  readonly recipients?: number;
  readonly receipts?: number;
}

export interface SpanOptions {
  /** One: a child of it. Several: a trace of its own, linked to each. None: a trace of its own. */
  readonly follows?: readonly (Traceparent | undefined)[];
  /** A request that is answered, or a message that comes in or goes out; inside the process by default. */
  readonly crosses?: 'request' | 'in' | 'out';
  /** Milliseconds; now by default. */
  readonly began?: number;
  readonly facts?: SpanAttributes;
}

export interface Span {
  readonly traceparent: Traceparent;
  /** The code makes it a failed one. */
  end(code?: Code): void;
}

export interface Tracer {
  begin(name: string, about?: SpanOptions): Span;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

interface Spanning {
  readonly tracer: Tracer;
  readonly name: string;
  readonly about: SpanOptions;
  readonly onFailed?: (code: Code) => void;
}

/** Does the work within a span, which ends with it, or with the code of what it throws. */
export function inSpan<R>({ tracer, name, about, onFailed }: Spanning, work: (span: Span) => R): R {
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

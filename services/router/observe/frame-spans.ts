import type { Code } from '../../shared/kernel/errors.js';
import {
  type SpanOptions,
  type SpanAttributes,
  type Span,
  type Tracer,
  inSpan,
} from '../../shared/runtime/tracer.js';
import type { Frame } from '../frames/frame.js';

interface Step {
  readonly name: string;
  readonly facts?: SpanAttributes;
}

/** The span of each frame under way, and the spans of its steps below it. */
export interface FrameSpans {
  begin(name: string, frame: Frame, about: SpanOptions): void;
  end(frame: Frame, code?: Code): void;
  /** A step that throws ends the frame's span too: the frame comes again, in another. */
  step<R>(frame: Frame, step: Step, work: (span: Span) => R): R;
}

export function createFrameSpans(tracer: Tracer): FrameSpans {
  const spans = new WeakMap<Frame, Span>();
  const end = (frame: Frame, code?: Code): void => {
    spans.get(frame)?.end(code);
    spans.delete(frame);
  };
  return {
    begin: (name, frame, about) => {
      const facts = { frame: frame.id, attempt: frame.attempt, ...about.facts };
      spans.set(frame, tracer.begin(name, { ...about, crosses: 'in', facts }));
    },
    end,
    step: (frame, { name, facts = {} }, work) => {
      const about = { follows: [spans.get(frame)?.traceparent], facts };
      return inSpan({ tracer, name, about, onFailed: (code) => end(frame, code) }, work);
    },
  };
}

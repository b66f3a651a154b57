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

/** The span of each frame under way, with a child span for each step. */
export interface FrameSpans {
  /** Starts the frame's span. */
  begin(name: string, frame: Frame, about: SpanOptions): void;
  /** Ends the frame's span, with the code of a failure. */
  end(frame: Frame, code?: Code): void;
  /** Runs a step in a child span. A step that throws ends the frame's span too: the frame is redelivered in a new one. */
  step<R>(frame: Frame, step: Step, work: (span: Span) => R): R;
}

/** Creates spans for the frames of one recipe. */
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

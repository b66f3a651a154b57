import type { ComponentChildren, JSX } from 'preact';
import type { AnswerState } from './use-answer.js';

interface PanelProps<T> {
  readonly title: string;
  readonly answer: AnswerState<T>;
  readonly summary: (value: T) => string;
  /** What is chosen to ask about. */
  readonly tools?: ComponentChildren;
  readonly show: (value: T) => ComponentChildren;
}

/** A card with one answer: what was known stays, faded, while the newest text is asked about. */
export function Panel<T>({ title, answer, summary, tools, show }: PanelProps<T>): JSX.Element {
  const { value, trouble, isOfText, isAsking } = answer;
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span class="quiet" role="status">
          {isAsking ? 'working …' : value === undefined ? '' : summary(value)}
        </span>
      </header>
      {tools}
      {trouble !== '' && (
        <p class="fault">
          {trouble}
          {isOfText && (
            <>
              <br />
              <span class="quiet">What does not load cannot be asked: “To mend” says where it is wrong.</span>
            </>
          )}
        </p>
      )}
      {value !== undefined && <div class={isAsking ? 'old' : undefined}>{show(value)}</div>}
    </section>
  );
}

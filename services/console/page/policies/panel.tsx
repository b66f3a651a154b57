import type { ComponentChildren, JSX } from 'preact';
import type { AnswerState } from './use-answer.js';

interface PanelProps<T> {
  readonly title: string;
  readonly answer: AnswerState<T>;
  readonly summary: (value: T) => string;
  /** Controls that choose what is evaluated. */
  readonly tools?: ComponentChildren;
  readonly show: (value: T) => ComponentChildren;
}

/** A card with the answer for the edited text; the previous answer stays, faded, while the next one loads. */
export function Panel<T>({ title, answer, summary, tools, show }: PanelProps<T>): JSX.Element {
  const { value, errorText, isTextError, isLoading } = answer;
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span class="quiet" role="status">
          {isLoading ? 'working …' : value === undefined ? '' : summary(value)}
        </span>
      </header>
      {tools}
      {errorText !== '' && (
        <p class="fault">
          {errorText}
          {isTextError && (
            <>
              <br />
              <span class="quiet">A file that does not load cannot be evaluated: see “Findings”.</span>
            </>
          )}
        </p>
      )}
      {value !== undefined && <div class={isLoading ? 'old' : undefined}>{show(value)}</div>}
    </section>
  );
}

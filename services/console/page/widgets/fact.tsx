import type { ComponentChildren, JSX } from 'preact';

interface FactProps {
  readonly word: string;
  readonly children: ComponentChildren;
}

/** A word and its value, in a list of the class `facts`. */
export function Fact({ word, children }: FactProps): JSX.Element {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{children}</dd>
    </div>
  );
}

import type { JSX } from 'preact';

/** A value to choose and the text shown for it. */
export interface LabelledValue {
  readonly value: string;
  readonly words: string;
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly of: readonly (string | LabelledValue)[];
  readonly onChoose: (value: string) => void;
}

/** A labelled drop-down list; a string in `of` is both value and text. */
export function ChoiceField({ label, value, of, onChoose }: ChoiceProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {of.map(toChoice).map(({ value: each, words }) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function toChoice(each: string | LabelledValue): LabelledValue {
  return typeof each === 'string' ? { value: each, words: each } : each;
}

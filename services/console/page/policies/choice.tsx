import type { JSX } from 'preact';

/** Where the words are not the value. */
export interface Option {
  readonly value: string;
  readonly words: string;
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly of: readonly (string | Option)[];
  readonly onChoose: (value: string) => void;
}

export function ChoiceField({ label, value, of, onChoose }: ChoiceProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {of.map(asOption).map(({ value: each, words }) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function asOption(each: string | Option): Option {
  return typeof each === 'string' ? { value: each, words: each } : each;
}

import type { JSX } from 'preact';

interface SelectBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly choices: readonly string[];
}

/** A labelled select with the given choices and "any". An unknown selected value is added to the choices. */
export function SelectBox({ label, value, choices, onChange }: SelectBoxProps): JSX.Element {
  const known = value === '' || choices.includes(value) ? choices : [value, ...choices];
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">any</option>
        {known.map((word) => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

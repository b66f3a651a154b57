import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface TextBoxProps {
  readonly name: string;
  readonly value: string;
  /** An example value. */
  readonly placeholder: string;
  readonly title: string;
  readonly onChange: (value: string) => void;
}

/** A labelled text field. Calls `onChange` with the trimmed value on Enter or when the field loses focus. */
export function TextBox({ name, value, placeholder, title, onChange }: TextBoxProps): JSX.Element {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = (): void => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <label class={`field ${name}`}>
      <span>{name}</span>
      <input
        type="text"
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        title={title}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </label>
  );
}

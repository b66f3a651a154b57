import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** A button that copies `text()` to the clipboard and shows the result for a moment. */
export function CopyButton({ text, label }: { text: () => string; label: string }): JSX.Element {
  const [result, setResult] = useState('');
  const copy = async (): Promise<void> => {
    const done = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false,
    );
    setResult(done ? 'Copied' : 'Copying is not allowed');
    setTimeout(() => setResult(''), 1_500);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      <span aria-live="polite">{result === '' ? label : result}</span>
    </button>
  );
}

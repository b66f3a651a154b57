import type { JSX } from 'preact';

/** A message with the parts between backticks shown as code. */
export function Prose({ text }: { text: string }): JSX.Element {
  const parts = text.split('`');
  // An unpaired backtick is shown as it is.
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}</>;
}

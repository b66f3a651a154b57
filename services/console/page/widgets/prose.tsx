import type { JSX } from 'preact';

/** What the console says in words: what stands between backticks is somebody's own, as written. */
export function Prose({ text }: { text: string }): JSX.Element {
  const parts = text.split('`');
  // A backtick without another stands for itself.
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}</>;
}

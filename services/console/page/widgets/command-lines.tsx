import type { JSX } from 'preact';
import { CopyButton } from './copy-button.js';

/** Commands for a terminal, each with a button that copies it. */
export function CommandLines({ lines }: { lines: readonly string[] }): JSX.Element {
  return (
    <>
      {lines.map((line) => (
        <div class="command" key={line}>
          <code>{line}</code>
          <CopyButton text={() => line} label="Copy" />
        </div>
      ))}
    </>
  );
}

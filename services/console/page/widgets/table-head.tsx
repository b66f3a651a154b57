import type { JSX } from 'preact';

/** The column headers of a list. The explicit roles keep them for screen readers where the stylesheet hides them. */
export function TableHead({ words }: { words: readonly string[] }): JSX.Element {
  return (
    <thead role="rowgroup">
      <tr role="row" class="head">
        {words.map((word) => (
          <th key={word} role="columnheader" scope="col">
            {word}
          </th>
        ))}
      </tr>
    </thead>
  );
}

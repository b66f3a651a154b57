import type { JSX } from 'preact';

/** The words above the columns of a list; said of each cell also where there is no room to show them. */
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

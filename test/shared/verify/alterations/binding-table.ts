import { readFileSync } from 'node:fs';
import { type Way, WAYS } from './alter-fields.js';

/** What docs/formats.md says of a field. */
export interface Binding {
  readonly field: string;
  /** The alterations that no signature and no hash forbids: a file with one of them may still hold. */
  readonly notCovered: readonly Way[];
}

const PAGE = new URL('../../../../docs/formats.md', import.meta.url);
const HEADING = '## What binds each field';

/** Reads the tables of what binds each field, by the name of their file. */
export function readBindings(): ReadonlyMap<string, readonly Binding[]> {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(`\n${HEADING}\n`);
  const section = page.slice(from + 1, page.indexOf('\n## ', from + 1));
  const tables = section.split('\n### ').slice(1);
  return new Map(
    tables.map((text) => {
      const [title = '', ...lines] = text.split('\n');
      return [title, lines.flatMap(bindingsIn)] as const;
    }),
  );
}

/** Reads a row: fields in backticks, what binds them, and the ways that are not covered with a word on each. */
function bindingsIn(line: string): readonly Binding[] {
  const [, fields = '', , open = ''] =
    line.split(' | ').length === 3 ? ['', ...line.replace(/^\| | \|$/g, '').split(' | ')] : [];
  const names = [...fields.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const notCovered = [...open.matchAll(/`([^`]+)`/g)].map(([, name = '']) => {
    const way = WAYS.find((one) => one === name);
    if (way === undefined) throw new Error(`docs/formats.md names the alteration \`${name}\`, which is none`);
    return way;
  });
  return names.map((field) => ({ field, notCovered }));
}

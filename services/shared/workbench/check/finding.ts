import type { Detail } from '../../kernel/errors.js';
import type { ReadText } from '../../kernel/read-text.js';
import { type Lint, LINTS, type Severity } from './lints.js';

/** Something to fix in a folder of policies. Lines and columns count from 1, columns in UTF-16 units. */
export interface Finding {
  readonly severity: Severity;
  readonly lint: Lint;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Returns a finding from a fault at `file:line:col`; a path without a place is the beginning of the file. */
export function findingOf(lint: Lint, { path: place, message }: Detail): Finding {
  const { severity } = LINTS[lint];
  return { severity, lint, ...parsePlace(place), message };
}

/** Splits `europol/export.cedar:12:1`. */
export function parsePlace(place: string): Pick<Finding, 'path' | 'line' | 'column'> {
  const [, path = place, line = '1', column = '1'] = /^(.*?):(\d+):(\d+)$/.exec(place) ?? [];
  return { path, line: Number(line), column: Number(column) };
}

/** Returns the finding of a file that cannot be read; none for a text or a missing file. */
export function unreadable(read: ReadText): readonly Finding[] {
  return 'fault' in read ? [findingOf('unreadable', read.fault)] : [];
}

/** Returns `europol/export.cedar:12:1`. */
export function placeOf({ path, line, column }: Finding): string {
  return `${path}:${line}:${column}`;
}

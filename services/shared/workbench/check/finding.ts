import type { Detail } from '../../kernel/errors.js';
import type { ReadText } from '../../policy/read-text.js';
import { type Lint, LINTS, type Severity } from './lints.js';

/** Something to mend in a folder of policies. Lines and columns count from 1, columns in UTF-16 units. */
export interface Finding {
  readonly severity: Severity;
  readonly lint: Lint;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A fault at `file:line:col`; one without a place is at the beginning of the file. */
export function findingOf(lint: Lint, { path: place, message }: Detail): Finding {
  const [, path = place, line = '1', column = '1'] = /^(.*?):(\d+):(\d+)$/.exec(place) ?? [];
  const { severity } = LINTS[lint];
  return { severity, lint, path, line: Number(line), column: Number(column), message };
}

/** None of a file that can be read, or is not there. */
export function unreadable(read: ReadText): readonly Finding[] {
  return 'fault' in read ? [findingOf('unreadable', read.fault)] : [];
}

/** `europol/export.cedar:12:1`. */
export function placeOf({ path, line, column }: Finding): string {
  return `${path}:${line}:${column}`;
}

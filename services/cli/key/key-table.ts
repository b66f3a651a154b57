import type { DirectoryKey } from '../../shared/trust/directory.js';
import { shownKey } from '../../shared/trust/directory/member-summary.js';
import type { ShownKey } from '../../shared/wire/shown-member.js';
import { type Output, table } from '../terminal/output.js';
import { timeText } from '../terminal/time-text.js';

/** One line of `key list --json`: a key of the directory, and whether its private key is in this home. */
export interface ListedKey extends ShownKey {
  readonly here: boolean;
}

/** Converts a key of the directory to a line of `key list`; `here` holds the ids of the private keys in this home. */
export function listedKey(
  key: DirectoryKey,
  { here, now }: { here: ReadonlySet<string>; now: Date },
): ListedKey {
  return { ...shownKey(key, now), here: here.has(key.kid) };
}

const STATE_COLOUR = { 'in force': 'green', 'not yet': 'yellow', expired: 'red', revoked: 'red' } as const;

/** Formats a line for each key, in the order of the directory. */
export function keyTable(
  keys: readonly ListedKey[],
  { paint, width }: Pick<Output, 'paint' | 'width'>,
): string {
  const day = (date: string | null): string => (date === null ? '' : date.slice(0, 10));
  const rows = keys.map((key) => [
    paint.bold(key.kid),
    key.use,
    paint[STATE_COLOUR[key.state]](key.state),
    day(key.notBefore),
    day(key.notAfter),
    key.revokedAt === null ? '' : timeText(key.revokedAt),
    key.here ? 'here' : paint.dim('not here'),
    key.person ?? '',
  ]);
  const head = ['key', 'use', 'state', 'from', 'until', 'revoked', 'private key', 'person'];
  return table(head, rows, { paint, width });
}

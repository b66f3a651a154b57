import { fail } from '../kernel/errors.js';

/** The uses of keys. A key is valid for its own use only. */
export const USES = [
  'notice',
  'receipt',
  'policy',
  'approver',
  'witness',
  'hub',
  'operator',
  'audit',
  'log',
  'directory',
  'root',
] as const;

/** One of `USES`. */
export type KeyUse = (typeof USES)[number];

/** The parts of a key id `<owner>:<use>:<n>`; the owner is an organisation, `hub` or `root`. */
export interface KeyName {
  readonly owner: string;
  readonly use: KeyUse;
}

const KID = new RegExp(`^(?=.{1,64}$)([a-z0-9][a-z0-9-]{0,63}):(${USES.join('|')}):[1-9][0-9]{0,5}$`);

/** Reads a key id. Throws `key-invalid`. */
export function parseKid(kid: unknown): KeyName {
  const [, owner, use] = typeof kid === 'string' ? (KID.exec(kid) ?? []) : [];
  if (owner === undefined || use === undefined) throw fail('key-invalid', 'not a key id');
  return { owner, use: use as KeyUse };
}

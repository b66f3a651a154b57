import { seconds } from '../kernel/clock.js';
import type { CommandId, EntryId, OrgId } from '../kernel/ids.js';
import type { CommandVerb } from '../wire/subjects.js';

/** What a person at the hub wants done with one entry of the quarantine. Nothing here needs Node: the console's page signs too. */
export interface CommandContent {
  readonly id: CommandId;
  readonly verb: CommandVerb;
  /** Whose entry it is. */
  readonly org: OrgId;
  readonly entry: EntryId;
  /** Why; for `discard`, and for nothing else. */
  readonly note?: string;
}

export const COMMAND_TYP = 'command+jws';

/** In seconds. */
const LIFE = 60;
/** Words of a person: no control characters. */
const NOTE = /^[^\p{Cc}\p{Cs}]{1,500}$/u;

/** The claims of a command, in the order in which they are signed; good for a minute. */
export function commandClaims(
  { id, verb, org, entry, note }: CommandContent,
  { federation, now }: { readonly federation: string; readonly now: Date },
): Readonly<Record<string, unknown>> {
  const iat = seconds(now);
  const claims = { iss: 'hub', iat, exp: iat + LIFE, aud: federation, jti: id, verb, org, entry };
  return note === undefined ? claims : { ...claims, note };
}

/** 1 to 500 characters without control characters. */
export function isNote(value: unknown): value is string {
  return typeof value === 'string' && NOTE.test(value);
}

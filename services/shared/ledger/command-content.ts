import { seconds } from '../kernel/clock.js';
import type { CommandId, EntryId, OrgId } from '../kernel/ids.js';
import type { CommandVerb } from '../wire/subjects.js';

/** A place on the ledger. */
export interface LedgerPlace {
  readonly epoch: string;
  readonly sequence: number;
}

/**
 * A command about one entry of the quarantine, one record of the ledger, or one bundle of policies. This
 * module also runs in the browser, because the console's page signs commands.
 */
export interface CommandContent {
  readonly id: CommandId;
  readonly verb: CommandVerb;
  /** The organisation of the entry; `hub` for a command that is not about the quarantine. */
  readonly org: OrgId;
  /**
   * The SHA-256 that names what the command is about: of the bytes of the quarantined message or of the
   * record, or the digest of the bundle of policies.
   */
  readonly entry: EntryId;
  /** The reason; required for `discard`, `rule-out` and `baseline`, not allowed for other verbs. */
  readonly note?: string;
  /** The record; required for `rule-out`, not allowed for other verbs. */
  readonly place?: LedgerPlace;
}

/** The `org` of records about the ledger itself or the policies; no organisation may have this id. */
export const LEDGER_OWNER = 'hub' as OrgId;

/** The `typ` of a command's JWS. */
export const COMMAND_TYP = 'command+jws';

/** Lifetime of a command in seconds. */
const LIFE = 60;
const NOTE = /^[^\p{Cc}\p{Cs}]{1,500}$/u;

/** Returns the claims of a command in the order in which they are signed; they expire after a minute. */
export function commandClaims(
  { id, verb, org, entry, note, place }: CommandContent,
  { federation, now }: { readonly federation: string; readonly now: Date },
): Readonly<Record<string, unknown>> {
  const iat = seconds(now);
  const claims = { iss: 'hub', iat, exp: iat + LIFE, aud: federation, jti: id, verb, org, entry, ...place };
  return note === undefined ? claims : { ...claims, note };
}

/** True for a text of 1 to 500 characters without control characters. */
export function isNote(value: unknown): value is string {
  return typeof value === 'string' && NOTE.test(value);
}

import { seconds } from '../kernel/clock.js';
import type { CommandId, EntryId, NoticeId, OrgId } from '../kernel/ids.js';
import { oneLinePattern } from '../wire/one-line-text.js';
import type { CommandVerb } from '../wire/subjects.js';

/** A place on the ledger. */
export interface LedgerPlace {
  readonly epoch: string;
  readonly sequence: number;
}

/** The life of the log that a `recover` ends. */
export interface EndedLog {
  /** The text of its last cosigned checkpoint. */
  readonly checkpoint: string;
  /** How many of its entries the auditor has: those from here on are missing. */
  readonly kept: number;
}

/** A release in a command: its statement, and its packed files in base64url. */
export interface CommandedRelease {
  readonly statement: string;
  readonly files: string;
}

/**
 * A command about one entry of the quarantine, one record of the ledger, one bundle of policies, one notice, or the log. This
 * module also runs in the browser, because the console's page signs commands.
 */
export interface CommandContent {
  readonly id: CommandId;
  readonly verb: CommandVerb;
  /** The organisation of the entry or of the notice; `hub` for a command about the ledger or the policies. */
  readonly org: OrgId;
  /**
   * The SHA-256 that names what the command is about: of the bytes of the quarantined message or of the
   * record, the digest of the bundle of policies, of the statement of a release, of what names a notice (`noticeEntry`),
   * or of an `EndedLog` (`recoveryEntry`).
   */
  readonly entry: EntryId;
  /** The reason; required for `discard`, `rule-out` and `baseline`, not allowed for other verbs. */
  readonly note?: string;
  /** The record; required for `rule-out`, not allowed for other verbs. */
  readonly place?: LedgerPlace;
  /** The notice of `org`; required for `cancel`, not allowed for other verbs. */
  readonly notice?: NoticeId;
  /** The log; required for `recover`, not allowed for other verbs. */
  readonly ended?: EndedLog;
  /** The release of the federation; required for `release`, not allowed for other verbs. */
  readonly release?: CommandedRelease;
  /** The command of the person who proposed this; only in the second command of a `cancel` or `recover`. */
  readonly first?: CommandId;
}

/** The `org` of records about the ledger itself or the policies; no organisation may have this id. */
export const LEDGER_OWNER = 'hub' as OrgId;

/** The `typ` of a command's JWS. */
export const COMMAND_TYP = 'command+jws';

/** Lifetime of a command in seconds. */
const LIFE = 60;
const NOTE = new RegExp(oneLinePattern(500), 'u');

/** Returns the claims of a command in the order in which they are signed; they expire after a minute. */
export function commandClaims(
  { id, verb, org, entry, note, place, notice, ended, release, first }: CommandContent,
  { federation, now }: { readonly federation: string; readonly now: Date },
): Readonly<Record<string, unknown>> {
  const iat = seconds(now);
  const claims = { iss: 'hub', iat, exp: iat + LIFE, aud: federation, jti: id, verb, org, entry, ...place };
  return {
    ...claims,
    ...(note === undefined ? {} : { note }),
    ...(notice === undefined ? {} : { notice }),
    ...ended,
    ...(release === undefined ? {} : { release }),
    ...(first === undefined ? {} : { first }),
  };
}

/** True for a text of 1 to 500 characters on one line. */
export function isNote(value: unknown): value is string {
  return typeof value === 'string' && NOTE.test(value);
}

import { seconds } from '../kernel/clock.js';
import { fail } from '../kernel/errors.js';
import {
  type CommandId,
  type EntryId,
  type OrgId,
  parseCommandId,
  parseEntryId,
  parseOrgId,
} from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { type Claims, signJws, verifyJws } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import { COMMAND_VERBS, type CommandVerb } from '../wire/subjects.js';

/** What a person at the hub wants done with one entry of the quarantine. */
export interface CommandContent {
  readonly id: CommandId;
  readonly verb: CommandVerb;
  /** Whose entry it is. */
  readonly org: OrgId;
  readonly entry: EntryId;
  /** Why; for `discard`, and for nothing else. */
  readonly note?: string;
}

/** A command that a person with an operator key signed for this federation. */
export interface Command extends CommandContent {
  /** As the directory names whose key it is. */
  readonly person: string;
  readonly kid: string;
  /** Digest of the token: the same `id` with other bytes is another command. */
  readonly digest: string;
  /** The exact compact JWS. */
  readonly token: string;
}

/** So long a command may live, in seconds: whoever relays it has no more time than that. */
const LONGEST_LIFE = 120;
const LIFE = 60;
const CLAIMS = ['iss', 'iat', 'exp', 'aud', 'jti', 'verb', 'org', 'entry', 'note'];
/** Words of a person: no control characters. */
const NOTE = /^[^\p{Cc}\p{Cs}]{1,500}$/u;

/** Signs with an operator key; good for a minute. */
export function signCommand(
  { id, verb, org, entry, note }: CommandContent,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const iat = seconds(now);
  const claims = { iss: 'hub', iat, exp: iat + LIFE, aud: federation, jti: id, verb, org, entry };
  return signJws('command+jws', note === undefined ? claims : { ...claims, note }, signer);
}

/**
 * Throws as `verifyJws` does, `id-invalid`, and `token-malformed` for what lives too long or is no command. `now` is when
 * it was accepted, for one that stands on the ledger: it may have expired, and its key been revoked, since then.
 */
export async function verifyCommand(
  token: string,
  { directory, now }: { readonly directory: Directory; readonly now: Date },
): Promise<Command> {
  const { payload, key } = await verifyJws(token, {
    typ: 'command+jws',
    use: 'operator',
    key: directory.key,
    issuer: 'hub',
    audience: directory.federation,
    now,
  });
  const { iat, exp, verb, note } = payload;
  const life = Number(exp) - Number(iat);
  if (!(life > 0 && life <= LONGEST_LIFE))
    throw fail('token-malformed', 'a command lives two minutes at most');
  if (!isVerb(verb) || Object.keys(payload).some((name) => !CLAIMS.includes(name))) {
    throw fail('token-malformed', 'no command that there is');
  }
  return {
    id: parseCommandId(payload['jti']),
    verb,
    org: parseOrgId(payload['org']),
    entry: parseEntryId(payload['entry']),
    ...parseNote(verb, note),
    person: key.person ?? '',
    kid: key.kid,
    digest: digest(token),
    token,
  };
}

function isVerb(value: unknown): value is CommandVerb {
  return typeof value === 'string' && COMMAND_VERBS.includes(value);
}

function parseNote(verb: CommandVerb, note: Claims[string]): Pick<Command, 'note'> {
  if (verb !== 'discard' && note === undefined) return {};
  if (verb === 'discard' && isNote(note)) return { note };
  throw fail('token-malformed', '`discard` and nothing else has a note');
}

/** 1 to 500 characters without control characters. */
export function isNote(value: unknown): value is string {
  return typeof value === 'string' && NOTE.test(value);
}

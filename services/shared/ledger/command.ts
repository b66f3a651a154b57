import { fail } from '../kernel/errors.js';
import { parseCommandId, parseEntryId, parseOrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { type Claims, signJws, verifyJws } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import { COMMAND_VERBS, type CommandVerb } from '../wire/subjects.js';
import { COMMAND_TYP, type CommandContent, commandClaims, isNote } from './command-content.js';

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
const MAX_LIFE = 120;
const CLAIMS = ['iss', 'iat', 'exp', 'aud', 'jti', 'verb', 'org', 'entry', 'note'];

/** Signs with an operator key; good for a minute. */
export function signCommand(
  content: CommandContent,
  { signer, ...by }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  return signJws(COMMAND_TYP, commandClaims(content, by), signer);
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
    typ: COMMAND_TYP,
    use: 'operator',
    key: directory.key,
    issuer: 'hub',
    audience: directory.federation,
    now,
  });
  const { iat, exp, verb, note } = payload;
  const life = Number(exp) - Number(iat);
  if (!(life > 0 && life <= MAX_LIFE)) throw fail('token-malformed', 'a command lives two minutes at most');
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
  return COMMAND_VERBS.some((verb) => verb === value);
}

function parseNote(verb: CommandVerb, note: Claims[string]): Pick<Command, 'note'> {
  if (verb !== 'discard' && note === undefined) return {};
  if (verb === 'discard' && isNote(note)) return { note };
  throw fail('token-malformed', '`discard` and nothing else has a note');
}

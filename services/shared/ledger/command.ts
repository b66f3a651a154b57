import { fail } from '../kernel/errors.js';
import {
  type EntryId,
  type NoticeId,
  type OrgId,
  parseCommandId,
  parseEntryId,
  parseNoticeId,
  parseOrgId,
} from '../kernel/ids.js';
import { digest, hexDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { type Claims, signJws, verifyJws } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import { COMMAND_VERBS, type CommandVerb, isQuarantineVerb } from '../wire/subjects.js';
import { parseEndedLog, recoveryEntry } from './command/ended-log.js';
import { parseReleased, type ReleaseInCommand } from './command/commanded-release.js';
import { COMMAND_TYP, type CommandContent, commandClaims, isNote, LEDGER_OWNER } from './command-content.js';

/** A verified command: signed for this federation with an operator key of the directory. */
export interface Command extends CommandContent {
  /** The person whom the directory names as the holder of the key. */
  readonly person: string;
  readonly kid: string;
  /** Digest of the token. The same `id` with other bytes is another command. */
  readonly digest: string;
  /** The exact compact JWS. */
  readonly token: string;
  /** Of a `release`. */
  readonly released?: ReleaseInCommand;
}

/** The longest lifetime of a command in seconds, which bounds how long it can be delayed on its way. */
const MAX_LIFE = 120;
const CLAIMS = [
  'iss',
  'iat',
  'exp',
  'aud',
  'jti',
  'verb',
  'org',
  'entry',
  'note',
  'epoch',
  'sequence',
  'notice',
  'checkpoint',
  'kept',
  'release',
  'first',
];
/** The verbs that must give a reason. */
const WITH_NOTE: readonly CommandVerb[] = ['discard', 'rule-out', 'baseline'];
/** The verbs that take the commands of two persons. */
const BY_TWO: readonly CommandVerb[] = ['cancel', 'recover'];

/** Returns the entry of a command about a notice, whose id is unique within its originator only. */
export function noticeEntry(originator: OrgId, notice: NoticeId): EntryId {
  return parseEntryId(hexDigest(`${originator}\n${notice}`));
}

/** Signs a command with an operator key. Resolves to a compact JWS that expires after a minute. */
export function signCommand(
  content: CommandContent,
  { signer, ...by }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  return signJws(COMMAND_TYP, commandClaims(content, by), signer);
}

/**
 * Verifies a command. Throws as `verifyJws` and `parseReleased` do, `id-invalid`, and `token-malformed` for a lifetime that is too
 * long or an unknown verb or claim. For a command on the ledger pass the time of its acceptance as `now`: it may have expired, or
 * its key been revoked, since then.
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
  if (!(life > 0 && life <= MAX_LIFE))
    throw fail('token-malformed', 'a command is valid for two minutes at most');
  if (!isVerb(verb) || Object.keys(payload).some((name) => !CLAIMS.includes(name))) {
    throw fail('token-malformed', 'not a known command');
  }
  return {
    id: parseCommandId(payload['jti']),
    verb,
    org: parseOrgId(payload['org']),
    entry: parseEntryId(payload['entry']),
    ...parseNote(verb, note),
    ...parsePlace(verb, payload),
    ...parseCancelled(verb, payload),
    ...parseRecovered(verb, payload, directory),
    ...(await parseReleased(verb, payload, { directory, now })),
    ...parseFirst(verb, payload),
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
  const isWithNote = WITH_NOTE.includes(verb);
  if (!isWithNote && note === undefined) return {};
  if (isWithNote && isNote(note)) return { note };
  throw fail('token-malformed', `only ${WITH_NOTE.join(', ')} have a note, and they must have one`);
}

function parsePlace(verb: CommandVerb, { epoch, sequence, org }: Claims): Pick<Command, 'place'> {
  if ((isQuarantineVerb(verb) || verb === 'cancel') === (org === LEDGER_OWNER))
    throw fail(
      'token-malformed',
      'only a command for the quarantine or about a notice names an organisation, and it must name one',
    );
  const isAbsent = epoch === undefined && sequence === undefined;
  if (verb !== 'rule-out' && isAbsent) return {};
  const isPlace = typeof epoch === 'string' && epoch.length <= 64 && isSequence(sequence);
  if (verb === 'rule-out' && isPlace) return { place: { epoch, sequence } };
  throw fail('token-malformed', 'only `rule-out` is about a record of the ledger, and it must name one');
}

function parseCancelled(verb: CommandVerb, { notice, org, entry }: Claims): Pick<Command, 'notice'> {
  if (verb !== 'cancel' && notice === undefined) return {};
  if (verb !== 'cancel') throw fail('token-malformed', 'only `cancel` is about a notice');
  const id = parseNoticeId(notice);
  if (entry !== noticeEntry(parseOrgId(org), id))
    throw fail('token-malformed', 'the entry is not that of the notice');
  return { notice: id };
}

function parseRecovered(
  verb: CommandVerb,
  { checkpoint, kept, entry }: Claims,
  { federation }: Pick<Directory, 'federation'>,
): Pick<Command, 'ended'> {
  if (verb !== 'recover' && checkpoint === undefined && kept === undefined) return {};
  if (verb !== 'recover') throw fail('token-malformed', 'only `recover` is about the log');
  const ended = parseEndedLog({ checkpoint, kept }, federation);
  if (entry !== recoveryEntry(ended)) throw fail('token-malformed', 'the entry is not that of the log');
  return { ended };
}

function parseFirst(verb: CommandVerb, { first }: Claims): Pick<Command, 'first'> {
  if (first === undefined) return {};
  if (BY_TWO.includes(verb)) return { first: parseCommandId(first) };
  throw fail('token-malformed', `only ${BY_TWO.join(' and ')} take a second command`);
}

const isSequence = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

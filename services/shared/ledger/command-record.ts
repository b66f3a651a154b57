import { type Code, fail } from '../kernel/errors.js';
import {
  type CommandId,
  type EntryId,
  type FrameId,
  type Jti,
  type NoticeId,
  type OrgId,
  parseCommandId,
  parseEntryId,
  parseNoticeId,
} from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import type { CommandVerb } from '../wire/subjects.js';
import { type Command, verifyCommand } from './command.js';
import { malformed, type RecordHead, type Recording, type SignedRecord, signRecord } from './record-head.js';
import { checkedPart } from './record-part-schemas.js';

/**
 * The outcome of a command; all but `accepted` are final. `would-…` answer a dry run. A cancellation, or the recovery of the
 * log, is `proposed` by one operator and carried out (`cancelled`, `recovered`) by another. A release is `submitted`: a record of its
 * own says what a router judged.
 */
export type CommandOutcome =
  | 'accepted'
  | 'routed'
  | 'refused'
  | 'discarded'
  | 'ruled-out'
  | 'adopted'
  | 'submitted'
  | 'proposed'
  | 'cancelled'
  | 'recovered'
  | 'would-route'
  | 'would-refuse';

/** The part about a command. */
export interface CommandPart {
  readonly type: 'command';
  readonly command: CommandId;
  readonly verb: CommandVerb;
  /** The holder of the operator key that signed it, as named by the directory at that time. */
  readonly person: string;
  readonly entry: EntryId;
  /** The notice of a `cancel`; and in the second command of a `cancel` or `recover` the one that proposed it. */
  readonly notice?: NoticeId;
  readonly first?: CommandId;
  /** Digest of the record of that command; present exactly where the outcome is `cancelled` or `recovered`. */
  readonly proposal?: string;
  /** Sequence of its message in the stream COMMAND; the same bytes in another message are a second use. */
  readonly seq: number;
  /** In seconds since 1970. */
  readonly accepted: number;
  /** Digest of the command as signed, which stands beside the statement. */
  readonly token: string;
  readonly outcome: CommandOutcome;
  /** The reason of a refusal, otherwise null. */
  readonly code: Code | null;
}

/** The result of a replay, or of its dry run, for one notice of the frame. */
export interface ResultPart {
  readonly type: 'result';
  /** Null if it could not be read. */
  readonly notice: Jti | null;
  /** The reason of a refusal. */
  readonly code: Code | null;
  readonly delivered: readonly OrgId[];
  readonly redacted: readonly OrgId[];
  readonly denied: readonly OrgId[];
}

/** The record of a command: the command as signed, with its outcome so far (`accepted` first, then the final one). */
export interface CommandRecord extends RecordHead {
  readonly type: 'command';
  readonly part: CommandPart;
  /** One for each notice of the replayed frame; of a dry run, the results it would have. */
  readonly results: readonly ResultPart[];
  readonly token: string;
}

/**
 * Reads the parts of a command record without verifying the command itself. Throws `token-malformed`,
 * `schema-invalid`, `id-invalid`, and `digest-mismatch` when `token` is not the command that the part names.
 */
export function readCommandRecord(
  head: RecordHead,
  token: string,
  values: readonly unknown[],
): CommandRecord {
  const { part, results } = parseCommandParts(values);
  if (token === '') throw malformed();
  if (part.token !== digest(token))
    throw fail('digest-mismatch', 'the command beside a record is not the one that it names');
  return { ...head, type: 'command', part, results, token };
}

/** Validates a command's part and the results after it. */
function parseCommandParts([first, ...rest]: readonly unknown[]): {
  readonly part: CommandPart;
  readonly results: readonly ResultPart[];
} {
  const part = checkedPart<CommandPart>(first, ['command']);
  parseCommandId(part.command);
  parseEntryId(part.entry);
  if (part.notice !== undefined) parseNoticeId(part.notice);
  if (part.first !== undefined) parseCommandId(part.first);
  return { part, results: rest.map((value) => checkedPart<ResultPart>(value, ['result'])) };
}

/**
 * Verifies the operator's signature of the recorded command, as of its acceptance; the hub's signature covers only the
 * outcome. Throws as `verifyCommand` does, and `digest-mismatch` if record and command disagree.
 */
export async function verifyCommandIn(record: CommandRecord, directory: Directory): Promise<Command> {
  const { org, part, token } = record;
  const command = await verifyCommand(token, { directory, now: new Date(part.accepted * 1000) });
  const agrees =
    command.id === part.command &&
    command.verb === part.verb &&
    command.person === part.person &&
    command.entry === part.entry &&
    command.notice === part.notice &&
    command.first === part.first &&
    command.org === org;
  if (agrees) return command;
  throw fail('digest-mismatch', 'a record contradicts the command in it');
}

/** Signs the record of a command with the hub's key. */
export function signCommandRecord(
  content: {
    readonly org: OrgId;
    readonly frame: FrameId;
    readonly token: string;
    readonly part: CommandPart;
    readonly results: readonly ResultPart[];
  },
  recording: Recording,
): Promise<SignedRecord> {
  const { org, frame, token, part, results } = content;
  const [claims, parts, beside] = [{ type: 'command' }, [part, ...results], { command: token }];
  return signRecord({ typ: 'command-record+jws', org, frame, claims, parts, beside }, recording);
}

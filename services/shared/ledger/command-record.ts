import { fail } from '../kernel/errors.js';
import type { FrameId, OrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { type Command, verifyCommand } from './command.js';
import { malformed, type RecordHead, type Recording, type SignedRecord, signRecord } from './record-head.js';
import { type CommandPart, parseCommandParts, type ResultPart } from './record-parts.js';

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

import { fail } from '../kernel/errors.js';
import type { FrameId, OrgId } from '../kernel/ids.js';
import type { Directory } from '../trust/directory.js';
import { type Command, verifyCommand } from './command.js';
import { malformed, type RecordHead, type Recording, type SignedRecord, signRecord } from './record-head.js';
import { type CommandPart, parseCommandParts, type ResultPart } from './record-parts.js';

/** A command as its person signed it, with what became of it: accepted, then its outcome. */
export interface CommandRecord extends RecordHead {
  readonly type: 'command';
  readonly part: CommandPart;
  /** Of each notice that a replayed frame holds, or would. */
  readonly results: readonly ResultPart[];
  readonly token: string;
}

/** Throws `token-malformed`, `schema-invalid`, `id-invalid`. The command itself is not verified by that. */
export function readCommandRecord(
  head: RecordHead,
  token: string,
  values: readonly unknown[],
): CommandRecord {
  const { part, results } = parseCommandParts(values);
  if (token === '') throw malformed();
  return { ...head, type: 'command', part, results, token };
}

/**
 * The command once more by its person's signature, as of when it was accepted: the hub's says only what became of it.
 * Throws as `verifyCommand` does, and `digest-mismatch` when the record says something else of it than it says itself.
 */
export async function verifyCommandIn(record: CommandRecord, directory: Directory): Promise<Command> {
  const { org, part, token } = record;
  const command = await verifyCommand(token, { directory, now: new Date(part.accepted * 1000) });
  const agrees =
    command.id === part.command &&
    command.verb === part.verb &&
    command.person === part.person &&
    command.entry === part.entry &&
    command.org === org;
  if (agrees) return command;
  throw fail('digest-mismatch', 'a record says something else of a command than the command');
}

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

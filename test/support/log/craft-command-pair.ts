import { v7 as uuidv7 } from 'uuid';
import { seconds } from '../../../services/shared/kernel/clock.js';
import {
  type CommandId,
  type OrgId,
  parseCommandId,
  parseFrameId,
} from '../../../services/shared/kernel/ids.js';
import { signCommand, verifyCommand } from '../../../services/shared/ledger/command.js';
import type { CommandContent } from '../../../services/shared/ledger/command-content.js';
import { type CommandPart, signCommandRecord } from '../../../services/shared/ledger/command-record.js';
import type { SignedRecord } from '../../../services/shared/ledger/record-head.js';
import { digest, hexDigest } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { Signer } from '../../../services/shared/trust/keys.js';

interface CraftedCommand extends SignedRecord {
  readonly token: string;
}

/** An order of two persons. */
interface CraftedPair {
  readonly proposal: CraftedCommand;
  readonly record: CraftedCommand;
}

interface PairParams {
  readonly about: Omit<CommandContent, 'id' | 'first'> & { readonly org: OrgId };
  readonly outcome: CommandPart['outcome'];
  /** The signers of the proposal and of the second command. */
  readonly by: readonly [Signer, Signer];
  /** Replaces fields of the part in the first record. */
  readonly proposed?: Partial<CommandPart>;
  /** Replaces fields of the part in the second record; `first` in its command, too. */
  readonly part?: Partial<CommandPart>;
  readonly now?: () => Date;
}

/** Crafts the commands of two persons, and the records of them that a router makes. */
export async function craftCommandPair(
  { directory, signer: router }: { readonly directory: Directory; readonly signer: Signer },
  { about, outcome, by: [one, other], proposed = {}, part = {}, now = () => new Date() }: PairParams,
): Promise<CraftedPair> {
  const { federation } = directory;
  const { org, verb, entry, notice } = about;
  const [first, second] = [parseCommandId(uuidv7()), parseCommandId(uuidv7())];
  const record = async (
    id: CommandId,
    signer: Signer,
    more: Partial<CommandPart>,
  ): Promise<CraftedCommand> => {
    const content = { ...about, id, ...(more.first && { first: more.first }) };
    const token = await signCommand(content, { signer, federation, now: now() });
    const { person } = await verifyCommand(token, { directory, now: now() });
    const said = {
      command: id,
      verb,
      person,
      entry,
      ...(notice && { notice }),
      seq: 1,
      accepted: seconds(now()),
      token: digest(token),
    };
    const made = { type: 'command', ...said, outcome: 'proposed', code: null, ...more } as const;
    const frame = parseFrameId(hexDigest(token));
    const recording = { signer: router, federation, now: now() };
    return {
      ...(await signCommandRecord({ org, frame, token, part: made, results: [] }, recording)),
      token,
    };
  };
  const proposal = await record(first, one, proposed);
  const named = { first, proposal: proposal.digest, outcome, ...part };
  return { proposal, record: await record(second, other, named) };
}

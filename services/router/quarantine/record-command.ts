import { fail } from '../../shared/kernel/errors.js';
import { type CommandPart, type ResultPart, signCommandRecord } from '../../shared/ledger/command-record.js';
import { applyCommand } from '../ledger/apply-quarantine.js';
import type { Hub } from '../hub.js';
import { recordingBy } from '../recording-by.js';
import { expectFirstUse, type Order } from './open-command.js';
import { retryOnConflict } from '../retry-on-conflict.js';

/** The outcome of a command. */
export interface CommandResolution extends Pick<CommandPart, 'outcome' | 'code'> {
  readonly results?: readonly ResultPart[];
  /** Of a recall that is carried out: digest of the record of the command that proposed it. */
  readonly proposal?: string;
}

/**
 * The outcome of a command, or the function that judges it. The function is called for the position at which the outcome is
 * recorded, and again after a conflict, so that no other record can come between judgement and record.
 */
export type CommandJudgement = CommandResolution | (() => CommandResolution);

/**
 * Records a command with its outcome, unless that outcome or a final one is recorded already. Writes after
 * the position that it read, so that only one of two routers accepts the command and neither acts on an entry
 * that the other closed. Throws `command-used`, `not-ready` when the entry changed since the command was
 * opened, and as `LedgerWriter.write` does.
 */
export function recordCommand(hub: Hub, order: Order, judgement: CommandJudgement): Promise<void> {
  const { quarantine, ledger } = hub.store;
  const { id, org, entry } = order.command;
  return retryOnConflict(async () => {
    const position = ledger.lastSeq(org);
    const known = quarantine.command(id);
    expectFirstUse(order, known);
    const said = typeof judgement === 'function' ? judgement() : judgement;
    if (known !== undefined && (known.outcome !== 'accepted' || said.outcome === 'accepted')) return;
    const isSame = quarantine.find({ org, entry })?.reason === order.known?.reason;
    if (known === undefined && !isSame) throw fail('not-ready', 'the entry changed meanwhile');
    await write(hub, order, { said, position });
  });
}

async function write(
  { store, ledger, signer, clock }: Hub,
  { command, directory, frame, seq, accepted }: Order,
  { said, position }: { readonly said: CommandResolution; readonly position: number },
): Promise<void> {
  const { id, org, verb, person, entry, token, notice, first, released } = command;
  const { outcome, code, results = [], proposal } = said;
  const about = {
    command: id,
    verb,
    person,
    entry,
    seq,
    accepted,
    token: command.digest,
    ...(notice === undefined ? {} : { notice }),
    ...(first === undefined ? {} : { first }),
    ...(proposal === undefined ? {} : { proposal }),
  };
  const part = { type: 'command', ...about, outcome, code } as const;
  const now = clock();
  const content = { org, frame, token, part, results };
  const by = recordingBy({ signer, ledger }, directory, now);
  const { bytes, digest } = await signCommandRecord(content, by);
  const record = { ...content, digest, issuedAt: now };
  const apply: Parameters<typeof ledger.write>[0]['apply'] = (recordPosition) =>
    applyCommand(store, released === undefined ? record : { ...record, released }, recordPosition);
  await ledger.write({ org, position, bytes, digest, apply });
}

import type { EndedLog } from '../../shared/ledger/command-content.js';
import { type Recovery, verifyRecovery } from '../../shared/ledger/command/recovery.js';
import type { Directory } from '../../shared/trust/directory.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { LiaisonError } from '../../shared/kernel/errors.js';
import { type CommandPair, frames } from '../../shared/wire/frames.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import type { Archive } from '../archive.js';
import type { RecordClaims } from '../record-facts.js';
import type { BegunBy } from './life-file.js';
import type { LackingLog } from './lacking-log.js';

interface OrderDeps {
  readonly archive: Pick<Archive, 'read' | 'count' | 'numbersWith'>;
  readonly directory: () => Directory;
  readonly now: () => Date;
}

/** Searches the auditor's file for the order of two persons that ends this log. Each call reads only new records. */
export type FindOrder = (lacking: LackingLog) => Promise<BegunBy | undefined>;

/** Creates the search. Records are searched again for another log. */
export function createFindOrder(deps: OrderDeps): FindOrder {
  let searched = 0;
  let named: string | undefined;
  return async (lacking) => {
    const name = JSON.stringify(lacking);
    if (name !== named) [searched, named] = [lacking.after, name];
    const last = deps.archive.count();
    for await (const entry of last === searched ? [] : deps.archive.read(searched + 1, last - searched)) {
      const proposal = numberOfProposal(entry, deps.archive);
      const begunBy = proposal === undefined ? undefined : { record: entry.number, proposal };
      if (begunBy !== undefined && (await isOrder(begunBy, lacking, deps))) return begunBy;
    }
    searched = last;
    return undefined;
  };
}

/** Reads the records of an order. */
export async function readOrder(
  { record, proposal }: BegunBy,
  { read }: Pick<Archive, 'read'>,
): Promise<CommandPair> {
  const bytesOf = async (number: number): Promise<Uint8Array> => {
    for await (const { bytes } of read(number, 1)) return bytes;
    return new Uint8Array();
  };
  return { record: await bytesOf(record), proposal: await bytesOf(proposal) };
}

/** Returns the number of the record that an executed `recover` names as its proposal; undefined for any other record, or without it. */
export function numberOfProposal(
  { bytes, ruledOut }: KeptEntry,
  { numbersWith }: Pick<Archive, 'numbersWith'>,
): number | undefined {
  const { command = '', statement } = ruledOut === undefined ? frames.record.decode(bytes) : {};
  const [leaf] = command === '' ? [] : (statement?.leaves ?? []);
  const { outcome, proposal } = leaf === undefined ? {} : (parseStrictJson(leaf.part) as RecordClaims);
  return outcome === 'recovered' ? numbersWith(String(proposal))[0] : undefined;
}

async function isOrder(
  begunBy: BegunBy,
  ended: EndedLog,
  { archive, directory, now }: OrderDeps,
): Promise<boolean> {
  const found = await verified(await readOrder(begunBy, archive), { directory: directory(), now: now() });
  return found?.ended.checkpoint === ended.checkpoint && found.ended.kept === ended.kept;
}

/** Resolves to undefined for records that are no order of two persons. */
async function verified(
  pair: CommandPair,
  reading: { readonly directory: Directory; readonly now: Date },
): Promise<Recovery | undefined> {
  return verifyRecovery(pair, reading).catch((thrown: unknown) => {
    if (thrown instanceof LiaisonError && thrown.family !== 'operational') return undefined;
    throw thrown;
  });
}

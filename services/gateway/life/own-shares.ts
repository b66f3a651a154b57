import { isHolding } from '../../shared/kernel/receipt-types.js';
import type { JsonObject } from '../../shared/kernel/json-object.js';
import type { ItemRow, MeantHolder } from '../../shared/store/gateway/gateway-items.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { ShownReceipt } from '../../shared/store/gateway/answers/shown-receipts.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { frames } from '../../shared/wire/frames.js';
import { givenBy } from '../own-decisions.js';

/** What one recipient may hold of an own notice, by the reports, receipts and own actions on it. */
export interface OwnShare {
  readonly org: string;
  /** The number of the newest revision that it was allowed. */
  readonly number: number;
  /** The sections that it may hold, those that an unseal disclosed included. */
  readonly sections: readonly string[];
  /** The sections that an unseal disclosed. */
  readonly unsealed: readonly string[];
  /** Its receipt for that revision; undefined while none has arrived. */
  readonly receipt: ShownReceipt | undefined;
}

/**
 * Returns what each recipient may hold of an own notice, sorted by organisation. A recipient is listed if a
 * report allows it a revision, unless its receipt says that it holds nothing of that revision, or an own
 * action took the whole notice away. `revisions` are those of one notice.
 */
export function sharesOf(
  store: Pick<GatewayStore, 'settlement' | 'items'>,
  revisions: readonly OwnRow[],
): readonly OwnShare[] {
  const given = new Map<string, OwnShare>();
  for (const own of revisions.toSorted((a, b) => a.number - b.number)) {
    const receipts = new Map(store.settlement.receiptsOf(own.seq).map((one) => [one.org, one]));
    for (const decision of givenBy(store, own)) {
      const org = String(decision['to']);
      const receipt = receipts.get(org);
      if (receipt !== undefined && !isHolding(receipt.type)) continue;
      given.set(org, {
        org,
        number: own.number,
        sections: words(decision['sections']),
        unsealed: [],
        receipt,
      });
    }
  }
  const [{ id } = { id: '' }] = revisions;
  return sharesAfter([...given.values()], store.items.of('', id).filter(isRecorded));
}

const isRecorded = ({ state }: ItemRow): boolean => state === 'routed' || state === 'settled';

/**
 * Applies the recorded actions on a notice to shares of it, sorted by organisation. A withdrawal or a recall ends every share;
 * any other action changes a share only if its number is above the revision of the share, because a later revision
 * opens again what was barred before it.
 */
export function sharesAfter(
  shares: readonly OwnShare[],
  actions: readonly Pick<ItemRow, 'verb' | 'number' | 'fields'>[],
): readonly OwnShare[] {
  if (actions.some(({ verb }) => verb === 'withdraw' || verb === 'cancel')) return [];
  const given = new Map(shares.map((share) => [share.org, share]));
  for (const { verb, number, fields } of actions.toSorted((a, b) => a.number - b.number))
    for (const leaf of fields.meant ?? []) {
      const share = given.get(leaf.to);
      if (share === undefined || number <= share.number) continue;
      const left = shareAfter(share, verb, leaf);
      if (left === undefined) given.delete(leaf.to);
      else given.set(leaf.to, left);
    }
  return [...given.values()].toSorted((a, b) => (a.org < b.org ? -1 : 1));
}

/** Applies one leaf of a listed action to the share of its holder; undefined when nothing is left of it. */
function shareAfter(
  share: OwnShare,
  verb: string,
  { sections: barred, section }: MeantHolder,
): OwnShare | undefined {
  if (verb === 'unseal' && section !== undefined) {
    const sections = [...new Set([...share.sections, section])];
    return { ...share, sections, unsealed: [...new Set([...share.unsealed, section])] };
  }
  if (verb !== 'restrict') return share;
  if (barred === undefined) return undefined;
  const keeps = (one: string): boolean => !barred.includes(one);
  return { ...share, sections: share.sections.filter(keeps), unsealed: share.unsealed.filter(keeps) };
}

/** Returns the attributes of a revision that policy reads, as its report has them; undefined before the report. */
export function attributesIn(jti: string, records: readonly Uint8Array[]): JsonObject | undefined {
  const start = `{"type":"notice","jti":"${jti}"`;
  for (const record of records)
    for (const { part } of frames.record.decode(record).statement?.leaves ?? []) {
      const text = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
      if (!text.subarray(0, start.length).equals(Buffer.from(start))) continue;
      return (JSON.parse(text.toString()) as { readonly attributes: JsonObject }).attributes;
    }
  return undefined;
}

const words = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

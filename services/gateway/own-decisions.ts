import { groupBy } from '../shared/kernel/group-by.js';
import type { JsonObject } from '../shared/kernel/json-object.js';
import { parseOrgId } from '../shared/kernel/ids.js';
import { eachSaid } from '../shared/ledger/report/spelled-out.js';
import type { HeldPart } from '../shared/ledger/record-parts.js';
import type { OwnRow } from '../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../shared/store/gateway/gateway-store.js';
import { claimsIn } from '../shared/trust/token-claims.js';
import { frames } from '../shared/wire/frames.js';
import { partOf, requireSet } from './signed-parts.js';

/**
 * Returns one decision for each recipient of a revision: what its report and its narrowings both leave. A
 * narrowing only takes away, so the order of the records does not matter.
 */
export function decisionsOn(jti: string, records: readonly Uint8Array[]): readonly JsonObject[] {
  const merged = new Map<string, JsonObject>();
  for (const decision of records.flatMap((record) => decisionsIn(record, jti))) {
    const before = merged.get(String(decision['to']));
    merged.set(String(decision['to']), before === undefined ? decision : intersect(before, decision));
  }
  return [...merged.values()].toSorted((a, b) => String(a['to']).localeCompare(String(b['to'])));
}

/**
 * Returns the decision by which each recipient was given a revision; none for a recipient that got nothing. For a recipient
 * that signed a receipt, it is the decision of the records that the receipt names: a later record does not narrow a copy
 * that was on its way.
 */
export function givenBy(
  { settlement }: Pick<GatewayStore, 'settlement'>,
  { seq, id, number }: Pick<OwnRow, 'seq' | 'id' | 'number'>,
): readonly JsonObject[] {
  const jti = `${id}.${number}`;
  const records = settlement.recordsOf(seq);
  const left = decisionsOn(jti, records);
  // With one record, each delivery rested on it.
  const receipts = records.length < 2 ? [] : settlement.signedReceiptsOf(seq);
  const delivered = new Map<string, JsonObject>();
  // Most receipts name the same records, which are read once.
  for (const [names, signed] of groupBy(receipts, (receipt) => receipt.records.join())) {
    const orgs = new Set(signed.map(({ org }) => org));
    const named = names.split(',').flatMap((digest) => settlement.recordNamed(digest)?.bytes ?? []);
    for (const one of decisionsOn(jti, named)) {
      const to = String(one['to']);
      if (orgs.has(to)) delivered.set(to, one);
    }
  }
  return left.map((decision) => delivered.get(String(decision['to'])) ?? decision).filter(isGiven);
}

const isGiven = ({ outcome }: JsonObject): boolean => outcome !== 'denied';

/** How the parts begin that list the rules, and the members to which a denial without names applies. */
const LISTS = ['"type":"tree"', '"type":"basis"', '"type":"members"'];

/**
 * Reads the decisions on one revision from a record. Parts about other notices stay unparsed: parsing all of
 * them took a tenth of a busy gateway's time.
 */
export function decisionsIn(record: Uint8Array, jti: string): readonly JsonObject[] {
  const { statement, leaves } = requireSet(frames.record.decode(record).statement);
  const about = leaves
    .map(({ part }) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))
    .filter((bytes) => bytes.includes(jti) || LISTS.some((type) => bytes.includes(type)))
    .map((bytes) => JSON.parse(bytes.toString('utf8')) as HeldPart);
  const relevant = about.filter((part) => !('jti' in part) || part.jti === jti);
  const { org, type } = partOf(claimsIn(statement));
  const reason = type === 'narrowing' ? 'narrowing' : 'routing';
  return eachSaid(relevant, { originator: parseOrgId(org), reason })
    .filter(({ type }) => type === 'decision')
    .map(partOf);
}

/**
 * Intersects two decisions. `denied` wins; else the result has the sections that both disclose, and the
 * obligations and rules of either.
 */
function intersect(a: JsonObject, b: JsonObject): JsonObject {
  if (a['outcome'] === 'denied') return a;
  if (b['outcome'] === 'denied') return b;
  const sections = listOf(a['sections']).filter((section) => listOf(b['sections']).includes(section));
  const both = (name: string): readonly unknown[] => [...listOf(a[name]), ...listOf(b[name])];
  const present = [...both('sections'), ...both('withheld')];
  const withheld = new Set(present.filter((section) => !sections.includes(section)));
  const rules = new Map(both('rules').map((rule) => [JSON.stringify(rule), rule]));
  return {
    ...a,
    outcome: withheld.size === 0 ? 'delivered' : 'redacted',
    sections,
    withheld: [...withheld].toSorted(),
    obligations: [...new Set(both('obligations'))].toSorted(),
    rules: [...rules.keys()].toSorted().map((key) => rules.get(key)),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

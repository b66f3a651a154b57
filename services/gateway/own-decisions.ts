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
 * Returns the decision by which each recipient was given a revision; none for a recipient that got nothing. Where a later
 * record denies a recipient whose copy was on its way, the decision is that of the records which its receipt names.
 */
export function givenBy(
  { settlement }: Pick<GatewayStore, 'settlement'>,
  { seq, id, number }: Pick<OwnRow, 'seq' | 'id' | 'number'>,
): readonly JsonObject[] {
  const jti = `${id}.${number}`;
  const receipts = new Map(settlement.signedReceiptsOf(seq).map((one) => [one.org, one.records]));
  return decisionsOn(jti, settlement.recordsOf(seq)).flatMap((decision) => {
    if (!isDenied(decision)) return [decision];
    const { to } = decision;
    const named = (receipts.get(String(to)) ?? []).flatMap(
      (digest) => settlement.recordNamed(digest)?.bytes ?? [],
    );
    return decisionsOn(jti, named).filter((one) => one['to'] === to && !isDenied(one));
  });
}

const isDenied = ({ outcome }: JsonObject): boolean => outcome === 'denied';

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

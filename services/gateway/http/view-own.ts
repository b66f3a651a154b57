import type { JsonObject } from '../../shared/kernel/json-object.js';
import { eachSaid } from '../../shared/ledger/others.js';
import type { HeldPart } from '../../shared/ledger/record-parts.js';
import { partOf } from '../signed-parts.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { KeptReceipt } from '../../shared/store/gateway/gateway-settle.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { readOwnCopy } from './stored-copy.js';
import { frames } from '../../shared/wire/frames.js';

/** A receipt, which was verified when it arrived. */
interface ReceiptView {
  readonly type: string;
  readonly at: string;
  readonly kid: string;
  readonly verified: true;
  readonly code?: string;
}

interface RecipientView {
  readonly org: string;
  readonly outcome: string;
  readonly sections: unknown;
  readonly withheld: unknown;
  readonly obligations: unknown;
  readonly rules: unknown;
  readonly because?: unknown;
  readonly receipt: ReceiptView | null;
}

/** Shows an own notice in a list. */
export function viewOwn({ id, revision, number, kind, state, code, header, at }: OwnRow) {
  return {
    id,
    revision,
    number,
    kind,
    state,
    ...(code === null ? {} : { code }),
    submittedAt: new Date(at).toISOString(),
    header: header === null ? null : (JSON.parse(header) as JsonObject),
    href: `/v1/notices/${id}`,
  };
}

/** Merges report, later narrowings, status and receipts of an own notice (docs/formats.md#outcomes). */
export function viewOwnFully(store: GatewayStore, own: OwnRow) {
  const { seq, id, revision } = own;
  const decisions = decisionsOn(`${id}.${revision}`, store.settlement.recordsOf(seq));
  const receipts = new Map(store.settlement.receiptsOf(seq).map((receipt) => [receipt.org, receipt]));
  const status = new Map(store.settlement.waitingOf(seq).map((pair) => [pair.org, pair.status]));
  return {
    ...viewOwn(own),
    recipients: decisions.map((part): RecipientView => {
      const org = String(part['to']);
      return viewRecipient(part, receipts.get(org), status.get(org) ?? null);
    }),
  };
}

/** The sections of an own notice as they were submitted; null once it has ended. */
export function ownSectionsOf(store: GatewayStore, { seq }: OwnRow): JsonObject | null {
  const sdJwt = store.own.sdJwt(seq);
  return sdJwt === undefined ? null : readOwnCopy(sdJwt).sections;
}

/** Merges the records on a notice for each recipient. Report and narrowings only remove, so their order does not matter. */
function decisionsOn(jti: string, records: readonly Uint8Array[]): readonly JsonObject[] {
  const merged = new Map<string, JsonObject>();
  for (const decision of records.flatMap((record) => decisionsIn(record, jti))) {
    const before = merged.get(String(decision['to']));
    merged.set(String(decision['to']), before === undefined ? decision : intersect(before, decision));
  }
  return [...merged.values()].toSorted((a, b) => String(a['to']).localeCompare(String(b['to'])));
}

/**
 * Reads the decisions on one notice. Leaves about others stay unparsed: parsing all took a tenth of a busy
 * gateway's time.
 */
function decisionsIn(record: Uint8Array, jti: string): readonly JsonObject[] {
  const leaves = frames.record.decode(record).statement?.leaves ?? [];
  const about = leaves
    .map(({ part }) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))
    .filter((bytes) => bytes.includes(jti) || bytes.includes('"type":"members"'))
    .map((bytes) => JSON.parse(bytes.toString('utf8')) as HeldPart);
  const own = about.filter((part) => part.type === 'members' || part.jti === jti);
  return eachSaid(own)
    .filter(({ type }) => type === 'decision')
    .map(partOf);
}

/** Intersects two decisions: denied wins; else the sections that both disclose, with obligations and rules of both. */
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

function viewRecipient(
  part: JsonObject,
  receipt: KeptReceipt | undefined,
  status: string | null,
): RecipientView {
  const { to, outcome, sections, withheld, obligations, rules, because } = part;
  const later = status === 'parked' || status === 'deferred' ? status : String(outcome);
  return {
    org: String(to),
    outcome: receipt?.type === 'rejected' ? 'rejected' : later,
    sections,
    withheld,
    obligations,
    rules,
    ...(because === undefined ? {} : { because }),
    receipt: receipt ? viewReceipt(receipt) : null,
  };
}

function viewReceipt({ type, at, kid, code }: KeptReceipt): ReceiptView {
  return {
    type,
    at: new Date(at).toISOString(),
    kid,
    verified: true,
    ...(code === null ? {} : { code }),
  };
}

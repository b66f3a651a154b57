import type { JsonObject } from '../../shared/kernel/json-object.js';
import type { MemberState } from '../../shared/wire/shown-member.js';
import { type Members, membershipOf } from '../identity.js';
import { decisionsOn } from '../own-decisions.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { ShownReceipt } from '../../shared/store/gateway/answers/shown-receipts.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { readOwnCopy } from './stored-copy.js';

/** What a recipient last said: its signature and its root were verified against report and notices when it arrived. */
interface ReceiptView {
  readonly type: string;
  readonly at: string;
  readonly kid: string;
  /** False for a receipt whose root is not the promised one: `code` is `delivery-differs`. */
  readonly verified: boolean;
  readonly code?: string;
}

interface RecipientView {
  readonly org: string;
  /** Absent for a member in force. */
  readonly membership?: MemberState;
  readonly outcome: string;
  readonly sections: unknown;
  readonly withheld: unknown;
  readonly obligations: unknown;
  readonly rules: unknown;
  readonly because?: unknown;
  readonly receipt: ReceiptView | null;
}

/** Shows an own notice in a list. */
export function viewOwn(store: Pick<GatewayStore, 'own'>, row: OwnRow) {
  const { id, revision, number, kind, state, code, header, at, breakGlass: reason } = row;
  const use = () => ({ reason, approver: row.breakGlassKid, finding: store.own.findingOn(row) });
  return {
    id,
    revision,
    number,
    kind,
    state,
    ...(code === null ? {} : { code }),
    submittedAt: new Date(at).toISOString(),
    ...(reason === null ? {} : { breakGlass: use() }),
    header: header === null ? null : (JSON.parse(header) as JsonObject),
    href: `/v1/notices/${id}`,
  };
}

/** Merges report, later narrowings, status and receipts of an own notice (docs/formats.md#outcomes). */
export function viewOwnFully(store: GatewayStore, own: OwnRow, members: Members) {
  const { seq, id, number } = own;
  const decisions = decisionsOn(`${id}.${number}`, store.settlement.recordsOf(seq));
  const receipts = new Map(store.settlement.receiptsOf(seq).map((receipt) => [receipt.org, receipt]));
  const status = new Map(store.settlement.waitingOf(seq).map((pair) => [pair.org, pair.status]));
  return {
    ...viewOwn(store, own),
    recipients: decisions.map((part): RecipientView => {
      const org = String(part['to']);
      return {
        ...viewRecipient(part, receipts.get(org), status.get(org) ?? null),
        ...membershipOf(members, org),
      };
    }),
    ...(own.state === 'lost' ? { lostRecipients: store.lost.recipientsOf(id) } : {}),
  };
}

/** The sections of an own notice as they were submitted; null once it has ended. */
export function ownSectionsOf(store: GatewayStore, { seq }: OwnRow): JsonObject | null {
  const sdJwt = store.own.sdJwt(seq);
  return sdJwt === undefined ? null : readOwnCopy(sdJwt).sections;
}

function viewRecipient(
  part: JsonObject,
  receipt: ShownReceipt | undefined,
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

function viewReceipt({ type, at, kid, code, verified }: ShownReceipt): ReceiptView {
  return {
    type,
    at: new Date(at).toISOString(),
    kid,
    verified,
    ...(code === null ? {} : { code }),
  };
}

import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { noticeIdOf, type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import { createRecordProver } from '../../shared/ledger/delivery/record-proof.js';
import type { SharePart } from '../../shared/ledger/record-own-parts.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import type { Conviction, ConvictionRecord } from '../../shared/verify/conviction.js';
import { type OwedClaim, signOwed } from '../../shared/verify/owed-claim.js';
import { packLeafOf } from '../../shared/verify/pack-parts.js';
import { frames, type RecordProof } from '../../shared/wire/frames.js';
import { sectionsOfCopy, withoutSections } from '../holding/change-copy.js';
import { federationOf } from '../identity.js';
import { requireSet } from '../signed-parts.js';
import type { EvidenceDeps } from './own-pack.js';

/** Kept evidence as it is listed. */
export interface ListedEvidence {
  readonly id: string;
  /** The name of the alarm that it caused. */
  readonly what: Conviction['what'];
  readonly originator: string;
  readonly recipient: string;
  readonly frame: string;
  /** When it was kept, ISO 8601. */
  readonly at: string;
}

/** Lists the kept evidence, oldest first; a recall of the hub that contradicts its records has no delivery to convict by. */
export function listEvidence({ identity, store }: EvidenceDeps): readonly ListedEvidence[] {
  return kept(store).map((one): ListedEvidence => {
    const { what, org, frame, digest, at } = one;
    const [originator, recipient] = what === 'dispute' ? [identity.org, org] : [org, identity.org];
    const name = what === 'contradiction' ? 'delivery-contradicts-record' : disputeName(store, one);
    return { id: digest, what: name, originator, recipient, frame, at: new Date(at).toISOString() };
  });
}

const kept = ({ evidence }: GatewayStore): readonly KeptEvidence[] =>
  evidence.all().filter(({ what, org }) => what === 'dispute' || org !== 'hub');

function disputeName(store: GatewayStore, one: KeptEvidence): Conviction['what'] {
  return conflictWith(store, receiptIn(one)) === undefined ? 'delivery-differs' : 'receipt-conflict';
}

/**
 * Returns one piece of kept evidence as a file: a conviction, or a claim where a recipient did not send along the hub's
 * statement that its receipt answers. Undefined for an unknown id. Copies of notices are shown only with `content`.
 */
export async function evidenceFile(
  deps: EvidenceDeps,
  id: string,
  { content }: { readonly content: boolean },
): Promise<Conviction | OwedClaim | undefined> {
  const one = kept(deps.store).find(({ digest }) => digest === id);
  if (one === undefined) return undefined;
  if (one.what === 'contradiction') return contradictionFile(deps, one);
  const { statement, delivery } = receiptIn(one);
  const conflict = conflictWith(deps.store, { statement, delivery });
  const named = namedIn(statement);
  const common = {
    kind: 'conviction',
    originator: deps.identity.org,
    recipient: parseOrgId(one.org),
    directory: shownTo(deps, one.org),
  } as const;
  if (conflict !== undefined) {
    const receipts = [conflict, statement];
    const none = { statement: null, records: [], copies: [] };
    return { ...common, what: 'receipt-conflict', accused: one.org, ...none, receipts };
  }
  const isHub = delivery !== '' && namedIn(delivery).root === named.root;
  const proofs = proofsFor(deps.store, one.org as OrgId, named.records);
  const copies = content ? copiesOf(deps.store, proofs, one.frame) : [];
  // Without copies the receipt alone does not convict: its recipient must show what it answers.
  if (delivery === '' && copies.length === 0) return owedBy(deps, one, named);
  return {
    ...common,
    what: 'delivery-differs',
    accused: isHub ? 'hub' : one.org,
    statement: delivery === '' ? null : delivery,
    records: proofs.map(recordOf),
    receipts: [statement],
    copies,
  };
}

/** A delivery that contradicts its records: nothing of it was held, so that there are no copies. */
function contradictionFile(deps: EvidenceDeps, { org, bytes }: KeptEvidence): Conviction {
  const { statement, records } = frames.delivery.decode(bytes);
  return {
    kind: 'conviction',
    what: 'delivery-contradicts-record',
    accused: 'hub',
    originator: parseOrgId(org),
    recipient: deps.identity.org,
    directory: shownTo(deps, org),
    statement,
    records: records.map(recordOf),
    receipts: [],
    copies: [],
  };
}

async function owedBy(
  deps: EvidenceDeps,
  { org, at }: KeptEvidence,
  { delivery }: NamedStatement,
): Promise<OwedClaim> {
  const { identity } = deps;
  const owed = {
    what: 'delivery-statement',
    owes: parseOrgId(org),
    since: new Date(at),
    frame: parseFrameId(delivery),
  } as const;
  const by = { signer: identity.noticeSigner, federation: federationOf(identity), now: identity.clock() };
  return { kind: 'claim', directory: shownTo(deps, org), statement: await signOwed(owed, by) };
}

interface SentReceipt {
  readonly statement: string;
  readonly delivery: string;
}

function receiptIn({ bytes }: KeptEvidence): SentReceipt {
  const [receipt] = frames.receipt.decode(bytes).receipts;
  return { statement: receipt?.statement ?? '', delivery: receipt?.delivery ?? '' };
}

/** What receipts and delivery statements name; they were verified before they were kept. */
interface NamedStatement {
  readonly delivery: string;
  readonly records: readonly string[];
  readonly root: string;
}

const namedIn = (token: string): NamedStatement => claimsIn(token) as NamedStatement;

/** Finds a receipt of the same recipient for the same delivery and records with another root. */
function conflictWith(
  { evidence, frames: own }: GatewayStore,
  { statement }: SentReceipt,
): string | undefined {
  const { iss, delivery, records, root } = claimsIn(statement) as NamedStatement & { readonly iss: string };
  const number = own.byId(delivery)?.number;
  if (number === undefined) return undefined;
  const others = evidence.receiptsOn(number).filter(({ org }) => org === iss);
  return others
    .map(({ jws }) => jws)
    .find((jws) => {
      const other = namedIn(jws);
      return other.records.join() === records.join() && other.root !== root;
    });
}

/** What a recipient is shown of these records, as far as this gateway has them. */
function proofsFor(
  { settlement }: GatewayStore,
  recipient: OrgId,
  records: readonly string[],
): readonly RecordProof[] {
  return records.flatMap((digest) => {
    const record = settlement.recordNamed(digest);
    if (record === undefined) return [];
    const set = requireSet(frames.record.decode(record.bytes).statement);
    return createRecordProver(set)(recipient)?.proof ?? [];
  });
}

function recordOf({ statement, own, index, path }: RecordProof): ConvictionRecord {
  return { statement, own: own.map(packLeafOf), index, path: path.map(encodeBase64url) };
}

/** The notices that the records leave, as the recipient was to get them; empty once the content of one is erased. */
function copiesOf(
  { own, frames: ownFrames }: GatewayStore,
  proofs: readonly RecordProof[],
  frame: string,
): readonly string[] {
  const notices = ownFrames.byId(frame)?.notices ?? [];
  const shares = sharesLeft(proofs.map(({ own: leaves }) => leaves.map(({ part }) => readPart(part))));
  const copies = shares.flatMap(({ jti, digest, sections }) => {
    const notice = notices.find((one) => one.digest === digest && one.id === noticeIdOf(jti));
    const text = notice && own.sdJwt(notice.seq);
    return text === undefined ? [] : [copyWith(text, sections)];
  });
  return copies.length === shares.length ? copies : [];
}

function copyWith(text: string, sections: readonly string[]): string {
  const others = sectionsOfCopy(text).filter((name) => !sections.includes(name));
  return withoutSections(text, ['routing', ...others]);
}

const readPart = (part: Uint8Array): SharePart => JSON.parse(Buffer.from(part).toString('utf8')) as SharePart;

function shownTo({ identity }: EvidenceDeps, org: string): Conviction['directory'] {
  return showDirectory(identity.directory.current().frame, {
    organisations: new Set<string>([identity.org, org]),
    persons: new Set(),
  });
}

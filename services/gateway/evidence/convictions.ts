import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { createRecordProver } from '../../shared/ledger/delivery/record-proof.js';
import type { EvidenceAbout, KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digestOfHex, hexOfDigest } from '../../shared/trust/digest.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import type { BegunLog } from '../../shared/verify/begun-life.js';
import type { Conviction, ConvictionRecord } from '../../shared/verify/conviction.js';
import type { Fork } from '../../shared/verify/fork.js';
import type { DirectoryFork } from '../../shared/verify/directory-fork.js';
import type { OwedClaim } from '../../shared/verify/owed-claim.js';
import { packLeafOf } from '../../shared/verify/pack-parts.js';
import { frames, type RecordProof } from '../../shared/wire/frames.js';
import { requireSet } from '../signed-parts.js';
import { readOwed } from '../inclusion/kept-claim.js';
import { directoryForkFile } from '../directory/directory-fork.js';
import { begunFile, forkFile } from './fork-file.js';
import type { EvidenceDeps } from './own-pack.js';

/** The alarms that leave a claim. */
export const CLAIMED = ['record-missing', 'receipt-overdue', 'answer-overdue'] as const;

/** Kept evidence as it is listed. */
export interface ListedEvidence {
  /** Hex, because it is typed: base64url may begin like an option. */
  readonly id: string;
  /** The name of the alarm that it caused. */
  readonly what:
    | Conviction['what']
    | Fork['what']
    | DirectoryFork['what']
    | 'log-begun-anew'
    | (typeof CLAIMED)[number];
  /** Null for checkpoints of the log, as are `recipient` and `frame`. */
  readonly originator: string | null;
  /** Also null for a record about an own frame. */
  readonly recipient: string | null;
  readonly frame: string | null;
  /** When it was kept, ISO 8601. */
  readonly at: string;
}

/** Lists the kept evidence, oldest first. Leaves out evidence about recalls, because no conviction is made of it. */
export function listEvidence({ identity, store }: EvidenceDeps): readonly ListedEvidence[] {
  return store.evidence
    .list()
    .filter(isListed)
    .map((one): ListedEvidence => {
      const { what, org, frame, digest, at } = one;
      const kept = { id: hexOfDigest(digest), what: ALARMS_OF[what], at: new Date(at).toISOString() };
      // Evidence about checkpoints of the log is under `hub`, all other evidence under the name of an organisation.
      if (org === 'hub') return { ...kept, originator: null, recipient: null, frame: null };
      const [originator, recipient] = ABOUT_RECIPIENT.includes(what)
        ? [identity.org, org]
        : [org, identity.org];
      return { ...kept, originator, recipient: recipient === originator ? null : recipient, frame };
    });
}

/** The alarm that each kind of evidence caused. */
const ALARMS_OF = {
  contradiction: 'delivery-contradicts-record',
  dispute: 'delivery-differs',
  missing: 'record-missing',
  receipt: 'receipt-overdue',
  answer: 'answer-overdue',
  'directory-fork': 'directory-forked',
  fork: 'log-forked',
  rollback: 'log-forked',
  unproved: 'log-unproved',
  begun: 'log-begun-anew',
} as const;

const ABOUT_RECIPIENT: readonly KeptEvidence['what'][] = ['dispute', 'receipt', 'answer'];

function isListed({ what, org }: EvidenceAbout): boolean {
  return what !== 'contradiction' || org !== 'hub';
}

/**
 * Resolves to one piece of kept evidence as a file: a conviction, a claim about what is owed, or how a life of the log began.
 * Undefined for an unknown id.
 */
export async function evidenceFile(
  deps: EvidenceDeps,
  id: string,
): Promise<Conviction | Fork | DirectoryFork | OwedClaim | BegunLog | undefined> {
  const one = deps.store.evidence.byDigest(digestOfHex(id));
  if (one === undefined || !isListed(one)) return undefined;
  switch (one.what) {
    case 'contradiction':
      return contradictionFile(deps, one);
    case 'missing':
    case 'receipt':
    case 'answer':
      return { kind: 'claim', directory: shownTo(deps, one.org), ...readOwed(one) };
    case 'dispute':
      return disputeFile(deps, one);
    case 'directory-fork':
      return directoryForkFile(one);
    case 'fork':
    case 'rollback':
    case 'unproved':
      return forkFile(deps, ALARMS_OF[one.what], one);
    case 'begun':
      return begunFile(deps, one);
  }
}

/** A receipt with the records that it names, as far as this gateway still has them. */
function disputeFile(deps: EvidenceDeps, one: KeptEvidence): Conviction {
  const { statement: receipt, delivery } = receiptIn(one);
  const named = namedIn(receipt);
  const proofs = proofsFor(deps.store, one.org as OrgId, named.records);
  return {
    kind: 'conviction',
    what: 'delivery-differs',
    accused: delivery !== '' && isSameRoot(namedIn(delivery), named) ? 'hub' : one.org,
    originator: deps.identity.org,
    recipient: parseOrgId(one.org),
    directory: shownTo(deps, one.org),
    statement: delivery === '' ? null : delivery,
    records: proofs.map(recordOf),
    receipt,
  };
}

function isSameRoot(one: NamedStatement, other: NamedStatement): boolean {
  return one.root === other.root && one.records.join() === other.records.join();
}

/** A delivery that contradicts its records: nothing of it was held or answered. */
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
    receipt: null,
  };
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
  readonly records: readonly string[];
  readonly root: string;
}

const namedIn = (token: string): NamedStatement => claimsIn(token) as NamedStatement;

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

function shownTo({ identity }: EvidenceDeps, org: string): Conviction['directory'] {
  return showDirectory(identity.directory.current().frame, {
    organisations: new Set<string>([identity.org, org]),
    persons: new Set(),
  });
}

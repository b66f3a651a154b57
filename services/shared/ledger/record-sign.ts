import { encodeBase64url } from '../kernel/base64url.js';
import type { FrameId, OrgId } from '../kernel/ids.js';
import { randomSalt } from '../trust/digest.js';
import { CONTRACT } from '../wire/contract.js';
import type { Leaf, LedgerRecord } from '../wire/frames.js';
import { type DisclosedOf, heldParts } from './report/held-parts.js';
import { type Recording, type SignedRecord, signRecord } from './record-head.js';
import type { BasisPart, SeedPart, SubmissionName, TreePart } from './record-own-parts.js';
import type { HeldPart, ReportPart } from './record-parts.js';
import { proverBy, type RecordProver } from './delivery/record-proof.js';
import { type MembersTree, membersTree } from './record-tree.js';
import { possibleRecipients } from './report/spelled-out.js';

/** What a report says; `parts` are in the order of the submission. */
export interface ReportContent {
  readonly reason: 'routing' | 'narrowing';
  readonly org: OrgId;
  readonly frame: FrameId;
  readonly directory: number;
  /** All members of that directory, which give the tree of members its places. */
  readonly members: readonly OrgId[];
  readonly policies: Readonly<Record<string, string>>;
  /** Digest of the whole adopted bundle; absent in a report of a hub that adopts none. */
  readonly bundle?: string | undefined;
  readonly submission: SubmissionName | null;
  readonly parts: readonly ReportPart[];
  /** What the shares of the decisions disclose. */
  readonly disclosedOf: DisclosedOf;
  /** The actions, requests, key requests and releases that the parts name, in their order; without disclosures. */
  readonly beside?: Pick<LedgerRecord, 'actions' | 'requests' | 'keyRequests' | 'releases'>;
}

/** A newly signed report; `prove` returns what it shows a member. */
export interface SignedReport extends SignedRecord {
  readonly prove: RecordProver;
}

/** Signs a routing report or a narrowing. The bytes are those of the ledger record and of the message on `in.report`. */
export async function signReport(content: ReportContent, recording: Recording): Promise<SignedReport> {
  const { reason, org, frame, directory, bundle, beside = {} } = content;
  const tree: TreePart = { type: 'tree', orgs: content.members.toSorted(), decoys: secret() };
  const parts = framedParts(content, tree);
  const named = bundle === undefined ? {} : { bundle };
  const claims = { type: reason, contract: CONTRACT, directory, ...named, releases: null };
  let members: MembersTree | undefined;
  const over = (leaves: readonly Leaf[]) => {
    members = membersTree(tree, { parts, leaves });
    return { members: members.root };
  };
  const signed = await signRecord({ typ: 'report+jws', org, frame, claims, parts, beside, over }, recording);
  const record = { statement: signed.statement.statement, digest: signed.digest };
  // `members` is set: signing calls `over`.
  return { ...signed, prove: (member) => members && proverBy(record, members)(member) };
}

/** The parts as the record holds them: tree and basis, a seed for each recipient of a routing report, then the others. */
function framedParts(content: ReportContent, tree: TreePart): readonly HeldPart[] {
  const { reason, org, submission, policies, disclosedOf } = content;
  const members = possibleRecipients(tree.orgs, org);
  const { rules, parts } = heldParts(content.parts, { reason, members, disclosedOf });
  const basis: BasisPart = { type: 'basis', submission, policies, rules };
  const recipients = parts.flatMap((part) => (part.type === 'share' ? [part.to] : []));
  const seeds = [...new Set(reason === 'routing' ? recipients : [])].map(
    (to): SeedPart => ({ type: 'seed', to, seed: secret() }),
  );
  return [tree, basis, ...seeds, ...parts];
}

const secret = (): string => encodeBase64url(randomSalt());

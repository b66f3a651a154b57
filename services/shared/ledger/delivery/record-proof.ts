import { encodeBase64url } from '../../kernel/base64url.js';
import { fail, isCode, LiaisonError } from '../../kernel/errors.js';
import { type FrameId, MAX_MEMBERS, type OrgId, parseFrameId, parseOrgId } from '../../kernel/ids.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { digest } from '../../trust/digest.js';
import { type Claims, verifyJws } from '../../trust/jws.js';
import { rootFrom } from '../../trust/merkle.js';
import { MAX_OWN_PARTS } from '../../wire/frame-limits.js';
import type { RecordProof, SignedSet } from '../../wire/frames.js';
import type { OwnPart, TreePart } from '../record-own-parts.js';
import { parseOwnPart } from '../record-parts.js';
import { type MembersTree, memberNode, membersTree, ownRoot } from '../record-tree.js';
import type { DeliveryReading } from './delivery.js';

/** What a report shows one member. */
export interface MemberRecord {
  /** Digest of the statement of the record. */
  readonly digest: string;
  /** The own parts of the member. */
  readonly parts: readonly OwnPart[];
  /** What the member gets; its leaves are in the order of `parts`. */
  readonly proof: RecordProof;
}

/** Returns what one report shows a member; undefined for an organisation that is not in its tree of members. */
export type RecordProver = (org: OrgId) => MemberRecord | undefined;

/** Creates the prover of a report whose leaves were signed here or verified before: they are parsed once. */
export function createRecordProver({ statement, leaves }: SignedSet): RecordProver {
  const parts = leaves.map(({ part }) => JSON.parse(Buffer.from(part).toString('utf8')) as { type: string });
  const tree = membersTree(parts[0] as unknown as TreePart, { parts, leaves });
  return proverBy({ statement, digest: digest(statement) }, tree);
}

/** Creates the prover of a report with this statement and tree of members. */
export function proverBy(
  { statement, digest: named }: { readonly statement: string; readonly digest: string },
  { placeOf }: MembersTree,
): RecordProver {
  return (org) => {
    const place = placeOf(org);
    if (place === undefined) return undefined;
    const { parts, leaves, index, path } = place;
    return { digest: named, parts, proof: { statement, own: leaves, index, path } };
  };
}

/** What a report shows one member, verified by that member. */
export interface VerifiedRecordProof extends MemberRecord {
  readonly originator: OrgId;
  readonly frame: FrameId;
  readonly reason: 'routing' | 'narrowing';
  readonly issuedAt: Date;
}

/**
 * Verifies what a member was shown of a record. Throws as `verifyJws` does, `digest-mismatch` if the leaves
 * do not lead to the signed root of members, and `contract-unknown` for a form that the hub signed and this
 * version cannot read.
 */
export async function verifyRecordProof(
  proof: RecordProof,
  reading: DeliveryReading,
): Promise<VerifiedRecordProof> {
  if (proof.own.length > MAX_OWN_PARTS) throw fail('token-malformed', 'a member is shown too many parts');
  // The node of a member without own leaves is made from a secret of the record: only its readers can compute it.
  const root = () => (proof.own.length === 0 ? undefined : ownRoot(proof.own));
  // Not `{ ...proof, root }`: a decoded message has default values on its prototype, and a spread leaves those out.
  const { statement, index, path } = proof;
  const payload = await verifyShown({ statement, index, path, root }, reading);
  const { type: reason, iat } = payload;
  if (reason !== 'routing' && reason !== 'narrowing') throw unknownForm();
  return {
    digest: digest(proof.statement),
    originator: parseOrgId(payload['org']),
    frame: parseFrameId(payload['frame']),
    reason,
    issuedAt: new Date(Number(iat) * 1000),
    parts: ownParts(proof, reading.recipient),
    proof,
  };
}

/** The statement of a report, and the place in its tree of members that one member is shown. */
interface ShownPlace extends Pick<RecordProof, 'statement' | 'index' | 'path'> {
  /** Computes the root over the member's own leaves, undefined if there is none; called only if index and path are sound. */
  readonly root: () => Uint8Array | undefined;
}

/**
 * Verifies the statement of a report and that the recipient's own root and path lead to its root of members; resolves with
 * the claims. Throws as `verifyJws` does, and `digest-mismatch`.
 */
export async function verifyShown(
  { statement, index, path, root: rootOf }: ShownPlace,
  { directory, recipient, ...times }: DeliveryReading,
): Promise<Claims> {
  const { payload } = await verifyJws(statement, {
    typ: 'report+jws',
    use: 'hub',
    key: directory.key,
    issuer: 'hub',
    audience: directory.federation,
    ...times,
  });
  const size = 2 ** path.length;
  const isSound = size <= MAX_MEMBERS && path.every(({ length }) => length === 32);
  const own = isSound ? rootOf() : undefined;
  const found = own && rootFrom(memberNode(recipient, own), { index, size }, path);
  if (found !== undefined && encodeBase64url(found) === payload['members']) return payload;
  throw fail('digest-mismatch', 'what a member is shown of a record is not in its tree of members');
}

function ownParts({ own }: RecordProof, recipient: OrgId): readonly OwnPart[] {
  try {
    return own.map(({ part }) => parseOwnPart(parseStrictJson(part), recipient));
  } catch (thrown) {
    if (isCode(thrown, 'schema-invalid', 'id-invalid')) throw unknownForm(thrown);
    throw thrown;
  }
}

const unknownForm = (cause?: unknown): LiaisonError =>
  new LiaisonError('contract-unknown', 'the hub signed a record in a form that this version does not know', {
    cause,
  });

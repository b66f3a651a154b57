import { type OrgId, parseFrameId, parseOrgId } from '../../kernel/ids.js';
import { hexOfDigest, isDigest } from '../../trust/digest.js';
import { LEDGER_OWNER } from '../command-content.js';
import { malformed, type RecordHead, type Recording, type SignedRecord, signRecord } from '../record-head.js';
import { checkedPart, RELEASE_FINDINGS } from '../record-part-schemas.js';

/** Why a release is refused. */
export interface ReleaseFinding {
  /** `europol/export.cedar:3:1`, or the file or the member of the release that it is about. */
  readonly place: string;
  readonly message: string;
  /** Digest in hex of a loosening that two persons have not approved. */
  readonly loosening?: string;
}

/** The most bytes of all findings: a part of a record that any router can read has 262,144. */
const MAX_FINDINGS_BYTES = 200_000;

/**
 * Returns the first findings, as many as a record holds, with their texts cut and without NUL and lone surrogates. The texts quote
 * the member that sent the release, and a record beyond these bounds could be read by no router.
 */
export function recordableFindings(findings: readonly ReleaseFinding[]): readonly ReleaseFinding[] {
  let bytes = 0;
  return findings
    .slice(0, RELEASE_FINDINGS.count)
    .map((one) => ({ ...one, place: soundText(one.place), message: soundText(one.message) }))
    .filter((one) => (bytes += Buffer.byteLength(JSON.stringify(one))) <= MAX_FINDINGS_BYTES);
}

/** A lone surrogate has no form in UTF-8: it becomes U+FFFD, as NUL does. */
function soundText(text: string): string {
  return Buffer.from(text.slice(0, RELEASE_FINDINGS.text)).toString().replaceAll('\0', '\uFFFD');
}

/** The release that a judgement is about. */
export interface JudgedRelease {
  readonly org: OrgId;
  readonly digest: string;
  /** Digest of its statement: the same release may be submitted again with other approvals. */
  readonly statement: string;
  readonly version: number;
}

/** What a router decided about the policies of the federation. */
export interface AdoptionPart {
  readonly type: 'adoption';
  /** Digest of the bundle that is in force from this record on; null for a refused release. */
  readonly bundle: string | null;
  readonly outcome: 'adopted' | 'refused';
  /** Null where the rules of the federation, or its members, changed. */
  readonly release: JudgedRelease | null;
  /** Of an adopted release of the federation: enough members, or by the terms in force the operator alone that signed it; else null. */
  readonly approvedBy: 'members' | 'operator' | null;
  /** The router that judged it, `router-1`. */
  readonly by: string;
  /** Of a refused release. */
  readonly findings: readonly ReleaseFinding[];
}

/**
 * The record of one judgement, in one order for all organisations: its router had applied the record of every judgement before.
 * Its `frame` is the digest of the statement of the release in hex, or of the bundle where there is none.
 */
export interface AdoptionRecord extends RecordHead {
  readonly type: 'adoption';
  readonly part: AdoptionPart;
}

/** Reads the part of a record of an adoption. Throws `token-malformed` and `schema-invalid`. */
export function readAdoptionRecord(head: RecordHead, [first, ...more]: readonly unknown[]): AdoptionRecord {
  const part = checkedPart<AdoptionPart>(first, ['adoption']);
  const { bundle, outcome, release, approvedBy, findings } = part;
  const isAdopted = outcome === 'adopted' && isDigest(bundle) && findings.length === 0;
  const isRefused = outcome === 'refused' && bundle === null && release !== null && findings.length > 0;
  const isRelease = release === null || (isDigest(release.digest) && isDigest(release.statement));
  const isOfFederation = isAdopted && release?.org === LEDGER_OWNER;
  if ((!isAdopted && !isRefused) || !isRelease || more.length > 0) throw malformed();
  if ((approvedBy !== null) !== isOfFederation) throw malformed();
  if (release !== null) parseOrgId(release.org);
  if (head.org !== LEDGER_OWNER || head.frame !== frameOf(part)) throw malformed();
  return { ...head, type: 'adoption', part };
}

/** Signs the record of an adoption, or of the refusal of a release, with the hub's key. */
export async function signAdoptionRecord(
  part: AdoptionPart,
  recording: Recording,
): Promise<SignedRecord & Pick<RecordHead, 'org' | 'frame'>> {
  const about = { org: LEDGER_OWNER, frame: frameOf(part) };
  const content = { ...about, claims: { type: 'adoption' }, parts: [part] };
  return { ...about, ...(await signRecord({ typ: 'adoption-record+jws', ...content }, recording)) };
}

function frameOf({ release, bundle }: AdoptionPart): RecordHead['frame'] {
  return parseFrameId(hexOfDigest(release?.statement ?? bundle ?? ''));
}

import { seconds } from '../../kernel/clock.js';
import { errorFrom, fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { isDigest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import { personName } from '../../trust/directory-key.js';
import { type Claims, signJws, verifyJws } from '../../trust/jws.js';
import type { Signer } from '../../trust/keys.js';
import type { VerifiedRelease } from './release.js';

/** What an approver signs: one release, and each loosening of it by its whole digest in hex. */
export interface ApprovalContent {
  /** Digest of the release. */
  readonly release: string;
  readonly previous: string | null;
  readonly loosenings: readonly string[];
}

/** The most loosenings of one approval. */
const MAX_LOOSENINGS = 1_024;
const LOOSENING = /^[0-9a-f]{64}$/;
/** How many persons must approve a loosening. */
const PERSONS = 2;

/** Signs an approval with a key of use `approver`, which one person of the organisation holds. */
export function signApproval(
  { release, previous, loosenings }: ApprovalContent,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const head = { iss: signer.owner, aud: federation, iat: seconds(now) };
  const sorted = [...new Set(loosenings)].toSorted();
  return signJws('approval+jws', { ...head, release, previous, loosenings: sorted }, signer);
}

/** Which loosenings of a release are approved, and why approvals do not count. */
export interface ApprovedLoosenings {
  /** Digests in hex of the loosenings that two persons of the organisation approved. */
  readonly loosenings: ReadonlySet<string>;
  /** One sentence for each approval that does not count. */
  readonly faults: readonly string[];
}

/**
 * Returns which loosenings of a release two different persons approved, each with a key of use `approver` of its organisation.
 * An approval that cannot be verified, or is about another release, does not count.
 */
export async function approvedLoosenings(
  release: Pick<VerifiedRelease, 'org' | 'digest' | 'previous' | 'approvals'>,
  reading: { readonly directory: Directory; readonly now: Date; readonly recorded?: Date },
): Promise<ApprovedLoosenings> {
  const read = release.approvals.map((token) =>
    verifyApproval(token, release, reading).catch((thrown: unknown) => errorFrom(thrown)),
  );
  const persons = new Map<string, Set<string>>();
  const faults: string[] = [];
  for (const approval of await Promise.all(read)) {
    if (approval instanceof Error) faults.push(`an approval does not count: ${approval.message}`);
    else
      for (const loosening of approval.loosenings)
        persons.set(loosening, (persons.get(loosening) ?? new Set()).add(approval.person));
  }
  const approved = [...persons].filter(([, by]) => by.size >= PERSONS).map(([loosening]) => loosening);
  return { loosenings: new Set(approved), faults };
}

async function verifyApproval(
  token: string,
  {
    org,
    digest,
    previous,
  }: { readonly org: OrgId; readonly digest: string; readonly previous: string | null },
  { directory, ...times }: { readonly directory: Directory; readonly now: Date; readonly recorded?: Date },
): Promise<{ readonly person: string; readonly loosenings: readonly string[] }> {
  const { payload, key } = await verifyJws(token, {
    typ: 'approval+jws',
    use: 'approver',
    key: directory.key,
    issuer: org,
    audience: directory.federation,
    ...times,
  });
  const approval = parseApproval(payload);
  if (approval.release !== digest || approval.previous !== previous)
    throw fail('token-malformed', 'it is about another release');
  return { person: personName(key.person ?? key.kid), loosenings: approval.loosenings };
}

function parseApproval(claims: Claims): ApprovalContent {
  const { iss: _iss, aud: _aud, iat: _iat, release, previous, loosenings, ...more } = claims;
  const isSound =
    Object.keys(more).length === 0 &&
    isDigest(release) &&
    (previous === null || isDigest(previous)) &&
    Array.isArray(loosenings) &&
    loosenings.length <= MAX_LOOSENINGS &&
    loosenings.every((one) => typeof one === 'string' && LOOSENING.test(one));
  if (!isSound) throw fail('token-malformed', 'it is not what an approver signs');
  return {
    release,
    previous: previous as string | null,
    loosenings: loosenings as readonly string[],
  };
}

import { fail } from '../kernel/errors.js';
import type { Jti } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import { verifyJws } from '../trust/jws.js';
import { openDelivered, openSubmission, type Sealed } from '../trust/open-notice.js';
import type { PackNotice } from './pack.js';
import type { ReadReport, Verifying } from './verify-records.js';

/** A revision in a pack; `copy` is undefined if its content is erased, or if the copy does not verify. */
export interface ReadNotice {
  readonly where: string;
  readonly jti: string;
  readonly copy: Sealed | undefined;
  /** Digest of the submission statement that lists exactly this copy; undefined without one. */
  readonly submission: string | undefined;
}

/** An end after every expiry: what was signed stays signed after the notice has ended. */
const NEVER = new Date(8.64e15);

/** Verifies the revisions of a pack: the originator's signature, the disclosures, and the submission statement. */
export async function verifyNotices(
  verifying: Verifying,
  records: readonly ReadReport[],
): Promise<readonly ReadNotice[]> {
  const { pack, claims } = verifying;
  const read: ReadNotice[] = [];
  for (const [at, notice] of pack.notices.entries()) {
    const [where, jti] = [`notices[${at}]`, `${pack.notice}.${notice.number}`];
    const recorded = recordingOf(records, { ...notice, jti: jti as Jti }, verifying);
    let copy: Sealed | undefined;
    if (notice.sdJwt === null)
      await claimErased(verifying, { where, jti, isRecorded: recorded !== undefined });
    else {
      const says = (one: Sealed | undefined): string => signedText(pack.originator, jti, one);
      copy = await claims.check({ claim: 'notice', where, says }, () =>
        openCopy(verifying, notice, { jti, recorded }),
      );
    }
    const submission =
      notice.submission === null
        ? undefined
        : await claimSubmission(verifying, records, { notice, where, jti });
    read.push({ where, jti, copy, submission });
  }
  return read;
}

/** Returns the time of the first record that names a revision: what a key signed before its revocation still counts. */
function recordingOf(
  records: readonly ReadReport[],
  { jti, digest: named }: Pick<PackNotice, 'digest'> & { readonly jti: Jti },
  { pack }: Pick<Verifying, 'pack'>,
): Date | undefined {
  const naming = records.filter(({ report, ownOf }) => {
    if (report?.refusals.some((one) => one.digest === named)) return true;
    const parts = report?.notices ?? (pack.recipient === null ? [] : ownOf(pack.recipient));
    return parts.some((part) => 'jti' in part && part.jti === jti);
  });
  const times = naming.map(({ issuedAt }) => issuedAt.getTime());
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

interface CopyParams {
  readonly jti: string;
  readonly recorded: Date | undefined;
}

async function openCopy(
  { pack, directory, now }: Verifying,
  { sdJwt, digest: named }: PackNotice,
  { jti, recorded }: CopyParams,
): Promise<Sealed> {
  const opening = { directory, originator: pack.originator, now, lifeEnd: NEVER };
  const open = pack.recipient === null ? openSubmission : openDelivered;
  const copy = await open(sdJwt ?? '', recorded === undefined ? opening : { ...opening, recorded });
  if (copy.digest !== named) throw fail('digest-mismatch', 'the copy does not have the digest of the pack');
  if (copy.jti !== jti) throw fail('header-mismatch', 'the copy is of another notice or revision');
  return copy;
}

function signedText(originator: string, jti: string, copy: Sealed | undefined): string {
  if (copy === undefined) return `${originator} signed ${jti}`;
  const names = [...copy.disclosures.keys()].filter((name) => name !== 'routing');
  return `${originator} signed ${jti} (${copy.header.kind}), with ${names.join(', ') || 'no section'}, by ${copy.kid}`;
}

interface ErasedParams {
  readonly where: string;
  readonly jti: string;
  readonly isRecorded: boolean;
}

async function claimErased(
  { pack, claims }: Verifying,
  { where, jti, isRecorded }: ErasedParams,
): Promise<void> {
  const claimed = { claim: 'notice', where, says: `${pack.originator} signed ${jti}` } as const;
  if (isRecorded)
    claims.unproved({ ...claimed, detail: 'its content is not in the pack: the records name its digest' });
  else
    await claims.check(claimed, () => {
      throw fail('digest-mismatch', 'neither its content nor a record of it is in the pack');
    });
}

interface SubmissionParams {
  readonly notice: PackNotice;
  readonly where: string;
  readonly jti: string;
}

/** Verifies the statement of a submission; resolves with its digest if it lists the copy. */
async function claimSubmission(
  { pack, directory, now, claims }: Verifying,
  records: readonly ReadReport[],
  { notice: { submission, sdJwt }, where, jti }: SubmissionParams,
): Promise<string | undefined> {
  const says = (one: { readonly number: unknown } | undefined): string =>
    `${pack.originator} submitted ${jti}${one === undefined ? '' : ` in its submission ${String(one.number)}`}`;
  const found = await claims.check({ claim: 'submission', where: `${where}.submission`, says }, async () => {
    const statement = submission ?? '';
    const { payload } = await verifyJws(statement, {
      typ: 'submission+jws',
      use: 'notice',
      key: directory.key,
      issuer: pack.originator,
      audience: directory.federation,
      now,
    });
    const { number, items } = payload;
    const named = digest(statement);
    const isRecorded = records.some(({ report }) => report?.submission?.digest === named);
    const isListed = sdJwt !== null && Array.isArray(items) && items.includes(digest(sdJwt));
    if (isListed || (sdJwt === null && isRecorded)) return { number, listing: isListed ? named : undefined };
    throw fail('digest-mismatch', 'the submission does not list the notice');
  });
  return found?.listing;
}

import { fail } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { digest, isDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { verifyJws } from '../trust/jws.js';
import type { Submission } from '../wire/frames.js';
import { textOfItem } from '../wire/items.js';

/** A submission statement that its originator signed over exactly the given items. */
export interface VerifiedSubmission {
  readonly originator: OrgId;
  /** 1, 2, …: the gateway's count of its submissions. */
  readonly number: number;
  /** The statement as it was signed, and its digest. */
  readonly token: string;
  readonly digest: string;
  /** Digest of the previous statement; null for the first. */
  readonly previous: string | null;
}

/**
 * Verifies a submission statement against its items. Throws as `verifyJws` does, `token-malformed`, and `digest-mismatch` if
 * the items are not those it lists. Gaps in the numbers are left to the caller.
 */
export async function verifySubmission(
  { statement, items }: Submission,
  reading: {
    readonly directory: Directory;
    readonly originator: OrgId;
    readonly now: Date;
    readonly recorded?: Date;
  },
): Promise<VerifiedSubmission> {
  const { directory, originator, ...times } = reading;
  const { payload } = await verifyJws(statement, {
    typ: 'submission+jws',
    use: 'notice',
    key: directory.key,
    issuer: originator,
    audience: directory.federation,
    ...times,
  });
  const { number, previous, items: listed } = payload;
  if (
    !Number.isSafeInteger(number) ||
    (number as number) < 1 ||
    !isPrevious(previous) ||
    !Array.isArray(listed)
  ) {
    throw fail('token-malformed', 'a submission statement lacks its number, predecessor or items');
  }
  if (
    listed.length !== items.length ||
    items.some((item, index) => digest(textOfItem(item)) !== listed[index])
  ) {
    throw fail('digest-mismatch', 'the items are not those of the submission statement');
  }
  return { originator, number: number as number, token: statement, digest: digest(statement), previous };
}

function isPrevious(value: unknown): value is string | null {
  return value === null || isDigest(value);
}

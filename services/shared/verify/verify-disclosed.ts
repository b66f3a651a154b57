import { fail } from '../kernel/errors.js';
import type { SharePart } from '../ledger/record-own-parts.js';
import { digestOfDisclosures } from '../trust/copy-digests.js';
import type { Sealed } from '../trust/open-notice.js';
import type { ReadNotice } from './verify-notices.js';
import type { ReadReport, Verifying } from './verify-records.js';

/**
 * Requires each share to have the digest of the sections that it names, in the notice as its originator submitted it. Only the
 * submission that the report names counts, and only a notice that the report takes once: an originator could sign one notice
 * with two texts of a section, and show the one that it did not submit.
 */
export async function claimDisclosed(
  { claims }: Pick<Verifying, 'claims'>,
  records: readonly ReadReport[],
  notices: readonly ReadNotice[],
): Promise<void> {
  for (const { copy, submission } of notices)
    for (const { report, where } of records) {
      if (copy === undefined || submission === undefined || report?.submission?.digest !== submission)
        continue;
      const { jti, digest } = copy;
      const shares = report.shares.filter((share) => share.jti === jti && share.digest === digest);
      if (shares.length === 0 || report.refusals.some((refusal) => refusal.digest === digest)) continue;
      const says = `the hub recorded the digest of the sections of ${jti} that each recipient gets`;
      await claims.check({ claim: 'share', where, says }, () => {
        const wrong = shares.filter((share) => share.disclosed !== disclosedBy(copy, share));
        if (wrong.length > 0) throw misreport(wrong.map(({ to }) => to));
      });
    }
}

function disclosedBy({ disclosures }: Sealed, { sections }: SharePart): string {
  const given = [...disclosures].filter(([name]) => sections.some((section) => section === name));
  return digestOfDisclosures(given.map(([, text]) => text));
}

const misreport = (recipients: readonly string[]) =>
  fail(
    'digest-mismatch',
    `hub is convicted (report-contradicts-notice): the digest for ${recipients.join(', ')} is of other sections`,
  );

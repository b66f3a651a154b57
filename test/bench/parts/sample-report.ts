import { join } from 'node:path';
import type { ReportContent } from '../../../services/shared/ledger/record-sign.js';
import type { ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { recordedOf } from '../../../services/shared/ledger/denials.js';
import { attributesOf } from '../../../services/shared/notice/attributes.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { createPolicy, type Policy } from '../../../services/shared/policy/plan.js';
import { loadPolicies } from '../../../services/shared/policy/policies.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import {
  openSubmission,
  type SubmittedNotice,
  type Verified,
} from '../../../services/shared/trust/open-notice.js';
import { redact } from '../../../services/shared/trust/redact.js';
import type { Prepared } from '../prepare.js';

/**
 * Returns the reports that a router would record on these notices by the shipped policies, keyed by the
 * number of notices in the frame.
 */
export async function sampleReports(
  directory: Directory,
  { org, notices }: Prepared,
): Promise<(size: number) => ReportContent> {
  const sets = loadPolicies(join(projectRoot, 'policies'), directory, digest);
  const policy = createPolicy({ engine: createCompiledEngine(sets), sets, directory });
  const now = new Date();
  const opening = { directory, originator: org, now };
  const opened = await Promise.all(notices.map((notice) => openSubmission(notice, opening)));
  const byJti = new Map(opened.map((notice) => [notice.jti, notice]));
  return (size) => ({
    reason: 'routing',
    org,
    frame: frameId('submission', org, Buffer.from(String(size))),
    directory: directory.version,
    members: [...directory.organisations.keys()],
    policies: policy.digests,
    submission: { number: size, digest: digest('bench') },
    parts: opened.slice(0, size).flatMap((notice) => partsOf(policy, notice)),
    disclosedOf: (jti, sections) => {
      const notice = byJti.get(jti);
      if (notice === undefined) throw new Error(`the report has no revision ${jti}`);
      return redact(notice, sections).disclosed;
    },
  });
}

function partsOf(policy: Policy, notice: Verified<SubmittedNotice>): readonly ReportPart[] {
  const { jti, digest, number, exp, header, routing, sections } = notice;
  const attributes = attributesOf(header, routing);
  const said = policy.decide({ attributes, excluded: routing.excluded, sections });
  const { decisions, denials } = recordedOf(jti, said);
  return [{ type: 'notice', jti, digest, number, exp, attributes, sections }, ...decisions, ...denials];
}

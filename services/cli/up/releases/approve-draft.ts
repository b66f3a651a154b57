import type { OrgId } from '../../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { signApproval } from '../../../shared/ledger/release/approval.js';
import type { Home } from '../../../shared/runtime/home.js';
import { readPersonSigner } from '../../../shared/trust/signers/person-signer.js';
import { keyFiles } from '../../init/key-files.js';
import { digestOfDraft, type ReleaseDraft } from '../../policy/release/release-file.js';

interface ApproveParams {
  /** The members of the demonstration. */
  readonly orgs: readonly OrgId[];
  /** Digests in hex of the loosenings to approve. */
  readonly loosenings: readonly string[];
}

/**
 * Signs a release with the approver keys of a demonstration. A release of a member is signed by both of its approvers, unless it has
 * no loosening to approve; one of the federation is always signed, by the first approver of each member. Throws as `readPersonSigner`
 * does.
 */
export async function approveDraft(
  home: Home,
  draft: ReleaseDraft,
  { orgs, loosenings }: ApproveParams,
): Promise<ReleaseDraft> {
  const isFederation = draft.org === LEDGER_OWNER;
  if (!isFederation && loosenings.length === 0) return draft;
  const owners = isFederation ? orgs : [draft.org];
  const keys = keyFiles(home, { orgs: owners, routers: 0 }).filter(
    ({ use, number }) => use === 'approver' && (!isFederation || number === 1),
  );
  const { federation, previous } = draft;
  const content = { release: digestOfDraft(draft), previous, loosenings };
  const approvals = await Promise.all(
    keys.map(async ({ path }) => {
      const signer = await readPersonSigner(path, 'approver');
      return signApproval(content, { signer, federation, now: new Date() });
    }),
  );
  return { ...draft, approvals };
}

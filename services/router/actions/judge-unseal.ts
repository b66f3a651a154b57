import type { VerifiedAction } from '../../shared/ledger/action.js';
import type { UnsealPart } from '../../shared/ledger/listed-part.js';
import { noticePartOf, recordedIn } from '../ledger/projection.js';
import type { JudgingAction } from './judging-action.js';
import type { ActionRefusal } from './refuse.js';

interface Unsealing {
  readonly action: Pick<VerifiedAction, 'originator' | 'id'>;
  readonly part: UnsealPart;
}

/**
 * Judges one leaf of an unseal; undefined when nothing is against it. The record of that revision must have
 * advertised the section to the holder, and the rules must allow it now.
 */
export function judgeUnsealPart(
  { store, policy, isClosed }: Pick<JudgingAction, 'store' | 'policy' | 'isClosed'>,
  { action: { originator, id }, part: { to, section, digest } }: Unsealing,
): ActionRefusal | undefined {
  const known = store.notices.byDigest(originator, digest);
  if (known === undefined || !known.jti.startsWith(`${id}.`)) return { code: 'not-own-notice' };
  const decision = recordedIn(known).decisions.find((one) => one.to === to);
  if (!decision?.advertised.includes(section)) return { code: 'not-withheld' };
  if (isClosed(to)) return { code: 'not-permitted', rules: [] };
  const verdict = policy.unseal({ attributes: noticePartOf(known).attributes, recipient: to, section });
  if (verdict?.open === true) return undefined;
  return { code: 'not-permitted', rules: verdict?.rules ?? [] };
}

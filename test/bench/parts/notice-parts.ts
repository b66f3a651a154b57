import { signDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { signReceipt, verifyReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import { frameId } from '../../../services/shared/trust/digest.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import {
  openSubmission,
  type SubmittedNotice,
  type Verified,
} from '../../../services/shared/trust/open-notice.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { signSet, verifySet } from '../../../services/shared/trust/signed-set.js';
import type { SignedSet } from '../../../services/shared/wire/frames.js';
import type { ComparedPart } from './parts-figures.js';
import { AT_ONCE, atOnce, VERIFY } from './trust-parts.js';
import type { TrustFixture } from './trust-fixture.js';

/** Leaves of a signed set. */
const SIZES = [1, 50] as const;

/**
 * Returns the parts that open, redact, sign sets and sign receipts with the functions that the processes
 * call.
 */
export async function noticeParts(fixture: TrustFixture): Promise<readonly ComparedPart[]> {
  const { prepared, directory } = fixture;
  const now = new Date();
  const open = (index: number): Promise<Verified<SubmittedNotice>> => {
    const notice = prepared.notices[index % prepared.notices.length] ?? '';
    return openSubmission(notice, { directory, originator: prepared.org, now });
  };
  const opened = await Promise.all(prepared.notices.map((_, index) => open(index)));
  let turn = 0;
  const parts = [
    { name: 'open a submission, one by one', operations: 1, work: () => open(turn++) },
    {
      name: `open a submission, ${AT_ONCE} at once`,
      operations: AT_ONCE,
      work: atOnce(open),
      headline: true,
    },
    {
      name: 'redact for one recipient',
      operations: opened.length,
      work: () => redactAll(opened),
      headline: true,
    },
    ...(await Promise.all(SIZES.map((size) => setParts(fixture, size)))).flat(),
    ...(await receiptParts(fixture, opened)),
  ] as const;
  return parts.map(({ work, ...part }) => ({ ...part, prepare: () => work, to: VERIFY }));
}

/** Redacts each notice for a recipient that may see every other section. */
function redactAll(opened: readonly Verified<SubmittedNotice>[]): number {
  let length = 0;
  for (const notice of opened) {
    const sections = notice.sections.filter((_, index) => index % 2 === 0);
    // Copies the notice, as `redact` caches earlier results with the notice object.
    length += redact({ ...notice }, sections).text.length;
  }
  return length;
}

interface WorkPart extends Pick<ComparedPart, 'name' | 'operations' | 'headline'> {
  readonly work: () => unknown;
}

async function setParts(
  { directory, hub, prepared }: TrustFixture,
  size: number,
): Promise<readonly WorkPart[]> {
  const now = new Date();
  const parts = Array.from({ length: size }, (_, index) => {
    return { type: 'decision', to: prepared.org, outcome: 'redacted', index, rules: ['eur-export-03'] };
  });
  const claims = { iss: 'hub', iat: Math.floor(now.getTime() / 1000), aud: directory.federation };
  const sign = (): Promise<SignedSet> => signSet({ typ: 'report+jws', claims, parts, signer: hub });
  const set = await sign();
  const expected = { typ: 'report+jws', use: 'hub', key: directory.key, now } as const;
  const leaves = size === 1 ? '1 leaf' : `${size} leaves`;
  return [
    { name: `sign a set of ${leaves}`, operations: 1, work: sign },
    { name: `verify a set of ${leaves}`, operations: 1, work: () => verifySet(set, expected) },
  ];
}

async function receiptParts(
  { home, directory, prepared, hub }: TrustFixture,
  opened: readonly Verified<SubmittedNotice>[],
): Promise<readonly WorkPart[]> {
  const { org } = prepared;
  const now = new Date();
  const signer = await readSigner(home.org(org, 'receipt.jwk'));
  const delivery = frameId('submission', org, Buffer.from('bench'));
  const root = opened[0]?.digest ?? '';
  const named = { records: [root], root, size: 1, actions: [] };
  const content = { recipient: org, federation: directory.federation, originator: org, delivery };
  const sign = (): Promise<string> => signReceipt({ ...content, ...named, except: [] }, { signer, now });
  const receipt = await sign();
  const statement = { recipient: org, originator: org, frame: delivery, ...named, requests: [] };
  return [
    {
      name: 'sign a delivery statement of 1 notice',
      operations: 1,
      work: () => signDelivery(statement, { signer: hub, now }),
    },
    { name: 'sign a receipt of 1 notice', operations: 1, work: sign },
    {
      name: 'verify a receipt of 1 notice',
      operations: 1,
      work: () => verifyReceipt(receipt, { directory, recipient: org, now }),
    },
  ];
}

import { decodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { type VerifiedDelivery, verifyDelivery } from '../ledger/delivery/delivery.js';
import { type VerifiedRecordProof, verifyRecordProof } from '../ledger/delivery/record-proof.js';
import { type VerifiedReceipt, verifyReceipt } from '../ledger/receipt/receipt.js';
import { openDelivered, type Sealed } from '../trust/open-notice.js';
import type { Claim, ClaimList } from './claims.js';
import { createClaimList } from './claims.js';
import type { Conviction } from './conviction.js';
import { contradictionOf } from './contradiction.js';
import { type EvidenceContext, verifyDirectory } from './verify-pack.js';

/** The statements of a conviction that verify. */
interface ReadConviction {
  readonly statement: VerifiedDelivery | undefined;
  readonly records: readonly VerifiedRecordProof[];
  readonly receipts: readonly VerifiedReceipt[];
  readonly copies: readonly Sealed[];
}

/**
 * Verifies a conviction: every statement in it, and that these contradict each other so that the accused alone can have
 * made the contradiction. Never throws for what it holds; the last line is the verdict.
 */
export async function verifyConviction(
  conviction: Conviction,
  { root, now }: EvidenceContext,
): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const directory = await verifyDirectory(claims, conviction.directory, root);
  if (directory === undefined) return claims.lines;
  const read = await readStatements(conviction, { directory, now, claims });
  const isComplete = claims.lines.every(({ ok }) => ok === true);
  const { what, accused } = conviction;
  const says = (verdict: string | undefined): string =>
    verdict === undefined
      ? `these statements convict ${accused} (${what})`
      : `${accused} is convicted (${what}): ${verdict}`;
  await claims.check({ claim: 'conviction', where: 'accused', says }, () => {
    const verdict = isComplete ? verdictOn(conviction, read) : undefined;
    if (verdict !== undefined) return verdict;
    throw fail('digest-mismatch', 'the signatures by themselves do not convict: no verdict');
  });
  return claims.lines;
}

interface Reading extends Pick<Parameters<typeof verifyDelivery>[1], 'directory' | 'now'> {
  readonly claims: ClaimList;
}

async function readStatements(
  { originator, recipient, ...signed }: Conviction,
  { claims, ...by }: Reading,
): Promise<ReadConviction> {
  const about = { ...by, recipient };
  const statement =
    signed.statement === null
      ? undefined
      : await claims.check(
          { claim: 'delivery', where: 'statement', says: `the hub signed this delivery to ${recipient}` },
          async () => requireAbout(originator, await verifyDelivery(signed.statement ?? '', about)),
        );
  const records = await each(signed.records, (record, at) => {
    const proof = { ...record, own: record.own.map(opened), path: record.path.map(decodeBase64url) };
    const claimed = {
      claim: 'record',
      where: `records[${at}]`,
      says: `the hub recorded this for ${recipient}`,
    } as const;
    return claims.check(claimed, () => verifyRecordProof(proof, about));
  });
  const receipts = await each(signed.receipts, (receipt, at) =>
    claims.check(
      { claim: 'receipt', where: `receipts[${at}]`, says: `${recipient} signed this receipt` },
      async () => requireAbout(originator, await verifyReceipt(receipt, about)),
    ),
  );
  const copies = await each(signed.copies, (copy, at) =>
    claims.check({ claim: 'notice', where: `copies[${at}]`, says: `${originator} signed this notice` }, () =>
      openDelivered(copy, { ...by, originator, lifeEnd: new Date(8.64e15) }),
    ),
  );
  return { statement, records, receipts, copies };
}

function requireAbout<T extends { readonly originator: string }>(originator: string, one: T): T {
  if (one.originator === originator) return one;
  throw fail('issuer-mismatch', 'about notices of another originator');
}

/** Verifies one after another, so that the lines are in order; leaves out what does not verify. */
async function each<T, R>(
  items: readonly T[],
  verify: (item: T, at: number) => Promise<R | undefined>,
): Promise<readonly R[]> {
  const found: R[] = [];
  for (const [at, item] of items.entries()) {
    const one = await verify(item, at);
    if (one !== undefined) found.push(one);
  }
  return found;
}

const opened = ({ salt, part }: { readonly salt: string; readonly part: string }) => ({
  salt: decodeBase64url(salt),
  part: decodeBase64url(part),
});

/** Says why the accused is convicted; undefined where the statements do not show it. */
function verdictOn({ what, accused, recipient }: Conviction, read: ReadConviction): string | undefined {
  const { statement, records, receipts, copies } = read;
  const [receipt, other] = receipts;
  if (what === 'receipt-conflict')
    return accused === recipient &&
      receipt !== undefined &&
      other !== undefined &&
      isOtherRoot(receipt, other)
      ? 'it signed two roots for the same delivery'
      : undefined;
  if (accused === 'hub') return statement && contradictionOf(statement, records, copies);
  if (what !== 'delivery-differs' || accused !== recipient || receipt === undefined) return undefined;
  // The records leave one root only, and a recipient signs no other one, whatever the hub delivered.
  const answered = { ...receipt, frame: receipt.delivery, actions: [] };
  return contradictionOf(answered, records, copies) && 'it signed another root than the records leave';
}

type Answered = Pick<VerifiedReceipt, 'delivery' | 'records' | 'root' | 'size'>;

/** True for two statements about the same delivery with different content. */
function isOtherRoot(one: Answered, other: Answered): boolean {
  const isSame = one.delivery === other.delivery && one.records.join() === other.records.join();
  return isSame && (one.root !== other.root || one.size !== other.size);
}

import { decodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { contradictionOf } from '../ledger/delivery/contradiction.js';
import { type VerifiedDelivery, verifyDelivery } from '../ledger/delivery/delivery.js';
import { type VerifiedRecordProof, verifyRecordProof } from '../ledger/delivery/record-proof.js';
import { type VerifiedReceipt, verifyReceipt } from '../ledger/receipt/receipt.js';
import type { Claim, ClaimList } from './claims.js';
import { createClaimList } from './claims.js';
import type { Conviction } from './conviction.js';
import { leafOfPack } from './pack-parts.js';
import { requireOriginator } from './verify-deliveries.js';
import { type EvidenceContext, verifyDirectory } from './verify-pack.js';

/** The statements of a conviction that verify. */
interface ReadConviction {
  readonly statement: VerifiedDelivery | undefined;
  readonly records: readonly VerifiedRecordProof[];
  readonly receipt: VerifiedReceipt | undefined;
}

/**
 * Verifies a conviction: every statement in it, and that they contradict each other in a way that only the accused can have
 * caused. What does not hold is a line, never an error; the last line is the verdict.
 */
export async function verifyConviction(
  conviction: Conviction,
  context: EvidenceContext,
): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const directory = await verifyDirectory(claims, conviction.directory, context);
  if (directory === undefined) return claims.lines;
  const read = await readStatements(conviction, { directory, now: context.now, claims });
  const isComplete = claims.lines.every(({ ok }) => ok !== false);
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
          async () => requireOriginator(originator, await verifyDelivery(signed.statement ?? '', about)),
        );
  const records = await each(signed.records, (record, at) => {
    const claimed = {
      claim: 'record',
      where: `records[${at}]`,
      says: `the hub recorded this for ${recipient}`,
    } as const;
    return claims.check(claimed, () => {
      const proof = { ...record, own: record.own.map(leafOfPack), path: record.path.map(decodeBase64url) };
      return verifyRecordProof(proof, about);
    });
  });
  const receipt =
    signed.receipt === null
      ? undefined
      : await claims.check(
          { claim: 'receipt', where: 'receipt', says: `${recipient} signed this receipt` },
          async () => requireOriginator(originator, await verifyReceipt(signed.receipt ?? '', about)),
        );
  return { statement, records, receipt };
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

/** Says why the accused is convicted; undefined where the statements do not show it. */
function verdictOn(
  { accused, recipient }: Conviction,
  { statement, receipt, records }: ReadConviction,
): string | undefined {
  const answered = receipt && { ...receipt, frame: receipt.delivery, actions: [], requests: [] };
  const said = accused === 'hub' ? statement : accused === recipient ? answered : undefined;
  // The records by themselves decide what is delivered: a recipient signs no other root, whatever the hub delivered.
  if (said?.records.join() !== records.map(({ digest }) => digest).join()) return undefined;
  return said && contradictionOf(said, records);
}

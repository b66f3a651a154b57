import { fail } from '../kernel/errors.js';
import { type Jti, noticeIdOf } from '../kernel/ids.js';
import { outcomesOf } from '../ledger/receipt/outcomes.js';
import type { ReceiptAction, VerifiedReceipt } from '../ledger/receipt/receipt.js';
import type { SharePart } from '../ledger/record-own-parts.js';
import type { OneDelivery } from './delivery-places.js';
import type { Verifying } from './verify-records.js';

interface SignedDelivery extends OneDelivery {
  readonly signed: VerifiedReceipt;
  /** What the records leave to the recipient, as far as the pack has them. */
  readonly left: readonly SharePart[];
}

/** Adds a line for each revision of the notice that the receipt speaks for: `held`, or what it lists. */
export async function claimOutcomes(verifying: Verifying, one: SignedDelivery): Promise<void> {
  const { notice } = verifying.pack;
  const named = [...one.left, ...one.signed.except].map(({ jti }) => jti);
  const own = named.filter((jti) => noticeIdOf(jti) === notice);
  for (const jti of new Set(own)) await claimOutcome(verifying, one, jti);
}

async function claimOutcome(
  { pack, claims }: Verifying,
  { signed, delivery: { recipient, places }, where: at, left }: SignedDelivery,
  jti: Jti,
): Promise<void> {
  const isAboutAll = pack.recipient === null;
  const place = places.find(({ number }) => `${pack.notice}.${number}` === jti);
  const exception = signed.except.find((one) => one.jti === jti);
  const { type = 'held', code } = exception ?? {};
  const says = `${recipient} signed ${type}${code === undefined ? '' : ` (${code})`} for ${jti}`;
  const [claim, where] = ['receipt', `${at}.receipt`] as const;
  if (place === undefined && exception === undefined && !isAboutAll) {
    claims.unproved({ claim, where, says, detail: 'its place in the delivery is not in the pack' });
    return;
  }
  await claims.check({ claim, where, says }, () => {
    const isMoved = place !== undefined && exception !== undefined && place.index !== exception.index;
    const isOther = signed.except.some((one) => one.index === place?.index && one.jti !== jti);
    if (isMoved || isOther || (isAboutAll && outcomesOf(signed, left) === undefined))
      throw fail('digest-mismatch', 'the receipt is about other notices than the records leave');
  });
}

/** Adds a line for each action on the notice that the receipt answers. */
export async function claimAnswers(
  { pack, claims }: Verifying,
  verbs: ReadonlyMap<string, string>,
  { signed, where }: Pick<SignedDelivery, 'signed' | 'where'>,
): Promise<void> {
  for (const action of signed.actions.filter(({ id }) => id === pack.notice)) {
    const verb = verbs.get(action.digest);
    const claimed = {
      claim: 'answer',
      where: `${where}.receipt`,
      says: answerText(signed, action, verb),
    } as const;
    if (verb === undefined) claims.unproved({ ...claimed, detail: 'the action is not in the pack' });
    else await claims.check(claimed, () => undefined);
  }
}

function answerText(
  { recipient }: VerifiedReceipt,
  { type, code, digest }: ReceiptAction,
  verb: string | undefined,
): string {
  const ground = code === undefined ? '' : ` (${code})`;
  return `${recipient} signed ${type}${ground} in answer to ${verb ?? `the action ${digest}`}`;
}

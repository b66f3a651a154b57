import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import type { ReceiptAction } from '../../../services/shared/ledger/receipt/receipt.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import type { DeliveredAction } from '../../../services/shared/wire/frames.js';

/**
 * Returns what the receipt of a sink says about an action. A sink keeps no copies: other digests of the same
 * length take the place of those of the disclosures held.
 */
export function answerAction({ statement, leaf }: DeliveredAction): ReceiptAction {
  const { id, verb } = claimsIn(statement) as Claims;
  const own = leaf ? (JSON.parse(Buffer.from(leaf.part).toString('utf8')) as OwnPart) : {};
  const isErased = verb === 'withdraw' || (verb === 'restrict' && own.sections === undefined);
  return {
    digest: digest(statement),
    id: parseNoticeId(id),
    type: isErased || verb === 'restrict' ? 'destroyed' : 'held',
    before: digest(String(id)),
    after: isErased ? null : digest(`${String(id)} ${String(verb)}`),
  };
}

interface OwnPart {
  readonly sections?: readonly string[];
}

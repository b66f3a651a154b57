import type { NoticeId, OrgId } from '../../shared/kernel/ids.js';
import { readRecordedAction } from '../../shared/ledger/action.js';
import { digest } from '../../shared/trust/digest.js';
import type { LedgerRecord } from '../../shared/wire/frames.js';
import { withoutOperators } from './recall-statements.js';
import { claimsOf, type RecordClaims } from '../record-facts.js';

/**
 * Returns what a report records of the actions on a notice and of the requests for its sections. An `action` names the holders
 * that were handed it (`to`) and, with scope `listed`, what each must do (`listed`); a `request` names its holder (`from`) and originator.
 */
export function lifeParts(
  { actions = [], requests = [] }: LedgerRecord,
  parts: readonly RecordClaims[],
  id: NoticeId,
): readonly RecordClaims[] {
  const recorded = new Map(actions.map((action) => [digest(action.statement), action]));
  const tokens = new Map(requests.map((token) => [digest(token), token]));
  return parts.flatMap((part): readonly RecordClaims[] => {
    if (part['id'] !== id) return [];
    const name = String(part['digest']);
    const [action, token] = [recorded.get(name), tokens.get(name)];
    if (part['type'] === 'action' && action !== undefined) {
      const { verb, number, reason, until, expiresAt, issuedAt, listed } = readRecordedAction(action);
      const to = parts
        .filter(({ type, digest: of }) => type === 'act' && of === name)
        .map((act) => act['to']);
      const signed = issuedAt.toISOString();
      return [{ type: 'action', digest: name, verb, number, reason, until, expiresAt, signed, to, listed }];
    }
    if (part['type'] !== 'ask' || token === undefined) return [];
    const { iss: from, section, purpose } = claimsOf({ statement: token });
    return [{ type: 'request', digest: name, from, to: part['to'], section, purpose }];
  });
}

/** Returns the answers of a receipt to actions on a notice. */
export function answersToActions(receipt: RecordClaims, id: NoticeId): readonly RecordClaims[] {
  return (receipt['actions'] as readonly RecordClaims[])
    .filter((answer) => answer['id'] === id)
    .map(({ digest: action, type: answer, code }) => ({ type: 'answer', action, answer, code }));
}

/**
 * Selects from the actions, requests and recalls in a record about another organisation's notice those that `org` may see:
 * the requests that were sent to it and, if it is a holder, the recalls and actions that it was handed, each with the leaf of
 * `org` alone. Leaves out the other holders.
 */
export function ownLife(
  parts: readonly RecordClaims[],
  { org, isHolder }: { readonly org: OrgId; readonly isHolder: boolean },
): readonly RecordClaims[] {
  return parts.flatMap((part): readonly RecordClaims[] => {
    if (part['type'] === 'request') return part['to'] === org ? [part] : [];
    const { to, listed, ...action } = part;
    const isHanded = ['action', 'recall'].includes(String(part['type']));
    if (!isHolder || !isHanded || !(to as readonly unknown[]).includes(org)) return [];
    if (part['type'] === 'recall') return withoutOperators([{ ...action, to: [org] }]);
    const own = (listed as readonly RecordClaims[]).filter((leaf) => leaf['to'] === org);
    return [{ ...action, to: [org], listed: own }];
  });
}

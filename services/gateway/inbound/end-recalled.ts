import { type OpenedRecall, RECALL_REASON } from '../../shared/ledger/recall.js';
import type { ReceiptAction } from '../../shared/ledger/receipt/receipt.js';
import { REMEMBER_MS } from '../../shared/store/gateway/gateway-deliveries.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { after } from '../../shared/notice/duration.js';
import { RETENTION } from '../../shared/notice/notice.js';
import { type DeliveryFrame, frames } from '../../shared/wire/frames.js';
import { disclosedInCopy } from '../holding/change-copy.js';
import type { Identity } from '../identity.js';
import { type OwnLife, readLife } from '../life/own-life.js';
import { signAnswer } from './answer-delivery.js';
import { requeue } from './take-delivery.js';

interface Ending {
  readonly recall: OpenedRecall;
  readonly delivery: DeliveryFrame;
}

/**
 * Ends an own notice that the federation recalled: erases its content, remembers the recall among the actions on it, so that
 * the answers of its holders are kept there, and stores the receipt, all in one transaction. Returns false for a recall that
 * was answered before, whose receipt is queued again.
 */
export async function endRecalled(
  { identity, store }: { readonly identity: Identity; readonly store: GatewayStore },
  { recall, delivery }: Ending,
): Promise<boolean> {
  const { id, statement } = recall;
  const { originator, frame, records, root } = statement;
  for (;;) {
    const before = store.inbox.deliveries(originator, frame);
    if (before.length > 0) {
      await requeue(store, before);
      return false;
    }
    const life = readLife(store, id);
    const receipt = await signAnswer(identity, statement, {
      except: [],
      actions: [answerFor(store, recall, life)],
    });
    const at = identity.clock().getTime();
    const proofs = frames.delivery.encode({ ...delivery, statement: '' });
    const forget = after(new Date(at), RETENTION).getTime() + REMEMBER_MS;
    const stored = await store.commit(() => {
      if (readLife(store, id)?.lastNumber !== life?.lastNumber) return false;
      const named = { originator, frame, records: records.join(), root, statement: delivery.statement };
      const about = { ...named, proofs, leaves: new Uint8Array(), receipt, at, forget };
      if (!store.inbox.accept({ ...about, held: [], kept: 0, expected: [] })) return false;
      if (life !== undefined) endLife(store, { recall, life, at });
      return true;
    });
    if (stored) return true;
  }
}

function answerFor(
  store: Pick<GatewayStore, 'own'>,
  { id, digest }: OpenedRecall,
  life: OwnLife | undefined,
): ReceiptAction {
  const text = life && store.own.sdJwt(life.newest.seq);
  const about = { digest, id, after: null };
  if (text === undefined) return { ...about, type: 'not-held', before: null };
  return { ...about, type: 'destroyed', before: disclosedInCopy(text) };
}

interface EndingLife {
  readonly recall: OpenedRecall;
  readonly life: OwnLife;
  readonly at: number;
}

function endLife(store: GatewayStore, { recall, life, at }: EndingLife): void {
  const { id, number, digest, statement } = recall;
  const [record] = statement.records;
  const about = {
    originator: '',
    id,
    kind: life.newest.kind,
    verb: 'cancel',
    fields: { reason: RECALL_REASON, ...(record === undefined ? {} : { record }) },
  };
  const flags = { derived: true, counted: false, first: false, pairs: 0, at };
  store.items.insert({ ...about, ...flags, signed: { number, digest, bytes: new Uint8Array() } }, 'settled');
  store.ends.end(id, { ending: 'cancelled', reason: RECALL_REASON, at });
}

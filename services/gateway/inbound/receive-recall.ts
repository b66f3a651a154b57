import { fail, isCode } from '../../shared/kernel/errors.js';
import type { FrameId } from '../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { type OpenedRecall, openRecall, RECALL_REASON } from '../../shared/ledger/recall.js';
import { frames } from '../../shared/wire/frames.js';
import type { HolderAction } from '../holding/apply-action.js';
import { type DeliveryDeps, keepEvidence } from './receive-delivery.js';
import { endRecalled } from './end-recalled.js';
import { takeDelivery } from './take-delivery.js';

interface RecallDeps extends DeliveryDeps {
  /** Called after an own notice ended: the other unsettled notices of its frames are sent in new frames. */
  readonly onOwnEnded: () => void;
}

/**
 * Creates the receiver of `in.delivery.hub.<digest of a record>`, the federation's recall of a notice: verifies the commands
 * of two operators and the hub's records of them, ends the notice and erases its content, whether it is held or own, and
 * stores the receipt in the same transaction. Throws as `openRecall` does; with `delivery-differs` the delivery is kept
 * as evidence.
 */
export function createReceiveRecall(deps: RecallDeps) {
  const { identity, store, clockWatch, onReceipt, onTold, onErased, onOwnEnded } = deps;
  const { org, directory, clock } = identity;
  return async (frame: FrameId, bytes: Uint8Array): Promise<void> => {
    const delivery = frames.delivery.decode(bytes);
    const recall = await openRecall(delivery, {
      directory: directory.current(),
      recipient: org,
      now: clock(),
    }).catch(async (thrown: unknown) => {
      const arrival = { originator: LEDGER_OWNER, frame };
      if (isCode(thrown, 'delivery-differs')) await keepEvidence({ identity, store }, arrival, delivery);
      throw thrown;
    });
    const { statement } = recall;
    if (statement.frame !== frame) throw fail('frame-id-mismatch', 'the subject names another frame');
    clockWatch.heard(statement.issuedAt);
    if (statement.originator === org) {
      if (await endRecalled({ identity, store }, { recall, delivery })) {
        onErased();
        onOwnEnded();
      }
    } else {
      const { originator } = statement;
      const opened = { statement, leaves: [] };
      const openItems = async () => ({ actions: [actionOf(recall)], requests: [], notices: [] });
      const taken = await takeDelivery(deps, { originator, frame }, { delivery, opened, openItems });
      if (taken.isErased) onErased();
      if (taken.isTold) onTold();
    }
    onReceipt();
  };
}

/** Returns a recall as an action on a held notice. `proof` is null: after a recall there is no copy to prove. */
function actionOf({ id, digest, number }: OpenedRecall): HolderAction {
  return { digest, id, item: { type: 'cancel', number, digest }, reason: RECALL_REASON, proof: null };
}

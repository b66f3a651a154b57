import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import type { Recordings } from '../../shared/ledger/receipt/recording.js';
import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { ItemWord } from '../../shared/store/gateway/gateway-item-words.js';
import type { NewChange, NewDispute, NewReceipt } from '../../shared/store/gateway/answers/received.js';

/** Whom a receipt with a wrong root convicts: the hub, if its delivery statement has the same root, else the recipient. */
export type Blame = 'hub' | 'recipient';

/** Who signed answers, and when the ledger recorded those whose key was revoked. */
export interface AnswersFrom {
  readonly recipient: OrgId;
  readonly recordings: Recordings;
}

/**
 * A receipt or a change after it was verified and compared with what the records promise; `words` are what it says about
 * own actions.
 */
export type OpenedAnswer = OpenedNotices & { readonly words?: readonly ItemWord[] };

type OpenedNotices =
  | {
      readonly type: 'receipt';
      readonly delivery: FrameId;
      readonly receipt: NewReceipt;
      readonly said: readonly string[];
    }
  | {
      readonly type: 'dispute';
      readonly delivery: FrameId;
      readonly dispute: NewDispute;
      readonly evidence: KeptEvidence;
      readonly blame: Blame;
    }
  | { readonly type: 'change'; readonly change: NewChange; readonly said: readonly string[] }
  /** The report or a narrowing that it names has not arrived: the hub is asked, and the answer waits. */
  | { readonly type: 'lacking'; readonly delivery: FrameId; readonly frame: number }
  /** The delivery held no notice. */
  | { readonly type: 'actions'; readonly delivery: FrameId; readonly frame: number }
  /** About notices whose content was erased. */
  | { readonly type: 'forgotten' };

import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import type { Recordings } from '../../shared/ledger/receipt/recording.js';
import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { ItemWord } from '../../shared/store/gateway/gateway-item-words.js';
import type { NewChange, NewDispute, NewReceipt } from '../../shared/store/gateway/answers/received.js';

/**
 * The party at fault for a wrong root: the hub, if its delivery statement has the root of the receipt, else
 * the recipient.
 */
export type Blame = 'hub' | 'recipient';

/** The recipient that signed the answers, and when the ledger recorded those whose key was revoked. */
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
  /**
   * The receipt waits for a record that has not arrived: a report or a narrowing of `frame`, for which the hub is
   * asked, or a recall, without `frame`, which the hub delivers unasked.
   */
  | { readonly type: 'lacking'; readonly frame?: number }
  /** A receipt for a delivery with actions only. */
  | { readonly type: 'actions'; readonly delivery: FrameId; readonly frame: number }
  /** A receipt for the federation's recall of an own notice. */
  | { readonly type: 'recall' }
  /** A receipt about notices whose content was erased, or for a recall that has not arrived, of a notice that has ended. */
  | { readonly type: 'forgotten' };

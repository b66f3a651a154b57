import { type Code, fail } from '../../shared/kernel/errors.js';
import { parseFrameId, parseJti, parseOrgId } from '../../shared/kernel/ids.js';
import { signChange } from '../../shared/ledger/receipt/change.js';
import type { ReceiptType } from '../../shared/kernel/receipt-types.js';
import { signReceiptsStatement } from '../../shared/ledger/receipt/receipts-statement.js';
import type { KeptDelivery } from '../../shared/store/gateway/gateway-deliveries.js';
import type { WaitingWord } from '../../shared/store/gateway/answers/receipt-frames.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { MAX_CHANGES, MAX_FRAME_BYTES, MAX_RECEIPTS } from '../../shared/wire/frame-limits.js';
import { frames } from '../../shared/wire/frames.js';
import { federationOf, frameContract, type Identity, requireKey } from '../identity.js';

/** The content of the next frame of receipts. */
interface WaitingReceipts {
  readonly deliveries: readonly KeptDelivery[];
  /** The originators that are due for a change: at most one in a frame. */
  readonly originators: readonly string[];
  /** True when more receipts or changes wait than fit. */
  readonly isCut: boolean;
}

/** Maximum bytes of a frame besides its receipts and changes. */
const FRAME_OVERHEAD_BYTES = 12 * 1024;
/** Bytes of one change with as many entries as it may have: some 300 for each, once encoded. */
const CHANGE_BYTES = 300 * MAX_CHANGES;

/**
 * Returns the oldest receipts that fit into one frame, at least one, and an originator that is due for a
 * change: `changeMs` after its last one, or once its waiting words fill a change.
 */
export function waitingReceipts(
  store: Pick<GatewayStore, 'inbox' | 'receiptFrames'>,
  { now, changeMs }: { readonly now: number; readonly changeMs: number },
): WaitingReceipts {
  const unsent = store.inbox.unsent(MAX_RECEIPTS);
  // A clock that was set back must not hold words for longer than an hour either.
  const isDue = ({ at, count }: { readonly at: number; readonly count: number }): boolean =>
    count >= MAX_CHANGES || now >= at + changeMs || now < at;
  const due = store.receiptFrames.waiting(MAX_CHANGES).filter(isDue);
  const [first] = due.map(({ originator }) => originator);
  const originators = first === undefined ? [] : [first];
  const room = MAX_FRAME_BYTES - FRAME_OVERHEAD_BYTES - CHANGE_BYTES * originators.length;
  const deliveries = fitting(unsent, room);
  return { deliveries, originators, isCut: deliveries.length < unsent.length || due.length > 1 };
}

/** Returns the first receipts that fit into this many bytes together, at least one. */
function fitting(waiting: readonly KeptDelivery[], room: number): readonly KeptDelivery[] {
  let bytes = 0;
  const end = waiting.findIndex((kept, index) => {
    bytes += kept.receipt.length + kept.statement.length;
    return index > 0 && bytes > room;
  });
  return end === -1 ? waiting : waiting.slice(0, end);
}

/**
 * Signs a frame of these receipts and of a change to each of these originators, chained to the previous
 * frame, and stores it to be sent. Throws `not-ready` while the key for receipts is not in force.
 */
export async function makeReceiptFrame(
  { identity, store }: { readonly identity: Identity; readonly store: GatewayStore },
  { deliveries, originators }: WaitingReceipts,
): Promise<void> {
  requireKey(identity, identity.receiptSigner);
  const now = identity.clock();
  const by = {
    recipient: identity.org,
    federation: federationOf(identity),
    signer: identity.receiptSigner,
    now,
  };
  const words = originators.map((originator) => store.receiptFrames.words(originator, MAX_CHANGES));
  const changes = await Promise.all(words.map((said) => signWords(said, by)));
  const receipts = deliveries.map(({ receipt, statement }) => ({ statement: receipt, delivery: statement }));
  const number = store.facts.number('receipt-frame') + 1;
  const previous = store.facts.text('receipt-statement') ?? null;
  const statement = await signReceiptsStatement({ number, previous }, { receipts, changes }, by);
  await store.commit(() =>
    store.receiptFrames.make({
      number,
      statementDigest: digest(statement),
      bytes: frames.receipt.encode({ statement, receipts, changes }, frameContract(identity)),
      deliveries: deliveries.map(({ seq }) => seq),
      words: words.flat().map(({ seq }) => seq),
      changed: originators,
      at: now.getTime(),
    }),
  );
}

function signWords(
  words: readonly WaitingWord[],
  {
    recipient,
    federation,
    ...by
  }: Omit<Parameters<typeof signChange>[0], 'originator' | 'changes'> & Parameters<typeof signChange>[1],
): Promise<string> {
  const [first] = words;
  if (first === undefined) throw fail('internal', 'an originator without later words is due');
  const changes = words.map(({ frame, place, jti, type, code, before }) => ({
    frame: parseFrameId(frame),
    index: place,
    jti: parseJti(jti),
    type: type as ReceiptType,
    ...(code === null ? {} : { code: code as Code }),
    before,
  }));
  return signChange({ recipient, federation, originator: parseOrgId(first.originator), changes }, by);
}

import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { verifyDelivery } from '../../shared/ledger/delivery/delivery.js';
import { openDelivery } from '../../shared/ledger/delivery/open-delivery.js';
import { verifyHeartbeat } from '../../shared/ledger/heartbeat.js';
import { openRecall } from '../../shared/ledger/recall.js';
import { verifyChange } from '../../shared/ledger/receipt/change.js';
import { verifyReceipt } from '../../shared/ledger/receipt/receipt.js';
import { verifyRecordings } from '../../shared/ledger/receipt/recording.js';
import { verifyReport } from '../../shared/ledger/record.js';
import type { StoredHolding } from '../../shared/store/gateway/gateway-holdings.js';
import { openDirectory } from '../../shared/trust/directory.js';
import { verifyJws } from '../../shared/trust/jws.js';
import { mayPass } from '../../shared/trust/may-pass.js';
import { serveOpenAlone, settleAll, type SuspectFrame } from '../../shared/trust/suspect/serve-alone.js';
import { readCheckpoint } from '../../shared/wire/checkpoint-frame.js';
import { frames } from '../../shared/wire/frames.js';
import { expectHub } from '../identity.js';
import { openDeliveredItems } from './open-delivered-items.js';

/** Opens a message of the own IN as the gateway would, but for what its database has to say. */
async function open(suspect: SuspectFrame): Promise<unknown> {
  const { org, subject, bytes, anchor, directory, now } = suspect;
  switch (subject?.type) {
    case 'delivery':
      if (subject.originator !== LEDGER_OWNER) return openNotices(suspect);
      return openRecall(frames.delivery.decode(bytes), { directory, recipient: org, now });
    case 'report':
      return verifyReport(frames.record.decode(bytes), { directory, org, now });
    case 'receipt':
      return openAnswers(suspect, subject.recipient);
    case 'answer':
      return verifyJws(frames.answer.decode(bytes).answer, expectHub(ownOf(suspect), 'answer+jws', org));
    case 'checkpoint':
      return verifyHeartbeat(readCheckpoint(bytes).heartbeat, directory, now);
    case 'directory':
      return openDirectory(bytes, anchor);
    default:
      return undefined;
  }
}

const ownOf = ({ org, directory, now }: SuspectFrame) => ({
  org,
  clock: () => now,
  directory: { current: () => directory },
});

const NOTHING_HELD: StoredHolding = {
  registers: undefined,
  early: '[]',
  actions: '[]',
  answers: '[]',
  keep: null,
  version: 0,
  known: undefined,
  copy: undefined,
};

async function openNotices(suspect: SuspectFrame): Promise<unknown> {
  const { org, bytes, directory, now } = suspect;
  const opened = await openDelivery(frames.delivery.decode(bytes), { directory, recipient: org, now });
  return openDeliveredItems(
    {
      identity: ownOf(suspect),
      mayPass: (error) => mayPass(error, 'gateway-frame'),
      read: () => NOTHING_HELD,
      isDrained: () => true,
    },
    opened,
  );
}

async function openAnswers(
  { org, bytes, directory, now }: SuspectFrame,
  recipient: typeof org,
): Promise<void> {
  const { receipts, changes = [], recorded = '' } = frames.receiptForward.decode(bytes);
  const by = { directory, recipient, now };
  await settleAll([
    verifyRecordings(recorded, { directory, originator: org, now }),
    ...receipts.map(({ statement }) => verifyReceipt(statement, by)),
    ...receipts.map(({ delivery = '' }) => verifyDelivery(delivery, by)),
    ...changes.map((change) => verifyChange(change, by)),
  ]);
}

serveOpenAlone(open);

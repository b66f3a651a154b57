import { verifyAction } from '../../shared/ledger/action.js';
import { verifyDelivery } from '../../shared/ledger/delivery/delivery.js';
import { verifyChange } from '../../shared/ledger/receipt/change.js';
import { verifyReceipt } from '../../shared/ledger/receipt/receipt.js';
import { digestsIn, verifyReceiptsStatement } from '../../shared/ledger/receipt/receipts-statement.js';
import { verifyRequest } from '../../shared/ledger/request.js';
import { verifySubmission } from '../../shared/ledger/submission.js';
import { verifyJws } from '../../shared/trust/jws.js';
import { openSubmission } from '../../shared/trust/open-notice.js';
import { serveOpenAlone, settleAll, type SuspectFrame } from '../../shared/trust/suspect/serve-alone.js';
import { frames } from '../../shared/wire/frames.js';
import { noticesIn } from '../../shared/wire/items.js';

/** Opens a message of an organisation's OUT as the router would. */
async function open({ org, subject, bytes, directory, now }: SuspectFrame): Promise<void> {
  if (subject?.type !== 'out') return;
  const by = { directory, originator: org, recipient: org, now };
  switch (subject.of) {
    case 'submission': {
      const submission = frames.submission.decode(frames.submissionFrame.decode(bytes).submission);
      await settleAll([
        verifySubmission(submission, by),
        ...noticesIn(submission).map((notice) => openSubmission(notice, by)),
        ...submission.items.flatMap(({ action }) => (action ? [verifyAction(action, by)] : [])),
        ...submission.items.flatMap(({ request }) =>
          request ? [verifyRequest(request, { directory, holder: org, now })] : [],
        ),
      ]);
      return;
    }
    case 'receipt': {
      const frame = frames.receipt.decode(bytes);
      await settleAll([
        verifyReceiptsStatement(frame.statement, digestsIn(frame), by),
        ...frame.receipts.map(({ statement }) => verifyReceipt(statement, by)),
        ...frame.receipts.map(({ delivery = '' }) => verifyDelivery(delivery, by)),
        ...frame.changes.map((change) => verifyChange(change, by)),
      ]);
      return;
    }
    case 'query': {
      const expected = { typ: 'query+jws', use: 'notice', key: directory.key, now } as const;
      await verifyJws(frames.query.decode(bytes).query, expected);
    }
  }
}

serveOpenAlone(open);

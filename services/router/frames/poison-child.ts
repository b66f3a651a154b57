import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { verifyAction } from '../../shared/ledger/action.js';
import { verifyDelivery } from '../../shared/ledger/delivery/delivery.js';
import { verifyChange } from '../../shared/ledger/receipt/change.js';
import { verifyReceipt } from '../../shared/ledger/receipt/receipt.js';
import { digestsIn, verifyReceiptsStatement } from '../../shared/ledger/receipt/receipts-statement.js';
import { verifyRequest } from '../../shared/ledger/request.js';
import { verifySubmission } from '../../shared/ledger/submission.js';
import { openDirectory } from '../../shared/trust/directory.js';
import { parsePublicJwk } from '../../shared/trust/jwk.js';
import { verifyJws } from '../../shared/trust/jws.js';
import { openSubmission } from '../../shared/trust/open-notice.js';
import { frames } from '../../shared/wire/frames.js';
import { noticesIn } from '../../shared/wire/items.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import type { OpenAloneRequest, ChildSays } from './poison.js';

/**
 * Opens a message, if there is one, as the router would. A refusal with a code is not a crash; any other
 * failure is.
 */
async function open({ alone, directory: frame, anchor, now }: OpenAloneRequest): Promise<void> {
  const directory = await openDirectory(decodeBase64url(frame), parsePublicJwk(anchor));
  if (alone === undefined) return;
  const { org, subject, bytes } = alone;
  const by = { directory, originator: parseOrgId(org), recipient: parseOrgId(org), now: new Date(now) };
  const about = parseSubject(subject);
  const raw = decodeBase64url(bytes);
  if (about?.type !== 'out') return;
  switch (about.of) {
    case 'submission': {
      const submission = frames.submission.decode(frames.submissionFrame.decode(raw).submission);
      await settleAll([
        verifySubmission(submission, by),
        ...noticesIn(submission).map((notice) => openSubmission(notice, by)),
        ...submission.items.flatMap(({ action }) => (action ? [verifyAction(action, by)] : [])),
        ...submission.items.flatMap(({ request }) =>
          request ? [verifyRequest(request, { directory, holder: by.originator, now: by.now })] : [],
        ),
      ]);
      return;
    }
    case 'receipt': {
      const frame = frames.receipt.decode(raw);
      await settleAll([
        verifyReceiptsStatement(frame.statement, digestsIn(frame), by),
        ...frame.receipts.map(({ statement }) => verifyReceipt(statement, by)),
        ...frame.receipts.map(({ delivery = '' }) => verifyDelivery(delivery, by)),
        ...frame.changes.map((change) => verifyChange(change, by)),
      ]);
      return;
    }
    case 'query': {
      const expected = { typ: 'query+jws', use: 'notice', key: directory.key, now: by.now } as const;
      await verifyJws(frames.query.decode(raw).query, expected);
    }
  }
}

async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === 'rejected') tolerate(result.reason);
}

function tolerate(thrown: unknown): void {
  if (errorFrom(thrown).code === 'internal') throw thrown;
}

const say = (words: ChildSays, end: () => void = () => undefined): void => {
  process.send?.(words, end);
};
const crashed = (): void => say('exception', () => process.exit(1));

process.once('uncaughtException', crashed);
process.once('message', (message) => {
  say('started');
  // The parent runs `createOpenAlone`, so the shape of its message is not checked.
  open(message as OpenAloneRequest)
    .catch(tolerate)
    .then(() => say('opened', () => process.exit(0)), crashed);
});
process.once('disconnect', () => process.exit(1));

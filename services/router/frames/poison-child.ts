import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { verifyReceipt } from '../../shared/ledger/receipt.js';
import { verifySubmission } from '../../shared/ledger/submission.js';
import { openDirectory } from '../../shared/trust/directory.js';
import { parsePublicJwk } from '../../shared/trust/jwk.js';
import { verifyJws } from '../../shared/trust/jws.js';
import { openSubmission } from '../../shared/trust/open-notice.js';
import { frames } from '../../shared/wire/frames.js';
import { parseSubject } from '../../shared/wire/subjects.js';

type SuspectMessage = Readonly<Record<'org' | 'subject' | 'bytes' | 'directory' | 'now', string>> & {
  readonly anchor: unknown;
};

/** Opens what the router would open. A refusal with a code is not a crash; any other failure is. */
async function open({ org, subject, bytes, now, ...trusted }: SuspectMessage): Promise<void> {
  const directory = await openDirectory(trusted.directory, parsePublicJwk(trusted.anchor));
  const by = { directory, originator: parseOrgId(org), recipient: parseOrgId(org), now: new Date(now) };
  const about = parseSubject(subject);
  const raw = decodeBase64url(bytes);
  if (about?.type !== 'out') return;
  switch (about.of) {
    case 'notice': {
      const submission = frames.submission.decode(frames.notice.decode(raw).submission);
      await settleAll([
        verifySubmission(submission, by),
        ...submission.notices.map((notice) => openSubmission(notice, by)),
      ]);
      return;
    }
    case 'receipt': {
      const { receipts } = frames.receipt.decode(raw);
      await settleAll(receipts.map(({ statement }) => verifyReceipt(statement ?? EMPTY, by)));
      return;
    }
    case 'query': {
      const expected = { typ: 'query+jws', use: 'notice', key: directory.key, now: by.now } as const;
      await verifyJws(frames.query.decode(raw).query, expected);
    }
  }
}

const EMPTY = { statement: '', leaves: [] };

async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === 'rejected') tolerate(result.reason);
}

function tolerate(thrown: unknown): void {
  if (errorFrom(thrown).code === 'internal') throw thrown;
}

process.once('message', (suspect: SuspectMessage) => {
  open(suspect)
    .catch(tolerate)
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
});
process.once('disconnect', () => process.exit(1));

import { seconds } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { mostReportBytes, roomForReport } from '../../shared/ledger/report-size.js';
import type { MadeFrame, SignedSubmission, Unframed } from '../../shared/store/gateway/gateway-frames.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest, frameId } from '../../shared/trust/digest.js';
import { signJws } from '../../shared/trust/jws.js';
import { MAX_FRAME_BYTES, MAX_NOTICES } from '../../shared/wire/frame-limits.js';
import { frames, type LedgerRecord } from '../../shared/wire/frames.js';
import { federationOf, type Identity, memberIds } from '../identity.js';

/**
 * Signs what waits as the next submission and keeps it; undefined when nothing waits. Throws `notice-ended`, with nothing
 * done, when one of them ended meanwhile.
 */
export async function makeSubmission(
  identity: Identity,
  store: GatewayStore,
): Promise<MadeFrame | undefined> {
  const others = memberIds(identity).filter((org) => org !== identity.org);
  const waiting = fitting(store.frames.unframed(MAX_NOTICES), others);
  if (waiting.length === 0) return undefined;
  const signed = await signSubmission(
    identity,
    store,
    waiting.map(({ sdJwt }) => sdJwt),
  );
  const owns = waiting.map(({ seq }) => seq);
  await store.commit(() => store.frames.make({ ...signed, owns }));
  return { ...signed, report: null };
}

/** Signs these as the next submission, and keeps nothing; they must fit into one message. */
export async function signSubmission(
  identity: Identity,
  store: GatewayStore,
  notices: readonly string[],
): Promise<SignedSubmission> {
  const number = store.facts.number('frame') + 1;
  const statement = await signJws(
    'submission+jws',
    {
      iss: identity.org,
      iat: seconds(identity.clock()),
      aud: federationOf(identity),
      number,
      previous: store.facts.text('statement') ?? null,
      items: notices.map(digest),
    },
    identity.noticeSigner,
  );
  const id = frameId('notice', identity.org, frames.submission.encode({ statement, notices }));
  return { number, id, statement, statementDigest: digest(statement), notices };
}

/** As many as fit into one message, and so that the report on them does (docs/adr/0006). */
function fitting(waiting: readonly Unframed[], others: readonly OrgId[]): readonly Unframed[] {
  const room = roomForReport(others);
  let [bytes, report] = [0, 0];
  const end = waiting.findIndex(({ sdJwt, listed }, index) => {
    bytes += sdJwt.length;
    report += mostReportBytes(listed, others);
    return index > 0 && (bytes > MAX_FRAME_BYTES || report > room);
  });
  return end === -1 ? waiting : waiting.slice(0, end);
}

/**
 * The message for a frame, with what the hub last reported on it. The submission is put together from the exact texts
 * that were kept; its id proves that these are the bytes of the first time. The trace may be another each time.
 */
export function frameMessage({ org }: Identity, frame: MadeFrame, traceparent = ''): Uint8Array {
  const { id, statement, notices, report } = frame;
  const submission = frames.submission.encode({ statement, notices });
  if (frameId('notice', org, submission) !== id) throw fail('internal', 'a kept frame has other bytes');
  const record: LedgerRecord | undefined = report ? frames.record.decode(report) : undefined;
  return frames.notice.encode({ submission, traceparent, ...(record ? { report: record } : {}) });
}

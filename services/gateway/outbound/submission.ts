import { MAX_PAYLOAD } from '../../shared/bus/nats-conf.js';
import { seconds } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { mostReportBytes, roomForReport } from '../../shared/ledger/report-size.js';
import type {
  MadeFrame,
  SignedSubmission,
  Unframed,
} from '../../shared/store/gateway/gateway-make-frames.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest, frameId } from '../../shared/trust/digest.js';
import { signJws } from '../../shared/trust/jws.js';
import { MAX_FRAME_BYTES, MAX_NARROWINGS, MAX_NOTICES } from '../../shared/wire/frame-limits.js';
import { frames, type LedgerRecord } from '../../shared/wire/frames.js';
import { noticeItems } from '../../shared/wire/items.js';
import { federationOf, type Identity, memberIds } from '../identity.js';

/**
 * Signs the waiting notices as the next submission and stores it; undefined when none waits. Throws `notice-ended`, and
 * stores nothing, when one of them ended meanwhile.
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
  return { ...signed, report: null, narrowings: [] };
}

/** Signs these notices as the next submission without storing it. They must fit into one message. */
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
  const id = frameId(
    'submission',
    identity.org,
    frames.submission.encode({ statement, items: noticeItems(notices) }),
  );
  return { number, id, statement, statementDigest: digest(statement), notices, items: [] };
}

/**
 * The notices from the front that fit into one message, and whose report fits into one too (docs/adr/0006).
 */
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

/** Maximum overhead of one record in its message, in bytes. */
const RECORD_OVERHEAD_BYTES = 16;
/** Maximum bytes of a message besides its submission, report and narrowings. */
const MESSAGE_OVERHEAD_BYTES = 1_024;

/**
 * Encodes the message of a frame with the hub's reports on it: the last routing report, and as many narrowings as fit. The
 * submission is built from the stored texts, and its digest must be the frame id, so its bytes are the same each time.
 * `traceparent` may differ.
 */
export function frameMessage({ org }: Identity, frame: MadeFrame, traceparent = ''): Uint8Array {
  const { id, statement, notices, report, narrowings } = frame;
  const submission = frames.submission.encode({ statement, items: noticeItems(notices) });
  if (frameId('submission', org, submission) !== id)
    throw fail('internal', 'a stored frame has the wrong id');
  const record: LedgerRecord | undefined = report ? frames.record.decode(report) : undefined;
  const room = MAX_PAYLOAD - MESSAGE_OVERHEAD_BYTES - submission.length - (report?.length ?? 0);
  return frames.submissionFrame.encode({
    submission,
    traceparent,
    ...(record ? { report: record } : {}),
    narrowings: fromFront(narrowings.slice(0, MAX_NARROWINGS), room).map(frames.record.decode),
  });
}

/** Returns the first records that fit together. */
function fromFront(records: readonly Uint8Array[], room: number): readonly Uint8Array[] {
  let bytes = 0;
  const end = records.findIndex(({ length }) => {
    bytes += length + RECORD_OVERHEAD_BYTES;
    return bytes > room;
  });
  return end === -1 ? records : records.slice(0, end);
}

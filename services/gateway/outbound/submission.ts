import { MAX_PAYLOAD } from '../../shared/bus/nats-conf.js';
import { seconds } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import type { MadeFrame, SignedSubmission } from '../../shared/store/gateway/gateway-make-frames.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest, frameId } from '../../shared/trust/digest.js';
import { signJws } from '../../shared/trust/jws.js';
import { MAX_NARROWINGS } from '../../shared/wire/frame-limits.js';
import { frames, type Item, type LedgerRecord } from '../../shared/wire/frames.js';
import { noticeItems, textOfItem } from '../../shared/wire/items.js';
import { federationOf, frameContract, type Identity } from '../identity.js';
import { nextContent } from './next-content.js';
import { unpackItem } from './packed-item.js';

/**
 * Signs the waiting items as the next submission and stores it; undefined when none waits. Ends and bars go
 * first, in frames of their own. Throws `notice-ended`, and stores nothing, when one of its notices ended
 * meanwhile.
 */
export async function makeSubmission(
  identity: Identity,
  store: GatewayStore,
): Promise<MadeFrame | undefined> {
  const { notices, items } = nextContent(identity, store);
  if (notices.length + items.length === 0) return undefined;
  const signed = await signSubmission(identity, store, {
    notices: notices.map(({ sdJwt }) => sdJwt),
    items: items.map(({ bytes }) => bytes),
  });
  const owns = notices.map(({ seq }) => seq);
  const ownItems = items.map(({ seq }) => seq);
  await store.commit(() => store.frames.make({ ...signed, owns, ownItems }));
  return { ...signed, report: null, narrowings: [] };
}

/** What a submission is made of: the texts of its notices, and its other items as `packItem` encodes them. */
type SubmissionContent = Pick<MadeFrame, 'notices' | 'items'>;

/** Signs this content as the next submission without storing it. It must fit into one message. */
export async function signSubmission(
  identity: Identity,
  store: GatewayStore,
  { notices, items }: SubmissionContent,
): Promise<SignedSubmission> {
  const number = store.facts.number('frame') + 1;
  const all = itemsOf({ notices, items });
  const statement = await signJws(
    'submission+jws',
    {
      iss: identity.org,
      iat: seconds(identity.clock()),
      aud: federationOf(identity),
      number,
      previous: store.facts.text('statement') ?? null,
      items: all.map((item) => digest(textOfItem(item))),
    },
    identity.noticeSigner,
  );
  const id = frameId('submission', identity.org, frames.submission.encode({ statement, items: all }));
  return { number, id, statement, statementDigest: digest(statement), notices, items };
}

/** The items of a submission in its order: its notices, then the others. */
function itemsOf({ notices, items }: SubmissionContent): readonly Item[] {
  return [...noticeItems(notices), ...items.map(unpackItem)];
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
export function frameMessage(identity: Identity, frame: MadeFrame, traceparent = ''): Uint8Array {
  const { id, statement, report, narrowings } = frame;
  const submission = frames.submission.encode({ statement, items: itemsOf(frame) });
  if (frameId('submission', identity.org, submission) !== id)
    throw fail('internal', 'a stored frame has the wrong id');
  const record: LedgerRecord | undefined = report ? frames.record.decode(report) : undefined;
  const room = MAX_PAYLOAD - MESSAGE_OVERHEAD_BYTES - submission.length - (report?.length ?? 0);
  const message = {
    submission,
    traceparent,
    ...(record ? { report: record } : {}),
    narrowings: fromFront(narrowings.slice(0, MAX_NARROWINGS), room).map(frames.record.decode),
  };
  return frames.submissionFrame.encode(message, frameContract(identity));
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

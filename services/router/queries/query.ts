import { seconds } from '../../shared/kernel/clock.js';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { type Claims, signJws, verifyJws } from '../../shared/trust/jws.js';
import { finalCode } from '../../shared/trust/may-pass.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import { answerPreview } from './answer-preview.js';
import { answerUnsettled } from './answer-unsettled.js';
import { answerStatus } from './answer-status.js';
import type { Buckets, Rate } from '../token-buckets.js';
import type { Frame } from '../frames/frame.js';
import type { Hub, Snapshot } from '../hub.js';
import { quarantineMessage } from '../frames/quarantine-message.js';

/** A gateway gives up on a query within this time. */
const MAX_QUERY_AGE_S = 30;
/** The rate of answers, for each organisation and type of query. */
const ANSWER_RATE: Rate = { burst: 100, perSecond: 20 };
/**
 * The rate of queries that are verified, refused ones included: each costs a verification and a signature.
 */
const VERIFY_RATE: Rate = { burst: 250, perSecond: 50 };

/** Answers a query of an organisation at once or never; above `VERIFY_RATE` it is settled unread. Nothing is parked or recorded. */
export async function answerQuery(hub: Hub, frame: Frame, buckets: Buckets): Promise<void> {
  // Waiting, as for notices above their quota, would delay the organisation's own notices behind the query.
  if (!buckets.take(`asked ${frame.org}`, 1, VERIFY_RATE)) {
    await frame.settle();
    return;
  }
  const snapshot = hub.snapshot();
  const opened = await openQuery(frame, snapshot);
  if (opened.type === 'unusable') return quarantineMessage(hub, frame, opened.code);
  // The gateway has given up on an older query.
  if (opened.iat >= seconds(snapshot.now) - MAX_QUERY_AGE_S) {
    const { query } = opened;
    // Separate buckets: the status queries of an outbox must not use up a person's previews.
    const name = query['type'] === 'status' || query['type'] === 'unsettled' ? 'status' : 'query';
    const isAllowed = buckets.take(`${name} ${frame.org}`, 1, ANSWER_RATE);
    const content = isAllowed ? contentOf(hub, snapshot, { frame, query }) : REFUSED;
    await send(hub, snapshot, { frame, content });
  }
  await frame.settle();
}

const REFUSED: Claims = { type: 'error', code: 'rate-limited' };

type Opened =
  | { readonly type: 'query'; readonly iat: number; readonly query: Claims }
  | { readonly type: 'unusable'; readonly code: ReturnType<typeof errorFrom>['code'] };

async function openQuery({ bytes, org }: Frame, { directory, now }: Snapshot): Promise<Opened> {
  try {
    const { query } = frames.query.decode(bytes);
    const expected = { typ: 'query+jws', use: 'notice', key: directory.key, now } as const;
    const { payload } = await verifyJws(query, { ...expected, issuer: org, audience: directory.federation });
    const asked = payload['query'];
    if (typeof asked !== 'object' || asked === null)
      throw fail('token-malformed', 'a query without a `query` member');
    return { type: 'query', iat: Number(payload['iat']), query: asked as Claims };
  } catch (thrown) {
    return { type: 'unusable', code: finalCode(errorFrom(thrown), 'query') };
  }
}

interface Asking {
  readonly frame: Frame;
  readonly query: Claims;
}

function contentOf(hub: Hub, snapshot: Snapshot, { frame: { org }, query }: Asking): Claims {
  try {
    switch (query['type']) {
      case 'preview':
        return answerPreview(query, { org, snapshot });
      case 'status':
        return answerStatus(query, { org, store: hub.store });
      case 'unsettled':
        return answerUnsettled(query, { org, hub });
      default:
        throw fail('usage', 'a query of an unknown type');
    }
  } catch (thrown) {
    return { type: 'error', code: errorFrom(thrown).code };
  }
}

async function send(
  { publishToInbox, signer }: Hub,
  { now }: Snapshot,
  { frame, content }: { readonly frame: Frame; readonly content: Claims },
): Promise<void> {
  const claims = { iss: 'hub', iat: seconds(now), aud: frame.org, frame: frame.id, answer: content };
  const bytes = frames.answer.encode({ answer: await signJws('answer+jws', claims, signer) });
  await publishToInbox(frame.org, { subject: subjects.answer(frame.id), bytes });
}

import { seconds } from '../../shared/kernel/clock.js';
import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import type { Directory } from '../../shared/trust/directory.js';
import { type Claims, signJws, verifyJws } from '../../shared/trust/jws.js';
import { finalCode } from '../../shared/trust/may-pass.js';
import { contractFor } from '../../shared/trust/directory/hub-contract.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import { contentOf } from './content-of.js';
import type { Buckets, Rate } from '../token-buckets.js';
import type { Frame } from '../frames/frame.js';
import type { Hub } from '../hub.js';
import { quarantineMessage } from '../frames/quarantine-message.js';

/** A gateway gives up on a query within this time. */
const MAX_QUERY_AGE_S = 30;
/** The rate of answers, for each organisation and type of query. */
const ANSWER_RATE: Rate = { burst: 100, perSecond: 20 };
/** The rate of questions about the log, for each organisation, in digests: each may take tiles of its own to prove. */
const LOG_RATE: Rate = { burst: 256, perSecond: 16 };
/** The rate of parts of the policies in force, for each organisation: each may have 180,000 bytes. */
const POLICIES_RATE: Rate = { burst: 16, perSecond: 0.5 };
/**
 * The rate of queries that are verified, refused ones included: each costs a verification and a signature.
 */
const VERIFY_RATE: Rate = { burst: 250, perSecond: 50 };

/**
 * Answers a query of an organisation at once or never, also while the gate is closed; above `VERIFY_RATE` it is settled
 * unread. Nothing is parked or recorded. Throws `not-ready` once for a query that this router cannot answer now, because
 * another router may.
 */
export async function answerQuery(hub: Hub, frame: Frame, buckets: Buckets): Promise<void> {
  // Waiting, as for notices above their quota, would delay the organisation's other queries.
  if (!buckets.take(`asked ${frame.org}`, 1, VERIFY_RATE)) {
    await frame.settle();
    return;
  }
  const now = hub.clock();
  const opened = await openQuery(frame, hub.directory(), now);
  if (opened.type === 'unusable') return rejectQuery(hub, frame, opened.code);
  if (!isTooOld(opened.issuedAt, now)) await answer(hub, { frame, query: opened.query, now }, buckets);
  await frame.settle();
}

/**
 * Quarantines what is no query. While the gate is closed nothing can be recorded, and the message is dropped with a security
 * event: the questions behind it do not wait for the gate.
 */
export async function rejectQuery(
  hub: Hub,
  message: Parameters<typeof quarantineMessage>[1],
  code: Code,
): Promise<void> {
  if (hub.isOpen()) return quarantineMessage(hub, message, code);
  hub.events.security(code, { originator: message.org });
  await message.settle();
}

/** True for a query on which its gateway has given up. */
export const isTooOld = (time: Date, now: Date): boolean => seconds(time) < seconds(now) - MAX_QUERY_AGE_S;

const REFUSED: Claims = { type: 'error', code: 'rate-limited' };

type Opened =
  | { readonly type: 'query'; readonly issuedAt: Date; readonly query: Claims }
  | { readonly type: 'unusable'; readonly code: Code };

async function openQuery({ bytes, org }: Frame, directory: Directory, now: Date): Promise<Opened> {
  try {
    const { query } = frames.query.decode(bytes);
    const expected = { typ: 'query+jws', use: 'notice', key: directory.key, now } as const;
    const { payload } = await verifyJws(query, { ...expected, issuer: org, audience: directory.federation });
    const asked = payload['query'];
    if (typeof asked !== 'object' || asked === null)
      throw fail('token-malformed', 'a query without a `query` member');
    return { type: 'query', issuedAt: new Date(Number(payload['iat']) * 1000), query: asked as Claims };
  } catch (thrown) {
    return { type: 'unusable', code: finalCode(errorFrom(thrown), 'query') };
  }
}

interface Asking {
  readonly frame: Frame;
  readonly query: Claims;
  readonly now: Date;
}

async function answer(hub: Hub, asking: Asking, buckets: Buckets): Promise<void> {
  const { frame, query, now } = asking;
  const { name, cost, rate } = chargeOf(query);
  const isAllowed = buckets.take(`${name} ${frame.org}`, cost, rate);
  const content = isAllowed ? await contentOf(hub, frame.org, query) : REFUSED;
  if (content['code'] === 'not-ready' && frame.attempt === 1)
    throw fail('not-ready', 'this router cannot answer the query now');
  await send(hub, { frame, content, now });
}

/** Returns what a question is charged. Separate buckets: the status queries of an outbox must not use up a person's previews. */
function chargeOf({ type, records }: Claims) {
  switch (type) {
    case 'status':
    case 'unsettled':
      return { name: 'status', cost: 1, rate: ANSWER_RATE };
    case 'consistency':
    case 'inclusion':
    case 'cosign':
    case 'directory':
      return { name: 'log', cost: Array.isArray(records) ? records.length : 1, rate: LOG_RATE };
    case 'policies':
      return { name: 'policies', cost: 1, rate: POLICIES_RATE };
    default:
      return { name: 'query', cost: 1, rate: ANSWER_RATE };
  }
}

async function send(
  { publishToInbox, signer, directory }: Hub,
  { frame, content, now }: Pick<Asking, 'frame' | 'now'> & { readonly content: Claims },
): Promise<void> {
  const claims = { iss: 'hub', iat: seconds(now), aud: frame.org, frame: frame.id, answer: content };
  const signed = await signJws('answer+jws', claims, signer);
  const bytes = frames.answer.encode({ answer: signed }, contractFor(directory(), frame.org));
  await publishToInbox(frame.org, { subject: subjects.answer(frame.id), bytes });
}

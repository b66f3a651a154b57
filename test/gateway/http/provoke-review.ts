import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { signReview } from '../../../services/shared/trust/signers/break-glass-review.js';
import type { Broker } from '../../support/broker.js';
import { fillWithActions } from '../life/fill-with-actions.js';
import { example, type Json, type Started } from '../start-gateway.js';
import type { Options } from './openapi.js';

type Call = (route: string, path: string, options?: Options) => Promise<Json>;

const ROUTE = 'POST /v1/notices/{id}/review';
const UNKNOWN = '01a21056-15a8-71b0-8594-e5708ea13abd';
const FAULTS: readonly Options[] = [
  { raw: '{' },
  { raw: '{}', headers: { 'content-type': 'text/plain' } },
  { raw: '{"review":{},"review":{}}' },
  { body: { unknown: 1 } },
  { body: { review: 'a.b.c' } },
  { raw: JSON.stringify({ x: 'x'.repeat(262_144) }) },
];

/** A good review of break-glass that was used: its path and body. */
export interface GoodReview {
  readonly path: string;
  readonly body: object;
}

/** Stores a notice that used break-glass, and signs the review of another approver. */
async function useBreakGlass(
  { store }: Started,
  call: Call,
  broker: Broker,
): Promise<GoodReview & { id: string }> {
  const draft = example('red');
  const body = { ...draft, header: { ...draft.header, breakGlass: 'escape' } };
  const id = String((await call('POST /v1/notices', '/v1/notices', { body }))['id']);
  const { seq, number } = store.own.find(id) ?? { seq: 0, number: 0 };
  const used = { breakGlass: 'escape', breakGlassKid: 'europol:approver:1' };
  await store.commit(() => store.own.approve(seq, { digest: id, header: '{}', sdJwt: 'x~', ...used }));
  const signer = await readSigner(broker.home.approver(parseOrgId('europol'), 2));
  const signing = { signer, federation: 'demo', now: new Date() };
  const review = await signReview({ jti: `${id}.${number}`, finding: 'justified' }, signing);
  return { id, path: `/v1/notices/${id}/review`, body: { review } };
}

/** Provokes each code of the route of reviews but that of a gateway that signs nothing; returns what provokes this one later. */
export async function provokeReview(gateway: Started, call: Call, broker: Broker): Promise<GoodReview> {
  const { path, body, id } = await useBreakGlass(gateway, call, broker);
  for (const fault of FAULTS) await call(ROUTE, path, fault);
  await call(ROUTE, `/v1/notices/${UNKNOWN}/review`, { body });
  await call(ROUTE, path, { body, headers: { 'idempotency-key': 'a b' } });
  await call(ROUTE, path, { body, headers: { 'idempotency-key': 'review' } });
  const other = await useBreakGlass(gateway, call, broker);
  await call(ROUTE, other.path, { body: other.body, headers: { 'idempotency-key': 'review' } });
  await fillWithActions(gateway.store, id);
  await call(ROUTE, path, { body });
  return other;
}

/** Provokes the code of a gateway that signs nothing. */
export async function provokeUnsignedReview(call: Call, { path, body }: GoodReview): Promise<void> {
  await call(ROUTE, path, { body });
}

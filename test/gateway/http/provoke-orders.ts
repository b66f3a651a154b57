import { v7 as uuidv7 } from 'uuid';
import { digest as digestOf } from '../../../services/shared/trust/digest.js';
import { fillWithActions } from '../life/fill-with-actions.js';
import { example, type Json, type Started } from '../start-gateway.js';
import type { Options } from './openapi.js';

/** Calls a route and notes the code of its answer. */
type Call = (route: string, path: string, options?: Options) => Promise<Json>;

const UNKNOWN = '01a21056-15a8-71b0-8594-e5708ea13abd';
const future = new Date(Date.now() + 86_400_000).toISOString();
const far = new Date(Date.now() + 9e11).toISOString();

/** A good body for each route of an order on a notice. */
const ORDERS = {
  withdraw: { reason: 'basis-gone' },
  suspend: { reason: 'under-review', until: future },
  resume: {},
  restrict: { reason: 'by-originator', holders: [{ org: 'afripol' }] },
  lift: {},
  extend: {
    reason: 'still-needed',
    expiresAt: new Date(Date.now() + 5 * 365 * 86_400_000 - 3_600_000).toISOString(),
  },
  unseal: { section: 'judicial', to: 'afripol' },
  revisions: example('red'),
} as const;
const REQUESTS = { grant: {}, decline: { reason: 'not-necessary' } } as const;

const BAD_KEY = { 'idempotency-key': 'a b' };

/** Bodies that no route takes. */
const FAULTS: readonly Options[] = [
  { raw: '{' },
  { raw: '{}', headers: { 'content-type': 'text/plain' } },
  { raw: '{"reason":{},"reason":{}}' },
  { body: { unknown: 1 } },
  { raw: JSON.stringify({ x: 'x'.repeat(262_144) }) },
];

async function submit(call: Call, kind = 'red', header: object = {}): Promise<string> {
  const draft = example(kind);
  const body = { ...draft, header: { ...draft.header, ...header } };
  return String((await call('POST /v1/notices', '/v1/notices', { body }))['id']);
}

/** Stores a request of afripol for a section of an own notice; returns its id. */
async function ask({ store }: Started, id: string): Promise<string> {
  const jti = uuidv7();
  const digest = digestOf(jti);
  const about = { section: 'judicial', purpose: 'arrest', copy: 'd', at: 1, text: 't' };
  await store.commit(() => store.asked.receive({ jti, digest, id, org: 'afripol', ...about }));
  return jti;
}

/**
 * Provokes each code of the routes that order actions, except for codes that need another state of the
 * gateway.
 */
export async function provokeOrders(gateway: Started, call: Call): Promise<void> {
  const ended = await submit(call);
  const asked = await ask(gateway, ended);
  const living = await submit(call);
  for (const [verb, body] of Object.entries(ORDERS)) {
    const route = `POST /v1/notices/{id}/${verb}`;
    for (const fault of FAULTS) await call(route, `/v1/notices/${living}/${verb}`, fault);
    await call(route, `/v1/notices/${UNKNOWN}/${verb}`, { body });
    await call(route, `/v1/notices/${living}/${verb}`, { body, headers: BAD_KEY });
  }
  const post = (path: string, body: object, headers = {}) =>
    call(`POST /v1/notices/{id}/${path.split('/').at(-1)}`, `/v1/notices/${path}`, { body, headers });
  await post(`${living}/suspend`, { ...ORDERS.suspend, until: far });
  await post(`${living}/extend`, { ...ORDERS.extend, expiresAt: far });
  const short = await submit(call, 'red', { expiresAfter: 'PT9M', reviewAfter: 'PT9M' });
  await post(`${short}/extend`, ORDERS.extend);
  await post(`${living}/restrict`, { reason: 'by-originator', holders: [{ org: 'nobody' }] });
  await post(`${living}/unseal`, ORDERS.unseal);
  await provokeDrafts(call, living);
  for (const [verb, body] of Object.entries(ORDERS)) {
    if (verb === 'withdraw' || verb === 'unseal') continue;
    await post(`${living}/${verb}`, body, { 'idempotency-key': verb });
  }
  await post(`${living}/withdraw`, ORDERS.withdraw, { 'idempotency-key': 'withdraw' });
  await post(`${ended}/withdraw`, ORDERS.withdraw);
  for (const [verb, body] of Object.entries(ORDERS)) {
    await post(`${ended}/${verb}`, body);
    await post(`${ended}/${verb}`, body, { 'idempotency-key': verb === 'resume' ? 'suspend' : 'resume' });
  }
  await call('POST /v1/notices/{id}/confirm', `/v1/notices/${UNKNOWN}/confirm`);
  await call('POST /v1/notices/{id}/confirm', `/v1/notices/${UNKNOWN}/confirm?x=1`);
  for (const path of ['held-actions', 'requests', 'overdue']) {
    await call(`GET /v1/${path}`, `/v1/${path}`);
    await call(`GET /v1/${path}`, `/v1/${path}?x=1`);
  }
  for (const list of ['actions', 'stages'])
    for (const path of [`${ended}/${list}`, `${ended}/${list}?x=1`, `${UNKNOWN}/${list}`])
      await call(`GET /v1/notices/{id}/${list}`, `/v1/notices/${path}`);
  await provokeAnswers(gateway, call, asked);
  await provokeTooMany(gateway, call);
  await provokeLost(gateway, call);
  await provokeAsking(call);
  await provokeApproval(call);
  await provokeKeys(call);
}

/** Provokes the code of what needs the content of a notice that was lost in a restore. */
async function provokeLost(gateway: Started, call: Call): Promise<void> {
  const { store } = gateway;
  const id = uuidv7();
  const exp = Math.floor(Date.now() / 1000) + 86_400;
  const revision = { id, number: Date.now(), kind: 'red', exp, recipients: ['afripol'] };
  await store.commit(() => store.lost.add(revision));
  for (const verb of ['extend', 'unseal', 'revisions'] as const)
    await call(`POST /v1/notices/{id}/${verb}`, `/v1/notices/${id}/${verb}`, { body: ORDERS[verb] });
  await call('GET /v1/notices/{id}/recipients', `/v1/notices/${id}/recipients`);
  const jti = await ask(gateway, id);
  await call('POST /v1/requests/{jti}/grant', `/v1/requests/${jti}/grant`, { body: {} });
  await call('GET /v1/notices/{id}', `/v1/notices/${id}`);
  await call('GET /v1/reports', `/v1/reports?ids=${id}`);
}

/** Provokes the code of an order on a notice that takes no more actions. */
async function provokeTooMany(gateway: Started, call: Call): Promise<void> {
  const full = await submit(call);
  const jti = await ask(gateway, full);
  await fillWithActions(gateway.store, full);
  for (const [verb, body] of Object.entries(ORDERS)) {
    if (verb === 'withdraw' || verb === 'revisions') continue;
    await call(`POST /v1/notices/{id}/${verb}`, `/v1/notices/${full}/${verb}`, { body });
  }
  for (const [verb, body] of Object.entries(REQUESTS))
    await call(`POST /v1/requests/{jti}/${verb}`, `/v1/requests/${jti}/${verb}`, { body });
}

/** Provokes the codes of drafts that are refused as a revision. */
async function provokeDrafts(call: Call, id: string): Promise<void> {
  const draft = example('green');
  const faults = [
    { kind: 'grene' },
    { excluded: ['afripoll'] },
    { neutralityReview: { reason: 'a mayor is concerned' } },
  ];
  for (const more of faults) {
    const body = { ...draft, header: { ...draft.header, ...more } };
    await call('POST /v1/notices/{id}/revisions', `/v1/notices/${id}/revisions`, { body });
  }
}

/**
 * Provokes each code of the routes that answer a request; the request `asked` is about a notice that has
 * ended.
 */
async function provokeAnswers(gateway: Started, call: Call, asked: string): Promise<void> {
  const living = await submit(call);
  const [open, answered] = [await ask(gateway, living), await ask(gateway, living)];
  const path = (jti: string, verb: string): string => `/v1/requests/${jti}/${verb}`;
  for (const [verb, body] of Object.entries(REQUESTS)) {
    const route = `POST /v1/requests/{jti}/${verb}`;
    for (const fault of FAULTS) await call(route, path(open, verb), fault);
    await call(route, path(UNKNOWN, verb), { body });
    await call(route, path(open, verb), { body, headers: BAD_KEY });
    await call(route, path(asked, verb), { body });
    await call(route, path(open, verb), { body, headers: { 'idempotency-key': 'restrict' } });
  }
  await call('POST /v1/requests/{jti}/grant', path(open, 'grant'), { body: {} });
  const declined = { body: REQUESTS.decline };
  await call('POST /v1/requests/{jti}/decline', path(answered, 'decline'), declined);
  await call('POST /v1/requests/{jti}/decline', path(answered, 'decline'), declined);
  await call('POST /v1/requests/{jti}/grant', path(answered, 'grant'), { body: {} });
}

async function provokeAsking(call: Call): Promise<void> {
  const [route, path] = [
    'POST /v1/inbox/{originator}/{id}/requests',
    `/v1/inbox/afripol/${UNKNOWN}/requests`,
  ];
  const body = { section: 'judicial', purpose: 'arrest' };
  for (const fault of FAULTS) await call(route, path, fault);
  await call(route, path, { body });
  await call(route, path, { body, headers: BAD_KEY });
  await call(route, path, { body, headers: { 'idempotency-key': 'resume' } });
}

const APPROVAL = 'POST /v1/notices/{id}/approval';
const UNSIGNED = { body: { approval: 'a.b.c' } };

/** Provokes the codes of the routes for a notice that awaits an approval. */
async function provokeApproval(call: Call): Promise<void> {
  const neutralityReview = { reason: 'a mayor is concerned', submittedBy: 'Ada Example' };
  const path = `/v1/notices/${await submit(call, 'red', { neutralityReview })}/approval`;
  for (const fault of [...FAULTS, UNSIGNED]) await call(APPROVAL, path, fault);
  await call(APPROVAL, `/v1/notices/${UNKNOWN}/approval`, UNSIGNED);
  for (const asked of [path, `${path}?x=1`, `/v1/notices/${UNKNOWN}/approval`])
    await call('GET /v1/notices/{id}/approval', asked);
}

const KEYS = ['POST /v1/key-requests', '/v1/key-requests'] as const;

/** Provokes the codes of key requests, with one for another federation. */
async function provokeKeys(call: Call): Promise<void> {
  for (const fault of FAULTS) await call(...KEYS, fault);
  const wish = { type: 'revoke', kid: 'europol:receipt:1', since: 1 };
  const payload = Buffer.from(JSON.stringify({ iss: 'europol', aud: 'other', iat: 1, wish }));
  await call(...KEYS, { body: { payload: payload.toString('base64url'), signatures: [] } });
  for (const path of ['x', 'x?x=1']) await call('GET /v1/key-requests/{digest}', `/v1/key-requests/${path}`);
}

/** Provokes the codes of a gateway whose key is revoked, which signs nothing. */
export async function provokeUnsigned({ store }: Started, call: Call): Promise<void> {
  for (const [verb, body] of Object.entries(ORDERS)) {
    await call(`POST /v1/notices/{id}/${verb}`, `/v1/notices/${UNKNOWN}/${verb}`, { body });
  }
  await call(...KEYS, { body: {} });
  await call(APPROVAL, `/v1/notices/${UNKNOWN}/approval`, UNSIGNED);
  const jti = String(store.asked.open({ after: { at: 0, jti: '' }, limit: 1 })[0]?.jti);
  for (const [verb, body] of Object.entries(REQUESTS)) {
    await call(`POST /v1/requests/{jti}/${verb}`, `/v1/requests/${jti}/${verb}`, { body });
  }
  const body = { section: 'judicial', purpose: 'arrest' };
  await call(`POST /v1/inbox/{originator}/{id}/requests`, `/v1/inbox/afripol/${UNKNOWN}/requests`, { body });
}

/** Provokes the codes of a gateway whose outbox is full. */
export async function provokeFull(call: Call, at: Started): Promise<void> {
  const route = 'POST /v1/notices/{id}/revisions';
  await call(route, `/v1/notices/${UNKNOWN}/revisions`, { at, body: example('green') });
  await call(APPROVAL, `/v1/notices/${UNKNOWN}/approval`, { at, ...UNSIGNED });
}

/** Answers that are not provoked: they need a held notice, or an action that waits for a confirmation. */
export const UNPROVOKED_ANSWERS: readonly string[] = [
  'POST /v1/inbox/{originator}/{id}/requests 422 not-withheld',
  'POST /v1/notices/{id}/confirm 409 notice-ended',
  'POST /v1/notices/{id}/confirm 409 too-many-actions',
  'POST /v1/notices/{id}/confirm 422 organisation-unknown',
  'POST /v1/notices/{id}/confirm 422 schema-invalid',
  'POST /v1/notices/{id}/confirm 503 not-ready',
];

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../support/broker.js';
import { bytesOnDisk } from '../craft.js';
import { fillWithActions } from '../life/fill-with-actions.js';
import { type Described, describedBy } from './openapi.js';
import { example, type Json, letIn, startGateway, type Started } from '../start-gateway.js';
import { until } from '../../support/until.js';

const UNKNOWN = '01a21056-15a8-71b0-8594-e5708ea13abd';
const DAY = 86_400_000;
const ID = /(?<=notices\/)[^/]+/;

let broker: Broker;
let gateway: Started;
let described: Described;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { offline: true, settings: { extendAheadMs: 600_000 } });
  described = await describedBy(gateway);
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
const call = (path: string, body: unknown, headers = {}) =>
  described.call(`POST ${path.replace(ID, '{id}')}`, path, { body, headers });

async function submit(canary = 'x'): Promise<string> {
  const { header, sections } = example('red');
  const threat = { ...Object(sections['threat']), description: canary };
  const { body } = await call('/v1/notices', { header, sections: { ...sections, threat } });
  return `/v1/notices/${String(body['id'])}`;
}

const show = async (notice: string): Promise<Json> =>
  (await described.call('GET /v1/notices/{id}', notice)).body;
const lifeOf = async (notice: string): Promise<Json> => (await show(notice))['life'] as Json;
const fieldOf = (body: Json): unknown => (body['errors'] as readonly Json[] | undefined)?.[0]?.['path'];

describe('gateway http: an action on an own notice', () => {
  test('is signed and stored before it is answered, with a number above that of the notice', async () => {
    const notice = await submit();
    const { number } = await show(notice);
    const { status, body } = await call(`${notice}/suspend`, { reason: 'under-review', until: inDays(9) });
    expect([status, body['verb'], body['state']]).toEqual([202, 'suspend', 'queued']);
    expect(Number(body['number'])).toBeGreaterThan(Number(number));
    expect((await lifeOf(notice))['suspendedUntil']).toBe(body['until']);
    const resumed = await call(`${notice}/resume`, {});
    expect(Number(resumed.body['number'])).toBeGreaterThan(Number(body['number']));
    expect(await lifeOf(notice)).not.toHaveProperty('suspendedUntil');
  });

  test('is signed once for an idempotency key, also when two requests with it arrive at the same time', async () => {
    const notice = await submit();
    const [body, headers] = [{ reason: 'issued-in-error' }, { 'idempotency-key': 'once' }];
    const both = await Promise.all([
      call(`${notice}/withdraw`, body, headers),
      call(`${notice}/withdraw`, body, headers),
    ]);
    const again = await call(`${notice}/withdraw`, body, headers);
    expect(new Set([...both, again].map((one) => one.body['action'])).size).toBe(1);
    const other = await call(`${await submit()}/withdraw`, body, headers);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
  });

  test('on an unknown notice, or with a malformed id, is answered as unknown', async () => {
    for (const id of [UNKNOWN, 'x']) {
      const { status, body } = await call(`/v1/notices/${id}/withdraw`, { reason: 'basis-gone' });
      expect([status, body['code'], body['detail']]).toEqual([404, 'not-found', 'no such notice']);
    }
  });

  test.each([
    ['withdraw', { reason: 'bored' }, 'schema-invalid', '/reason'],
    ['withdraw', { reason: 'basis-gone', until: 1 }, 'schema-invalid', '/until'],
    ['suspend', { reason: 'under-review', until: inDays(-1) }, 'schema-invalid', '/until'],
    ['suspend', { reason: 'under-review', until: 'soon' }, 'schema-invalid', '/until'],
    ['suspend', { reason: 'under-review', until: inDays(200) }, 'suspension-too-long', '/until'],
    ['extend', { reason: 'still-needed', expiresAt: inDays(6 * 365) }, 'extension-too-long', '/expiresAt'],
    ['extend', { reason: 'still-needed', expiresAt: inDays(1) }, 'schema-invalid', '/expiresAt'],
    ['unseal', { section: 'judicial', to: 'afripol' }, 'not-withheld', '/to'],
    ['unseal', { section: 'nothing', to: 'afripol' }, 'schema-invalid', '/section'],
    ['restrict', { reason: 'by-originator' }, 'schema-invalid', '/holders'],
    [
      'restrict',
      { reason: 'by-originator', holders: [{ org: 'nobody' }] },
      'organisation-unknown',
      '/holders/0/org',
    ],
    [
      'restrict',
      { reason: 'by-originator', holders: [{ org: 'afripol', sections: ['x'] }] },
      'schema-invalid',
      '/holders/0/sections/0',
    ],
  ])('%s %j is refused as %s, which names the field', async (...[verb, order, code, field]) => {
    const { status, body } = await call(`${await submit()}/${verb}`, order);
    expect([status, body['code'], fieldOf(body)]).toEqual([422, code, field]);
  });

  test('extend outside of what is left names the end that stands and the latest possible, or that there is no later one', async () => {
    const { header, sections } = example('red');
    const shorter = { header: { ...Object(header), reviewAfter: 'P6M', expiresAfter: 'P1Y' }, sections };
    const notice = `/v1/notices/${String((await call('/v1/notices', shorter)).body['id'])}`;
    const { expiresAt: end } = await lifeOf(notice);
    const yearsLater = (years: number): string =>
      String(end).replace(/^\d+/, (year) => `${Number(year) + years}`);
    for (const wrong of [inDays(1), yearsLater(6)]) {
      const { body } = await call(`${notice}/extend`, { reason: 'still-needed', expiresAt: wrong });
      expect(body['detail']).toBe(
        `\`/expiresAt\`: expected a time after the present end, ${end}, and at most ${yearsLater(4)}`,
      );
    }
    const longest = await submit();
    const { expiresAt } = await lifeOf(longest);
    const { body } = await call(`${longest}/extend`, { reason: 'still-needed', expiresAt: inDays(6 * 365) });
    expect(body['detail']).toContain(`the notice already lives as long as it may, until ${expiresAt}`);
  });

  test('above the 256 that a notice takes is refused before it is signed, except for a withdrawal', async () => {
    const path = await submit();
    const id = path.split('/').at(-1) ?? '';
    await fillWithActions(gateway.store, id);
    for (const verb of ['resume', 'restrict']) {
      const order = verb === 'resume' ? {} : { reason: 'by-originator', holders: [{ org: 'afripol' }] };
      const { status, body } = await call(`${path}/${verb}`, order);
      expect([status, body['code']]).toEqual([409, 'too-many-actions']);
    }
    expect(gateway.store.items.of('', id)).toHaveLength(256);
    expect((await call(`${path}/withdraw`, { reason: 'basis-gone' })).status).toBe(202);
  });

  test('are shown with the notice up to the newest 50, and all of them in pages, the newest first', async () => {
    const path = await submit();
    await fillWithActions(gateway.store, path.split('/').at(-1) ?? '');
    const { actions, earlierActions } = await lifeOf(path);
    const numbers = (items: unknown) => (items as readonly Json[]).map(({ number }) => Number(number));
    expect(numbers(actions)).toEqual(Array.from({ length: 50 }, (_, at) => 207 + at));
    const pages: number[] = [];
    for (let before: unknown = earlierActions; before !== null; ) {
      const page = (
        await described.call('GET /v1/notices/{id}/actions', `${path}/actions?limit=100&before=${before}`)
      ).body;
      pages.push(...numbers(page['items']));
      before = page['next'];
    }
    expect(pages).toEqual(Array.from({ length: 206 }, (_, at) => 206 - at));
  });

  test('that takes the handling note from a notice whose handling code needs it is refused', async () => {
    const { header, sections } = example('red');
    const handling = { ...Object(header['handling']), codes: ['H3'] };
    const noted = {
      header: { ...header, handling },
      sections: { ...sections, handlingNote: { text: 'ask first' } },
    };
    const made = await call('/v1/notices', noted);
    const restriction = {
      reason: 'by-originator',
      holders: [{ org: 'afripol', sections: ['handlingNote'] }],
    };
    const { body } = await call(`/v1/notices/${String(made.body['id'])}/restrict`, restriction);
    expect([body['code'], fieldOf(body)]).toEqual(['schema-invalid', '/holders/0/sections']);
  });

  test('an extension shortly before the end is refused, an earlier one sets the end', async () => {
    const { header, sections } = example('red');
    const short = { ...header, expiresAfter: 'PT9M', reviewAfter: 'PT9M' };
    const made = await call('/v1/notices', { header: short, sections });
    const late = await call(`/v1/notices/${String(made.body['id'])}/extend`, {
      reason: 'still-needed',
      expiresAt: inDays(1),
    });
    expect([late.body['code'], fieldOf(late.body)]).toEqual(['extension-too-late', '/expiresAt']);
    const hour = { ...header, expiresAfter: 'PT1H', reviewAfter: 'PT1H' };
    const { body } = await call('/v1/notices', { header: hour, sections });
    const notice = `/v1/notices/${String(body['id'])}`;
    const { status } = await call(`${notice}/extend`, { reason: 'still-needed', expiresAt: inDays(9) });
    expect(status).toBe(202);
    expect(Date.parse(String((await lifeOf(notice))['expiresAt']))).toBeGreaterThan(Date.now() + 8 * DAY);
  });
});

describe('gateway http: a withdrawal', () => {
  test('of a notice that was not sent yet drops it, and its content is erased from the disk', async () => {
    const canary = `canary-${Math.random()}`;
    const notice = await submit(canary);
    await gateway.call('GET', `/v1/notices?text=${canary}`);
    const { body } = await call(`${notice}/withdraw`, { reason: 'issued-in-error' });
    expect(body['state']).toBe('settled');
    await until('it is erased', () => !bytesOnDisk(broker, 'europol').includes(canary));
    expect(gateway.store.frames.unframed(64).map(({ sdJwt }) => sdJwt)).not.toContainEqual(
      expect.stringContaining(canary),
    );
    const shown = await show(notice);
    expect(shown).toMatchObject({ kind: 'red', state: 'ended', header: null, sections: null });
    expect(shown['life']).toMatchObject({
      originator: 'europol',
      ended: { ending: 'withdrawn', reason: 'issued-in-error' },
      actions: [{ verb: 'withdraw', derived: false }],
    });
  });

  test('is final: every later order is answered as `notice-ended`', async () => {
    const notice = await submit();
    await call(`${notice}/withdraw`, { reason: 'basis-gone' });
    const orders = [
      ['withdraw', { reason: 'basis-gone' }],
      ['suspend', { reason: 'under-review', until: inDays(1) }],
      ['resume', {}],
      ['extend', { reason: 'still-needed', expiresAt: inDays(9) }],
      ['unseal', { section: 'judicial', to: 'afripol' }],
      ['revisions', example('red')],
    ] as const;
    for (const [verb, order] of orders) {
      const { status, body } = await call(`${notice}/${verb}`, order);
      expect([verb, status, body['code']]).toEqual([verb, 409, 'notice-ended']);
    }
  });
});

describe('gateway http: an amendment', () => {
  test('is a revision with a number above every action, and sets the end of the notice', async () => {
    const notice = await submit();
    const { body } = await call(`${notice}/suspend`, { reason: 'under-review', until: inDays(9) });
    const { header, sections } = example('red');
    const draft = { header: { ...header, expiresAfter: 'P30D', reviewAfter: 'P30D' }, sections };
    const amended = await call(`${notice}/revisions`, draft, { 'idempotency-key': 'a1' });
    expect([amended.status, amended.body['revision']]).toEqual([202, 2]);
    const again = await call(`${notice}/revisions`, draft, { 'idempotency-key': 'a1' });
    expect(again.body['revision']).toBe(2);
    const life = await lifeOf(notice);
    expect(life['revisions']).toHaveLength(2);
    expect(Date.parse(String(life['expiresAt']))).toBeLessThan(Date.now() + 31 * DAY);
    expect(Number((await show(notice))['number'])).toBeGreaterThan(Number(body['number']));
    // A suspension stays in force after a later revision.
    expect(life['suspendedUntil']).toBe(body['until']);
  });

  test('of an unknown notice is answered as unknown', async () => {
    const { status, body } = await call(`/v1/notices/${UNKNOWN}/revisions`, example('red'));
    expect([status, body['code']]).toEqual([404, 'not-found']);
  });
});

describe('gateway http: withdrawals above the limit of an hour', () => {
  test('wait for a confirmation by a token that may confirm', async () => {
    const at = await startGateway(broker, 'afripol', { offline: true, settings: { maxEndsPerHour: 1 } });
    const post = (path: string, body: unknown, token?: string) =>
      at.call('POST', path, { body, ...(token === undefined ? {} : { token }) });
    const made = await Promise.all([1, 2, 3].map(() => post('/v1/notices', example('red'))));
    const [first = '', second = '', third = ''] = made.map(({ body }) => `/v1/notices/${String(body['id'])}`);
    expect((await post(`${first}/withdraw`, { reason: 'basis-gone' })).body['state']).not.toBe('held');
    const held = await post(`${second}/withdraw`, { reason: 'basis-gone' });
    expect(held.body['state']).toBe('held');
    expect(held.body).not.toHaveProperty('number');
    expect((await at.call('GET', second)).body['header']).not.toBeNull();
    const waiting = async (query: string) => (await at.call('GET', `/v1/held-actions${query}`)).body;
    expect(await waiting('')).toMatchObject({ items: [{ verb: 'withdraw' }], next: null });
    const next = await post(`${third}/withdraw`, { reason: 'basis-gone' });
    const page = await waiting('?limit=1');
    expect(page).toMatchObject({ items: [{ action: held.body['action'] }], next: held.body['action'] });
    expect(await waiting(`?after=${String(page['next'])}`)).toMatchObject({
      items: [{ action: next.body['action'] }],
      next: null,
    });
    const token = 'd'.repeat(43);
    const remove = letIn(broker, { org: 'afripol', token, scopes: ['notice:write', 'notice:read'] });
    expect((await post(`${second}/confirm`, {}, token)).status).toBe(403);
    remove();
    const confirmed = await post(`${second}/confirm`, {});
    expect(confirmed.body['items']).toMatchObject([{ verb: 'withdraw', number: expect.any(Number) }]);
    expect((await at.call('GET', second)).body).toMatchObject({ state: 'ended', header: null });
    expect((await post(`${second}/confirm`, {})).status).toBe(404);
    await at.stop();
  });
});

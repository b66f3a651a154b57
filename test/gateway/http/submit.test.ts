import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { verifySubmission } from '../../../services/shared/ledger/submission.js';
import { openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';
import { digest, frameId } from '../../../services/shared/trust/digest.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticesIn } from '../../../services/shared/wire/items.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, letIn, startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol');
  hub = await playHub(broker, gateway.identity.directory.current());
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const submit = (body: unknown, headers = {}) => gateway.call('POST', '/v1/notices', { body, headers });

describe('gateway http: a submission', () => {
  test('is signed and in the outbox on the disk before it is answered', async () => {
    const { status, body } = await submit(example('yellow'));
    expect(status).toBe(202);
    const store = openGatewayStore(broker.home.org(gateway.identity.org, 'gateway.db'));
    const own = store.own.find(String(body['id']));
    expect(own).toMatchObject({ state: 'queued', kind: 'yellow', revision: 1 });
    await store.close();
  });

  test('with the same idempotency key and body gives the same notice, also when both arrive at once', async () => {
    const headers = { 'idempotency-key': 'once' };
    const both = await Promise.all([submit(example('blue'), headers), submit(example('blue'), headers)]);
    const again = await submit(example('blue'), headers);
    expect(new Set([...both, again].map(({ body }) => body['id'])).size).toBe(1);
    expect([...both, again].map(({ status }) => status)).toEqual([202, 202, 202]);
  });

  test('with the same idempotency key and another body is refused', async () => {
    const headers = { 'idempotency-key': 'twice' };
    await submit(example('blue'), headers);
    const other = await submit(example('green'), headers);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
  });

  test('has its signing time as number, whatever the gateway submitted before', async () => {
    const [before, { body }] = [Date.now(), await submit(example('green'))];
    const { number } = (await gateway.call('GET', String(body['href']))).body;
    expect(number).toBeGreaterThanOrEqual(before);
    expect(number).toBeLessThanOrEqual(Date.now());
  });

  test('is sent in frames whose statements are numbered, chained and name the exact notices', async () => {
    await hub.serve('europol');
    await Promise.all(Array.from({ length: 20 }, () => submit(example('green'))));
    const seen = () =>
      hub.seen.flatMap(({ message }) => noticesIn(frames.submission.decode(message.submission)));
    await until('all of them are seen', () => seen().length >= 20);
    let previous: string | null | undefined;
    let number = 0;
    for (const { org, frame, message } of hub.seen) {
      expect(frameId('submission', org, message.submission)).toBe(frame);
      const submission = frames.submission.decode(message.submission);
      const opening = { directory: hub.directory, originator: org, now: new Date() };
      const verified = await verifySubmission(submission, opening);
      if (previous !== undefined) expect(verified.previous).toBe(previous);
      expect(verified.number).toBe(number === 0 ? verified.number : number + 1);
      [previous, number] = [verified.digest, verified.number];
      expect(verified.digest).toBe(digest(submission.statement));
      for (const notice of noticesIn(submission)) await openSubmission(notice, opening);
    }
  });

  test('shares the next frame with others that arrive while one is in flight; after a second that frame is sent without a report too', async () => {
    const sizes = () =>
      hub.seen.map(({ message }) => frames.submission.decode(message.submission).items.length);
    const before = hub.seen.length;
    const [began, wait] = [performance.now(), 1_000];
    hub.lose.add('report');
    for (let count = 0; count < 20; count += 1) await submit(example('green'));
    const sum = () =>
      sizes()
        .slice(before)
        .reduce((all, size) => all + size, 0);
    await until('all of them are seen', () => sum() >= 20);
    hub.lose.clear();
    expect(hub.seen.length - before).toBeLessThanOrEqual(2 + (performance.now() - began) / wait);
    expect(Math.max(...sizes())).toBeLessThanOrEqual(64);
  });
});

describe('gateway http: a refused submission', () => {
  const refused = async (raw: string) => {
    const { status, body, headers } = await gateway.call('POST', '/v1/notices', { raw });
    expect(headers.get('content-type')).toContain('application/problem+json');
    return { status, code: body['code'], errors: body['errors'] };
  };
  const draft = JSON.stringify(example('red'));

  test('has the code and the place of a broken draft', async () => {
    const { header, sections } = example('red');
    const broken = JSON.stringify({ header: { ...header, purpose: 'holiday' }, sections });
    expect(await refused(broken)).toMatchObject({
      status: 422,
      code: 'schema-invalid',
      errors: [{ path: '/header/purpose' }],
    });
  });

  test('names the nearest kind for an unknown one', async () => {
    const { header, sections } = example('red');
    const answer = await refused(JSON.stringify({ header: { ...header, kind: 'yelow' }, sections }));
    expect(answer).toMatchObject({ status: 422, code: 'kind-unknown', errors: [{ path: '/header/kind' }] });
    expect(JSON.stringify(answer.errors)).toContain('`yellow`');
  });

  test('names the place where it sets what the gateway adds itself', async () => {
    const { header, sections } = example('red');
    const answer = await refused(JSON.stringify({ header: { ...header, originator: 'afripol' }, sections }));
    expect(answer).toMatchObject({ code: 'schema-invalid', errors: [{ path: '/header/originator' }] });
  });

  test.each([
    {
      what: 'a repeated key',
      raw: draft.replace('{"header":', '{"header":{},"header":'),
      is: { status: 400, code: 'json-hostile' },
    },
    {
      what: 'a prototype',
      raw: draft.replace('{"header":', '{"__proto__":{},"header":'),
      is: { status: 400, code: 'json-hostile' },
    },
    { what: 'no JSON', raw: '{"header":', is: { status: 400, code: 'json-malformed' } },
    { what: 'an empty body', raw: '', is: { status: 400, code: 'json-malformed' } },
    {
      what: 'more than 256 KiB',
      raw: JSON.stringify({ x: 'x'.repeat(262_144) }),
      is: { status: 413, code: 'oversize' },
    },
  ])('is answered for $what', async ({ raw, is }) => {
    expect(await refused(raw)).toMatchObject(is);
  });

  test('is answered for a notice that grows beyond 256 KiB when it is encoded', async () => {
    const { header, sections } = example('red');
    const long = { header, sections: { ...sections, narrative: { text: 'x'.repeat(131_072) } } };
    const both = JSON.stringify({
      ...long,
      sections: {
        ...long.sections,
        threat: { ...Object(sections['threat']), description: 'y'.repeat(80_000) },
      },
    });
    expect(both.length).toBeLessThan(262_144);
    expect(await refused(both)).toMatchObject({ status: 413, code: 'oversize' });
  });

  test('is answered for another media type than JSON', async () => {
    const headers = { 'content-type': 'text/plain' };
    const { status, body } = await gateway.call('POST', '/v1/notices', { raw: draft, headers });
    expect([status, body['code']]).toEqual([415, 'media-type-unsupported']);
  });

  test('leaves nothing in the database', async () => {
    const before = (await gateway.call('GET', '/v1/notices?limit=200')).body['items'] as unknown[];
    await refused('{"header":');
    expect((await gateway.call('GET', '/v1/notices?limit=200')).body['items']).toHaveLength(before.length);
  });
});

describe('gateway http: a bearer token', () => {
  const token = 'a'.repeat(43);
  const routes = [
    ['POST', '/v1/notices', 'notice:write'],
    ['GET', '/v1/notices', 'notice:read'],
    ['GET', '/v1/notices/01a21056-15a8-71b0-8594-e5708ea13abd', 'notice:read'],
    ['GET', '/v1/reports?ids=01a21056-15a8-71b0-8594-e5708ea13abd', 'notice:read'],
    ['POST', '/v1/preview', 'preview'],
    ['GET', '/v1/inbox', 'inbox:read'],
    ['GET', '/v1/inbox/afripol/01a21056-15a8-71b0-8594-e5708ea13abd', 'inbox:read'],
    ['GET', '/v1/inbox/stream', 'inbox:read'],
  ] as const;
  const scopes = ['notice:write', 'notice:read', 'inbox:read', 'preview'];

  test.each(routes)('%s %s requires one', async (method, path) => {
    const options = { token: 'b'.repeat(43), ...(method === 'POST' ? { body: {} } : {}) };
    const { status, body, headers } = await gateway.call(method, path, options);
    expect([status, body['code']]).toEqual([401, 'unauthorised']);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  test.each(routes)('%s %s requires its scope', async (method, path, scope) => {
    const others = scopes.filter((other) => other !== scope);
    const remove = letIn(broker, { token, scopes: others });
    const { status, body } = await gateway.call(method, path, {
      token,
      ...(method === 'POST' ? { body: {} } : {}),
    });
    remove();
    expect([status, body['code']]).toEqual([403, 'forbidden']);
  });

  test('is accepted as long as the token file lists it, without a restart', async () => {
    const ask = async () => (await gateway.call('GET', '/v1/inbox', { token })).status;
    expect(await ask()).toBe(401);
    const remove = letIn(broker, { token, scopes });
    expect(await ask()).toBe(200);
    remove();
    expect(await ask()).toBe(401);
  });

  test('gives answers that no cache may store', async () => {
    for (const path of ['/v1/notices', '/v1/inbox'])
      expect((await gateway.call('GET', path)).headers.get('cache-control')).toBe('no-store');
  });

  test('is not required for health, readiness and the documentation', async () => {
    for (const path of ['/healthz', '/readyz', '/docs/json']) {
      expect((await fetch(new URL(path, gateway.gateway.url))).status).toBe(200);
    }
  });

  test('gets the same answer for an unknown id, a malformed one and an unknown path', async () => {
    const paths = ['/v1/notices/x', '/v1/notices/01a21056-15a8-71b0-8594-e5708ea13abd'];
    const inbox = ['/v1/inbox/x y/z', '/v1/inbox/afripol/01a21056-15a8-71b0-8594-e5708ea13abd'];
    const answers = await Promise.all([...paths, ...inbox].map((path) => gateway.call('GET', path)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});

describe('gateway http: own notices', () => {
  test('are found by kind, state and the words of their header, newest first, in pages', async () => {
    const first = await submit(example('orange'));
    const second = await submit(example('orange'));
    const page = await gateway.call('GET', '/v1/notices?kind=orange&limit=1');
    expect(page.body['items']).toMatchObject([{ id: second.body['id'] }]);
    const after = await gateway.call(
      'GET',
      `/v1/notices?kind=orange&limit=1&before=${String(page.body['next'])}`,
    );
    expect(after.body['items']).toMatchObject([{ id: first.body['id'] }]);
    // The page is full and is the last one.
    expect(after.body['next']).toBeNull();
    const found = await gateway.call('GET', '/v1/notices?text=oran');
    expect(found.body['items']).toHaveLength(2);
    const none = await gateway.call('GET', '/v1/notices?text=orange+nowhere');
    expect(none.body['items']).toEqual([]);
  });

  test.each([
    ['limit=0', 'limit', 'must be >= 1'],
    ['limit=201', 'limit', 'must be <= 200'],
    ['limit=x', 'limit', 'must be integer'],
    ['before=-1', 'before', 'must be >= 1'],
    [
      'state=setled',
      'state',
      'expected one of awaiting-approval, queued, routed, settled, refused, ended, disputed, lost, did you mean `settled`',
    ],
    ['kind=pruple', 'kind', /^expected one of .*blue.*, did you mean `purple`$/],
    ['stat=queued', 'stat', 'unknown parameter, did you mean `state`'],
    ['colour=red', 'colour', 'unknown parameter'],
  ])('are not searched by `%s`: the error says where and what is expected', async (query, path, message) => {
    const { status, body } = await gateway.call('GET', `/v1/notices?${query}`);
    expect([status, body['code']]).toEqual([400, 'usage']);
    expect(body['errors']).toEqual([{ path, message: expect.stringMatching(message) as string }]);
    expect(body['detail']).toContain(`\`${path}\``);
  });

  test('and held ones are shown without query parameters only', async () => {
    for (const path of ['/v1/notices/x', '/v1/inbox/afripol/x', '/v1/inbox/stream']) {
      const { status, body } = await gateway.call('GET', `${path}?limit=1`);
      expect([path, status, body['detail']]).toEqual([path, 400, 'unknown parameter `limit`']);
    }
  });
});

describe('gateway http: several reports in one answer', () => {
  test('equal the reports of single notices without their sections, in the order asked; unknown ids are left out', async () => {
    const unknown = '01a21056-15a8-71b0-8594-e5708ea13abd';
    const ids = [await submit(example('orange')), await submit(example('red'))].map(({ body }) => body['id']);
    const asked = [ids[1], unknown, ids[0]];
    const look = async (path: string) => {
      const { sections: _, life: _life, ...report } = (await gateway.call('GET', path)).body;
      return report;
    };
    // A report may arrive between two reads.
    await until('the looks agree', async () => {
      const { items } = await look(`/v1/reports?ids=${asked.join(',')}`);
      const alone = await Promise.all([ids[1], ids[0]].map((id) => look(`/v1/notices/${String(id)}`)));
      return isDeepStrictEqual(items, alone);
    });
  });

  test.each(['', 'ids=', 'ids=x', `ids=${'01a21056-15a8-71b0-8594-e5708ea13abd,'.repeat(51).slice(0, -1)}`])(
    'are refused for `%s`',
    async (query) => {
      const { status, body } = await gateway.call('GET', `/v1/reports?${query}`);
      expect([status, body['code']]).toEqual([400, 'usage']);
    },
  );
});

describe('gateway outbox', () => {
  test('refuses when it is full, and accepts again once notices left it', async () => {
    const small = await startGateway(broker, 'afripol', { settings: { outboxLimit: 3 } });
    const post = () => small.call('POST', '/v1/notices', { body: example('green') });
    const answers = [await post(), await post(), await post(), await post()];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 503]);
    expect(answers[3]).toMatchObject({ body: { code: 'full' } });
    expect(answers[3]?.headers.get('retry-after')).toBe('1');
    expect(small.gateway.reasons()).toContain('full');
    await hub.serve('afripol');
    await until('it takes notices again', async () => (await post()).status === 202);
    await small.stop();
  });

  test('does not delay a gateway that is stopped while it starts', async () => {
    await (await startGateway(broker, 'afripol')).stop();
    await (await startGateway(broker, 'afripol', { offline: true })).stop();
  });

  test('accepts notices while the broker is away, and while the directory is stale', async () => {
    const late = new Date(Date.now() + 8 * 86_400_000);
    const away = await startGateway(broker, 'afripol', { offline: true, clock: () => late });
    expect(away.gateway.reasons()).toEqual(['directory-stale', 'unreachable']);
    expect((await fetch(new URL('/readyz', away.gateway.url))).status).toBe(503);
    const { status, body } = await away.call('POST', '/v1/notices', { body: example('green') });
    expect(status).toBe(202);
    const { header } = (await away.call('GET', String(body['href']))).body as {
      header: { issuedAt: string };
    };
    expect(seconds(new Date(header.issuedAt))).toBe(seconds(late));
    await away.stop();
  });
});

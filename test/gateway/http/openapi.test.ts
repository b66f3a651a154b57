import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../support/broker.js';
import { type GoodReview, provokeReview, provokeUnsignedReview } from './provoke-review.js';
import { provokeFull, provokeOrders, provokeUnsigned, UNPROVOKED_ANSWERS } from './provoke-orders.js';
import { type Described, describedBy, open, type Options } from './openapi.js';
import { statusForHost } from '../../support/http/status-for-host.js';
import { revoking } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import {
  answering,
  FEDERATION,
  NONE,
  OWN,
  packedFiles,
  released,
  unreleased,
} from '../policies/craft-in-force.js';
import { example, type Json, letIn, startGateway, type Started } from '../start-gateway.js';

const SOURCES = new URL('../../../services/gateway/http/', import.meta.url);
const PROBLEM = 'application/problem+json';
const UNKNOWN = '01a21056-15a8-71b0-8594-e5708ea13abd';
const SCOPES = [
  'notice:write',
  'notice:confirm',
  'notice:read',
  'inbox:read',
  'inbox:request',
  'inbox:keep',
  'preview',
  'key:request',
  'policy:release',
];
/** Codes that a request alone cannot provoke. */
const UNPROVOKED = new Set([
  'busy',
  'config-invalid',
  'internal',
  'organisation-leaving',
  'organisation-left',
  'organisation-suspended',
  'request-open',
  'signing-clock-ahead',
]);

/** How long an answer of the hub is waited for, and how long before its end a notice cannot be extended any more. */
const LIMITS = { previewMs: 10_000, extendAheadMs: 3_600_000 };

let broker: Broker;
let hub: Hub;
let gateway: Started;
let described: Described;
/** Entries such as `POST /v1/notices 422 kind-unknown`: those answered, and those of the document. */
const answered = new Set<string>();

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { settings: LIMITS });
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol');
  described = await describedBy(gateway);
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

/** Calls a route, checks the answer against the document, and notes its code. */
async function call(route: string, path: string, options: Options = {}): Promise<Json> {
  const { status, type, body } = await described.call(route, path, options);
  if (type === PROBLEM) answered.add(`${route} ${status} ${String(body['code'])}`);
  return body;
}

/** The path of a route with values for its parameters. */
const pathOf = (route: string): string =>
  (route.split(' ')[1] ?? '')
    .replace('{originator}', 'afripol')
    .replace('{id}', UNKNOWN)
    .replace('{jti}', UNKNOWN);

const media = () =>
  described.operations.flatMap(({ route, operation: { requestBody, responses } }) => [
    ...Object.values(requestBody?.content ?? {}).map((one) => ({ route, status: 'body', ...one })),
    ...Object.entries(responses).flatMap(([status, { content }]) =>
      Object.values(content).map((one) => ({ route, status, ...one })),
    ),
  ]);

describe('gateway http: the OpenAPI document', () => {
  test('has every route of the code with a summary, and no other route', () => {
    const sources = readdirSync(SOURCES).filter((name) => name.startsWith('http'));
    const routes = sources.flatMap((name) => {
      const text = readFileSync(new URL(name, SOURCES), 'utf8');
      return [...text.matchAll(/app\.(get|post|put|delete|patch)(?:<[^(]*>)?\(\s*'([^']+)'/g)].map(
        ([, method = '', path = '']) => `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
      );
    });
    expect(routes.length).toBeGreaterThan(5);
    expect(described.operations.map(({ route }) => route).toSorted()).toEqual(routes.toSorted());
    const named = described.operations.map(({ operation }) => operation.operationId);
    expect(new Set(named).size).toBe(routes.length);
    const silent = described.operations.filter(
      ({ operation: { summary, description, operationId } }) => !summary || !description || !operationId,
    );
    expect(silent).toEqual([]);
  });

  test('is closed: it names every property that an object may have', () => {
    const places = Object.entries(described.schemas).flatMap(([name, schema]) => open(schema, name));
    const inline = media().flatMap(({ route, status, schema }) => open(schema, `${route} ${status}`));
    expect([...places, ...inline]).toEqual([]);
  });

  test('has an example of each body and each answer, valid by its schema', () => {
    const shown = media().filter(({ status }) => status !== 'default');
    expect(shown.length).toBeGreaterThan(described.operations.length);
    for (const { route, status, schema, example: one } of shown) {
      expect(one, `${route} ${status}`).toBeDefined();
      expect(described.faultsOf(schema, one), `${route} ${status}`).toEqual([]);
    }
    const stream = described.operations.find(({ operation }) => operation['x-events'] !== undefined);
    const text = String(stream?.operation.responses['200']?.content['text/event-stream']?.example);
    const events = [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)];
    expect(events.map(([, name]) => name)).toEqual(Object.keys(stream?.operation['x-events'] ?? {}));
    for (const [, name = '', data = ''] of events)
      described.event(stream?.route ?? '', name, JSON.parse(data));
  });

  test('names the one scope that each operation requires', async () => {
    const token = 'c'.repeat(43);
    hub.answer = () => ({ type: 'overheld', bundle: 'x', pairs: [], next: null });
    for (const { route, operation } of described.operations.filter((one) => one.route.includes('/v1/'))) {
      const scopes = operation.security?.flatMap(({ bearer }) => bearer) ?? [];
      expect(scopes).toHaveLength(1);
      const ask = async (held: readonly string[]): Promise<number> => {
        const remove = letIn(broker, { token, scopes: held });
        const body = route.startsWith('POST') ? { body: {} } : {};
        // Refused after the guard, so that a stream is answered too.
        const headers = { 'last-event-id': 'x' };
        const { status } = await gateway.call(route.split(' ')[0] ?? '', pathOf(route), {
          token,
          headers,
          ...body,
        });
        remove();
        return status;
      };
      expect(await ask(SCOPES.filter((scope) => !scopes.includes(scope))), route).toBe(403);
      expect(await ask(scopes), route).not.toBe(403);
    }
  });

  test('and every route are given only to requests that name this gateway', async () => {
    const { url } = gateway.gateway;
    for (const path of ['/healthz', '/readyz', '/docs/', '/docs/json', '/v1/notices', '/nothing']) {
      expect(await statusForHost(url, path, 'evil.example'), path).toBe(403);
      expect(await statusForHost(url, path, 'gateway.test'), path).not.toBe(403);
    }
  });

  test('describes the answers to requests that reach no route', async () => {
    const { responses } =
      described.operations.find(({ route }) => route === 'GET /v1/notices')?.operation ?? {};
    const schema = responses?.['default']?.content[PROBLEM]?.schema ?? {};
    const other = await gateway.call('DELETE', '/v1/notices');
    expect([other.status, other.body['code'], described.faultsOf(schema, other.body)]).toEqual([
      405,
      'method-not-allowed',
      [],
    ]);
    expect(Object.keys(responses?.['default']?.headers ?? {})).toEqual(['allow']);
    expect(other.headers.get('allow')).toBe('GET, HEAD, POST');
    const coded = await gateway.call('GET', '/v1/notices', { headers: { 'content-encoding': 'br' } });
    expect([coded.status, described.faultsOf(schema, coded.body)]).toEqual([415, []]);
    const long = await longHeaders(new URL('/v1/notices', gateway.gateway.url));
    expect([long.status, described.faultsOf(schema, long.body)]).toEqual([431, []]);
  });

  test('has examples of drafts that the gateway accepts', async () => {
    hub.answer = () => ({ type: 'preview', recipients: [] });
    const bodies = media().filter(({ status }) => status === 'body');
    const drafts = bodies.filter(({ route }) => /notices$|preview$/.test(route));
    expect(drafts.map(({ route }) => route).toSorted()).toEqual(['POST /v1/notices', 'POST /v1/preview']);
    for (const { route, example: body } of drafts) {
      expect(body).toMatchObject({ header: {}, sections: {} });
      await call(route, pathOf(route), { body });
    }
  });

  test('lists the answers and the error codes of each route', async () => {
    const draft = example('green');
    const withHeader = (more: object) => ({ ...draft, header: { ...draft.header, ...more } });
    const faults: readonly Options[] = [
      { raw: '{' },
      { raw: '{}', headers: { 'content-type': 'text/plain' } },
      { raw: '{"header":{},"header":{}}' },
      { body: withHeader({ purpose: 'holiday' }) },
      { body: withHeader({ kind: 'grene' }) },
      { body: withHeader({ excluded: ['afripoll'] }) },
      { body: withHeader({ neutralityReview: { reason: 'a mayor is concerned' } }) },
      { raw: JSON.stringify({ x: 'x'.repeat(262_144) }) },
    ];
    for (const route of ['POST /v1/notices', 'POST /v1/preview']) {
      for (const fault of faults) await call(route, route.split(' ')[1] ?? '', fault);
    }
    const submitted = await call('POST /v1/notices', '/v1/notices', {
      body: draft,
      headers: { 'idempotency-key': 'k' },
    });
    await call('POST /v1/notices', '/v1/notices', {
      body: example('blue'),
      headers: { 'idempotency-key': 'k' },
    });
    await call('POST /v1/notices', '/v1/notices', {
      body: draft,
      headers: { 'idempotency-key': 'a b' },
    });
    await call('GET /v1/notices/{id}', String(submitted['href']));
    await call('GET /v1/notices/{id}', `/v1/notices/${UNKNOWN}`);
    for (const path of ['/v1/notices', '/v1/inbox']) {
      await call(`GET ${path}`, path);
      await call(`GET ${path}`, `${path}?limit=0`);
    }
    await call('GET /v1/notices/{id}', `/v1/notices/${UNKNOWN}?limit=1`);
    await call('GET /v1/inbox/{originator}/{id}', `/v1/inbox/afripol/${UNKNOWN}`);
    await call('GET /v1/inbox/{originator}/{id}', `/v1/inbox/afripol/${UNKNOWN}?limit=1`);
    await evidence(String(submitted['href']));
    const life = 'GET /v1/inbox/{originator}/{id}/life';
    await call(life, `/v1/inbox/afripol/${UNKNOWN}/life`);
    await call(life, `/v1/inbox/afripol/${UNKNOWN}/life?limit=1`);
    const keep = `/v1/inbox/afripol/${UNKNOWN}/keep`;
    for (const fault of [...faults.slice(0, 3), { body: { ground: 'legal-hold' } }, { body: {} }]) {
      await call('POST /v1/inbox/{originator}/{id}/keep', keep, fault);
    }
    await call('POST /v1/inbox/{originator}/{id}/keep', keep, { raw: JSON.stringify('x'.repeat(262_144)) });
    const release = `/v1/inbox/afripol/${UNKNOWN}/release`;
    for (const path of [release, `${release}?limit=1`]) {
      await call('POST /v1/inbox/{originator}/{id}/release', path);
    }
    gateway.store.facts.set('restored', 1);
    await call('GET /v1/inbox', '/v1/inbox');
    await call('GET /v1/inbox/{originator}/{id}', `/v1/inbox/afripol/${UNKNOWN}`);
    await call('GET /v1/inbox/{originator}/{id}/evidence', `/v1/inbox/afripol/${UNKNOWN}/evidence`);
    gateway.store.facts.set('restored', 0);
    for (const list of ['9', 'x']) {
      await call('GET /v1/inbox/status-list', `/v1/inbox/status-list?list=${list}`);
    }
    await call('GET /v1/reports', `/v1/reports?ids=${UNKNOWN}`);
    await call('GET /v1/reports', '/v1/reports?ids=x');
    await call('GET /v1/inbox/stream', '/v1/inbox/stream', { headers: { 'last-event-id': 'x' } });
    for (const path of ['/healthz', '/readyz']) await call(`GET ${path}`, path);
    await provokeOrders(gateway, call);
    const review = await provokeReview(gateway, call, broker);
    await previewRefusals();
    await shares();
    await releases();
    await inForce();
    await unlet();
    await away();
    await revoked(review);
    const documented = described.operations.flatMap(({ route, operation: { responses } }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        (content[PROBLEM]?.schema.properties?.['code']?.enum ?? []).map(
          (code) => `${route} ${status} ${String(code)}`,
        ),
      ),
    );
    const provoked = documented
      .filter((answer) => !UNPROVOKED.has(answer.split(' ').at(-1) ?? ''))
      .filter((answer) => !UNPROVOKED_ANSWERS.includes(answer));
    expect([...answered].toSorted()).toEqual(provoked.toSorted());
  });
});

async function evidence(href: string): Promise<void> {
  const own = 'GET /v1/notices/{id}/evidence';
  for (const query of ['', '?recipient=afripol', '?recipient=europol', '?recipient=nobody'])
    await call(own, `${href}/evidence${query}`);
  await call(own, `/v1/notices/${UNKNOWN}/evidence`);
  for (const query of ['', '?limit=1'])
    await call('GET /v1/notices/{id}/owed/{recipient}', `${href}/owed/afripol${query}`);
  for (const query of ['', '?limit=1']) {
    await call('GET /v1/evidence', `/v1/evidence${query}`);
    await call('GET /v1/members', `/v1/members${query}`);
    await call('GET /v1/evidence/{id}', `/v1/evidence/nothing${query}`);
  }
  const held = `/v1/inbox/afripol/${UNKNOWN}/evidence`;
  for (const path of [held, `${held}?limit=1`]) await call('GET /v1/inbox/{originator}/{id}/evidence', path);
}

/** Provoked last: the state stays for the rest of the process. */
async function revoked(review: GoodReview): Promise<void> {
  const { directory } = gateway.identity;
  await directory.adopt(
    await revoking(broker, directory.current(), ['europol:notice:1', 'europol:receipt:1']),
  );
  await call('POST /v1/notices', '/v1/notices', { body: example('green') });
  await call('GET /v1/inbox/status-list', '/v1/inbox/status-list');
  await call('POST /v1/policies/releases', '/v1/policies/releases', {
    body: { statement: 'a.b.c', files: '' },
  });
  await provokeUnsigned(gateway, call);
  await provokeUnsignedReview(call, review);
}

async function previewRefusals(): Promise<void> {
  for (const query of [`?notice=${UNKNOWN}`, '?notice='])
    await call('POST /v1/preview', `/v1/preview${query}`, { body: example('red') });
  const body = example('green');
  for (const code of ['rate-limited', 'full']) {
    hub.answer = () => ({ type: 'error', code });
    await call('POST /v1/preview', '/v1/preview', { body });
  }
  hub.answer = () => undefined;
  await call('POST /v1/preview', '/v1/preview', { body });
}

async function releases(): Promise<void> {
  const path = '/v1/policies/releases';
  const faults: readonly Options[] = [
    { raw: '{' },
    { raw: '{}', headers: { 'content-type': 'text/plain' } },
    { raw: '{"files":{},"files":{}}' },
    { body: { unknown: 1 } },
    { body: { statement: 'a.b.c', files: '' } },
    { raw: JSON.stringify({ x: 'x'.repeat(262_144) }) },
  ];
  for (const fault of faults) await call(`POST ${path}`, path, fault);
  hub.answer = () => ({ type: 'releases', bundle: null, releases: [] });
  await call(`GET ${path}`, path);
  await call(`GET ${path}`, `${path}?limit=1`);
  for (const code of ['rate-limited', 'full', 'timed-out']) {
    hub.answer = () => ({ type: 'error', code });
    await call(`GET ${path}`, path);
  }
}

async function inForce(): Promise<void> {
  const path = '/v1/policies/in-force';
  hub.answer = answering(unreleased(FEDERATION), NONE);
  await call(`GET ${path}`, path);
  await call(`GET ${path}`, `${path}?limit=1`);
  const own = await released({ broker, directory: hub.directory }, { files: OWN });
  const changed = packedFiles(new Map([...OWN].map(([name, text]) => [name, `${text}\n`])), 'europol');
  for (const files of [changed, new Uint8Array(1)]) {
    hub.answer = answering(unreleased(FEDERATION), { ...own, files });
    await call(`GET ${path}`, path);
  }
  for (const code of ['not-yet', 'not-ready', 'oversize', 'rate-limited', 'full', 'timed-out']) {
    hub.answer = () => ({ type: 'error', code });
    await call(`GET ${path}`, path);
  }
}

async function shares(): Promise<void> {
  await call('GET /v1/shares', '/v1/shares');
  await call('GET /v1/shares', '/v1/shares?limit=0');
  const route = 'GET /v1/notices/{id}/recipients';
  const accepted = await call('POST /v1/notices', '/v1/notices', { body: example('green') });
  await call(route, `${String(accepted['href'])}/recipients`);
  await call(route, `/v1/notices/${UNKNOWN}/recipients`);
  await call(route, `/v1/notices/${UNKNOWN}/recipients?limit=1`);
  const path = '/v1/overheld';
  hub.answer = () => ({ type: 'overheld', bundle: 'x', pairs: [], next: null });
  await call(`GET ${path}`, path);
  await call(`GET ${path}`, `${path}?limit=1`);
  for (const code of ['rate-limited', 'full', 'timed-out']) {
    hub.answer = () => ({ type: 'error', code });
    await call(`GET ${path}`, path);
  }
}

/** Without a token, and with one without scopes. */
async function unlet(): Promise<void> {
  const token = 'a'.repeat(43);
  const remove = letIn(broker, { token, scopes: [] });
  for (const { route } of described.operations.filter(({ route }) => route.includes('/v1/'))) {
    const body = route.startsWith('POST') ? { body: {} } : {};
    await call(route, pathOf(route), { ...body, token });
    await call(route, pathOf(route), { ...body, token: 'b'.repeat(43) });
  }
  remove();
}

/** With the broker away and an outbox for one notice. */
async function away(): Promise<void> {
  const at = await startGateway(broker, 'afripol', { offline: true, settings: { outboxLimit: 1 } });
  const body = example('green');
  await call('GET /readyz', '/readyz', { at });
  for (let count = 0; count < 2; count += 1) await call('POST /v1/notices', '/v1/notices', { at, body });
  await provokeFull(call, at);
  await call('POST /v1/preview', '/v1/preview', { at, body });
  await call('GET /v1/overheld', '/v1/overheld', { at });
  for (const path of ['/v1/policies/releases', '/v1/policies/in-force'])
    await call(`GET ${path}`, path, { at });
  await at.stop();
}

/** A request whose headers are too long for the server. */
function longHeaders(url: URL): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-long': 'x'.repeat(20_000) };
    const asked = request(url, { headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
    asked.on('error', reject).end();
  });
}

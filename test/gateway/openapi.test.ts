import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../support/broker.js';
import { type Hub, playHub } from './play-hub.js';
import { example, type Json, letIn, startGateway, type Started } from './start-gateway.js';

interface Media {
  readonly schema: Json & { readonly properties?: { readonly code?: { readonly enum: readonly string[] } } };
  readonly example?: unknown;
}

interface Operation {
  readonly summary?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Media>> }>>;
}

const SOURCES = new URL('../../services/gateway/', import.meta.url);
const PROBLEM = 'application/problem+json';
const UNKNOWN = '01a21056-15a8-71b0-8594-e5708ea13abd';
/** What a request cannot bring about by itself. */
const UNPROVOKED = new Set(['busy', 'config-invalid', 'internal']);

let broker: Broker;
let hub: Hub;
let gateway: Started;
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
/** `POST /v1/notices 422 kind-unknown`: what was answered, and what the document says. */
const answered = new Set<string>();

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { settings: { previewMs: 1_500 } });
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol');
  ({ paths } = (await gateway.call('GET', '/docs/json')).body as { readonly paths: typeof paths });
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const operations = () =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

const operationOf = (route: string): Operation | undefined =>
  operations().find((one) => one.route === route)?.operation;

type Options = Parameters<Started['call']>[2] & { readonly at?: Started };

/** Calls a route and holds the answer to the document: its status, its type, its code and its shape. */
async function call(route: string, path: string, { at = gateway, ...options }: Options = {}): Promise<Json> {
  const [method = ''] = route.split(' ');
  const { status, body, headers } = await at.call(method, path, options);
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const media = operationOf(route)?.responses[status]?.content[type];
  expect(media, `${route} ${status} ${type} ${JSON.stringify(body)}`).toBeDefined();
  const validate = new Ajv({ strict: false }).compile(media?.schema ?? false);
  validate(body);
  expect(validate.errors ?? [], `${route} ${status} ${JSON.stringify(body)}`).toEqual([]);
  if (type === PROBLEM) answered.add(`${route} ${status} ${String(body['code'])}`);
  return body;
}

describe('the OpenAPI document of a running gateway', () => {
  test('has every route of the code, with a summary, and no other', () => {
    const sources = readdirSync(SOURCES).filter((name) => name.startsWith('http'));
    const routes = sources.flatMap((name) => {
      const text = readFileSync(new URL(name, SOURCES), 'utf8');
      return [...text.matchAll(/app\.(get|post|put|delete|patch)(?:<[^(]*>)?\(\s*'([^']+)'/g)].map(
        ([, method = '', path = '']) => `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
      );
    });
    expect(routes.length).toBeGreaterThan(5);
    expect(
      operations()
        .map(({ route }) => route)
        .toSorted(),
    ).toEqual(routes.toSorted());
    expect(operations().filter(({ operation }) => !operation.summary)).toEqual([]);
  });

  test('has examples of bodies, each of which is accepted', async () => {
    hub.answer = () => ({ type: 'preview', recipients: [] });
    const bodies = operations().filter(({ operation }) => operation.requestBody !== undefined);
    expect(bodies.map(({ route }) => route).toSorted()).toEqual(['POST /v1/notices', 'POST /v1/preview']);
    for (const { route, operation } of bodies) {
      const body = operation.requestBody?.content['application/json']?.example;
      expect(body).toMatchObject({ header: {}, sections: {} });
      await call(route, route.split(' ')[1] ?? '', { body });
    }
  });

  test('says what each route answers, and each code that it refuses with', async () => {
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
    await call('GET /v1/reports', `/v1/reports?ids=${UNKNOWN}`);
    await call('GET /v1/reports', '/v1/reports?ids=x');
    await call('GET /v1/inbox/stream', '/v1/inbox/stream', { headers: { 'last-event-id': 'x' } });
    for (const path of ['/healthz', '/readyz']) await call(`GET ${path}`, path);
    await previewRefusals();
    await unlet();
    await away();
    const described = operations().flatMap(({ route, operation: { responses } }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        (content[PROBLEM]?.schema.properties?.code?.enum ?? []).map((code) => `${route} ${status} ${code}`),
      ),
    );
    const provoked = described.filter((answer) => !UNPROVOKED.has(answer.split(' ').at(-1) ?? ''));
    expect([...answered].toSorted()).toEqual(provoked.toSorted());
  });
});

async function previewRefusals(): Promise<void> {
  const body = example('green');
  for (const code of ['rate-limited', 'full']) {
    hub.answer = () => ({ type: 'error', code });
    await call('POST /v1/preview', '/v1/preview', { body });
  }
  hub.answer = () => undefined;
  await call('POST /v1/preview', '/v1/preview', { body });
}

/** Without a token, and with one that is good for nothing. */
async function unlet(): Promise<void> {
  const token = 'a'.repeat(43);
  const remove = letIn(broker, { token, scopes: [] });
  for (const { route } of operations().filter(({ route }) => route.includes('/v1/'))) {
    const [method, path = ''] = route.split(' ');
    const there = path.replace('{originator}', 'afripol').replace('{id}', UNKNOWN);
    const body = method === 'POST' ? { body: {} } : {};
    await call(route, there, { ...body, token });
    await call(route, there, { ...body, token: 'b'.repeat(43) });
  }
  remove();
}

/** With the broker away and room for one notice. */
async function away(): Promise<void> {
  const at = await startGateway(broker, 'afripol', { offline: true, settings: { outboxLimit: 1 } });
  const body = example('green');
  await call('GET /readyz', '/readyz', { at });
  for (let count = 0; count < 2; count += 1) await call('POST /v1/notices', '/v1/notices', { at, body });
  await call('POST /v1/preview', '/v1/preview', { at, body });
  await at.stop();
}

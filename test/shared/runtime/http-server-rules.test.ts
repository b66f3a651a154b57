import { fastify } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerProblems } from '../../../services/shared/runtime/http-problem.js';
import { schemaChecks } from '../../../services/shared/runtime/http-query.js';
import { addServerRules } from '../../../services/shared/runtime/http-server-rules.js';
import { begunPost, dawdle } from '../../support/http/dawdle.js';

const app = fastify({ ajv: schemaChecks, forceCloseConnections: true });
let url: string;

beforeAll(async () => {
  addServerRules(app, { host: 'listens.example', hostNames: ['named.example'], bodyMs: 300 });
  answerProblems(app, pino({ level: 'silent' }));
  app.get('/', async ({ query }) => query);
  app.post('/', async () => 'read');
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => app.close());

const ask = async (path: string, host: string) => {
  const answer = await app.inject({ url: path, headers: { host } });
  return { status: answer.statusCode, body: answer.json() as Readonly<Record<string, unknown>> };
};

describe('the `Host` of a request', () => {
  test.each([
    'listens.example',
    'named.example:8080',
    'NAMED.example',
    'localhost',
    'localhost:1',
    'a.localhost',
    '127.0.0.1:80',
    '192.0.2.7',
    '[::1]:8080',
    '[2001:db8::1]',
  ])('is accepted: `%s`', async (host) => {
    expect((await ask('/', host)).status).toBe(200);
  });

  test.each([
    'evil.example',
    'named.example.evil.example',
    'xnamed.example',
    'evillocalhost',
    'localhost.',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'named.example, evil.example',
    '[evil.example]',
  ])('is refused on every path, with or without a route: `%s`', async (host) => {
    for (const path of ['/', '/unknown']) {
      const { status, body } = await ask(path, host);
      expect([path, status, body['code']]).toEqual([path, 403, 'forbidden']);
    }
  });
});

test('a request of HTTP/1.0 without a `Host` is refused', async () => {
  expect(await dawdle(url, 'GET / HTTP/1.0\r\n\r\n').closed).toContain('HTTP/1.1 403 ');
});

describe('a control character in a query', () => {
  test.each([
    ['text=a%00b', 'text'],
    ['text=a%0Ab', 'text'],
    ['text=%7f', 'text'],
    ['text=%C2%85', 'text'],
    ['one=1&text=a&text=%00', 'text'],
    ['a%00b=1', 'a\uFFFDb'],
  ])('is refused at its parameter: `%s`', async (query, path) => {
    const { status, body } = await ask(`/?${query}`, 'localhost');
    const errors = [{ path, message: 'expected no control characters' }];
    expect([status, body]).toMatchObject([400, { code: 'usage', errors }]);
  });

  test('is refused, and all other characters are accepted', async () => {
    const { body } = await ask(`/?text=${encodeURIComponent('Zoë Ærø <b>%_\u00A0')}`, 'localhost');
    expect(body).toEqual({ text: 'Zoë Ærø <b>%_\u00A0' });
  });
});

test('a body that arrives too slowly is answered 408 and its connection closed, even if part of it arrives', async () => {
  expect(await dawdle(url, begunPost('/')).closed).toContain('HTTP/1.1 408 ');
});

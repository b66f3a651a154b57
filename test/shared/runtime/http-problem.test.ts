import { fastify } from 'fastify';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { type Code, errorFrom, fail } from '../../../services/shared/kernel/errors.js';
import { addHealth } from '../../../services/shared/runtime/http-health.js';
import { answerProblems } from '../../../services/shared/runtime/http-problem.js';
import { REDACTION } from '../../../services/shared/runtime/logger.js';
import { alarmsFor } from '../../support/alarms-for.js';

/** Asks a server whose one route throws this; returns the answer and the log lines. */
async function ask(thrown: Error, url = '/v1/one') {
  const lines: string[] = [];
  const app = fastify({ logger: false });
  answerProblems(app, pino(REDACTION, { write: (line) => void lines.push(line) }), errorFrom);
  addHealth(app, { reasons: () => ['gate-closed'], alarms: alarmsFor() });
  app.get('/v1/one', () => {
    throw thrown;
  });
  const { statusCode, headers, body } = await app.inject(url);
  await app.close();
  return { statusCode, headers, problem: JSON.parse(body) as Record<string, unknown>, lines };
}

describe('HTTP problem documents', () => {
  test.each([
    ['unauthorised', 401],
    ['forbidden', 403],
    ['usage', 400],
    ['schema-invalid', 422],
    ['rate-limited', 429],
    ['unreachable', 503],
  ] satisfies [Code, number][])(
    'the error `%s` is answered with a problem document of status %i and not logged',
    async (code, status) => {
      const places = [{ path: '/header/kind', message: 'expected a word' }];
      const { statusCode, headers, problem, lines } = await ask(fail(code, 'it cannot', places));
      expect(statusCode).toBe(status);
      expect(headers['content-type']).toContain('application/problem+json');
      expect(problem).toEqual({
        type: `urn:liaison:${code}`,
        title: code.replaceAll('-', ' '),
        status,
        code,
        detail: 'it cannot',
        errors: places,
      });
      expect(headers['retry-after']).toBe(status === 429 || status === 503 ? '1' : undefined);
      expect(lines).toEqual([]);
    },
  );

  test('an unexpected error is answered 500 without its message, and logged once with its stack and route', async () => {
    const { statusCode, problem, lines } = await ask(new TypeError('of Jane Doe nothing is defined'));
    expect(statusCode).toBe(500);
    expect(JSON.stringify(problem)).not.toContain('Jane');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 50, route: '/v1/one', err: { type: 'TypeError' } },
    ]);
  });

  test.each([
    ['POST', '/v1/one?x=1', 405],
    ['HEAD', '/v1/two/x', 405],
    ['DELETE', '/v1/two/x', 405],
    ['POST', '/v1', 404],
    ['POST', '/v1/one/x', 404],
  ] as const)('%s %s is answered %i, and a 405 names the allowed methods', async (method, url, status) => {
    const app = fastify();
    answerProblems(app, pino({ level: 'silent' }));
    app.get('/v1/one', async () => ({}));
    app.post('/v1/two/:id', async () => ({}));
    const answer = await app.inject({ method, url });
    const allow = url.includes('two') ? 'POST' : 'GET, HEAD';
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['allow']).toBe(status === 405 ? allow : undefined);
    await app.close();
  });

  test('a body with a `Content-Encoding` is answered 415', async () => {
    const app = fastify();
    answerProblems(app, pino({ level: 'silent' }));
    app.post('/', async () => ({}));
    const statusFor = async (coding: string) =>
      (await app.inject({ method: 'POST', url: '/', headers: { 'content-encoding': coding } })).statusCode;
    expect([await statusFor('gzip'), await statusFor('identity')]).toEqual([415, 200]);
    await app.close();
  });

  test('an unknown path is answered 404, `/readyz` 503 with its reasons, and `/healthz` that the process is alive', async () => {
    expect((await ask(new Error(), '/v1/two')).problem).toMatchObject({ status: 404, code: 'not-found' });
    const ready = await ask(new Error(), '/readyz');
    expect([ready.statusCode, ready.problem]).toEqual([
      503,
      { ready: false, reasons: ['gate-closed'], alarms: [] },
    ]);
    expect((await ask(new Error(), '/healthz')).problem).toEqual({ alive: true });
  });
});

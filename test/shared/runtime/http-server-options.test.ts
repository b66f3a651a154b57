import { setTimeout as delay } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fail } from '../../../services/shared/kernel/errors.js';
import { answerProblems } from '../../../services/shared/runtime/http-problem.js';
import { httpServerOptions } from '../../../services/shared/runtime/http-server-options.js';
import { begunPost, dawdle } from '../../support/http/dawdle.js';

const longHeaders = (): string => `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;

/** Longer than a busy machine takes between a connection and the bytes sent on it. */
const REQUEST_TIMEOUT_MS = 1_500;

describe('an HTTP server with a request timeout', () => {
  let app: FastifyInstance;
  let url: string;
  beforeAll(async () => {
    app = fastify({ ...httpServerOptions(REQUEST_TIMEOUT_MS), logger: false, forceCloseConnections: true });
    app.addHook('onRequest', async (_request, reply) => void reply.header('x-hooked', 'yes'));
    answerProblems(app, pino({ level: 'silent' }));
    app.get('/named/:name', () => {
      throw fail('not-found', 'no such name');
    });
    app.post('/', async () => 'read');
    app.get('/stream', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200).write('first,');
      void delay(4 * REQUEST_TIMEOUT_MS).then(() => reply.raw.end('last'));
    });
    app.get('/slow', async () => {
      await delay(4 * REQUEST_TIMEOUT_MS);
      return 'done';
    });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => app.close());

  test.each([
    { what: 'bytes that are not HTTP', sent: 'NONE\r\n\r\n', status: 400, code: 'usage' },
    { what: 'headers that are too long', sent: longHeaders(), status: 431, code: 'oversize' },
    { what: 'half a request', sent: begunPost('/'), status: 408, code: 'timed-out' },
  ])('answers $what with a problem document', async ({ sent, status, code }) => {
    const [head = '', body = ''] = (await dawdle(url, sent).closed).split('\r\n\r\n');
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ type: `urn:liaison:${code}`, status, code });
  });

  test.each(['/%zz', '/named/%zz', '/named/%ff', '/x?y=%zz', `/named/${'x'.repeat(9_000)}`])(
    'answers %s, which no route can match, with 404 like any unknown path',
    async (path) => {
      const response = await fetch(url + path);
      const body = (await response.json()) as object;
      expect([response.status, body]).toMatchObject([404, { code: 'not-found', status: 404 }]);
      expect(response.headers.get('x-hooked')).toBe('yes');
    },
  );

  test.each([
    { what: 'body does not come', sent: begunPost('/') },
    { what: 'headers do not end', sent: 'GET / HTTP/1.1\r\nHost: x\r\n' },
    { what: 'request does not begin', sent: '' },
  ])('answers 408 and closes the connection when the $what', async ({ sent }) => {
    expect(await dawdle(url, sent).closed).toContain('HTTP/1.1 408 ');
  });

  test('does not cut an answer that takes longer than the timeout, begun or not', async () => {
    const bodies = ['/stream', '/slow'].map(async (path) => (await fetch(new URL(path, url))).text());
    expect(await Promise.all(bodies)).toEqual(['first,last', 'done']);
  });
});

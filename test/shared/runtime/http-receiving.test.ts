import { setTimeout as delay } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receiving } from '../../../services/shared/runtime/http-receiving.js';
import { begunPost, dawdle } from '../../support/dawdle.js';

const RECEIVE_MS = 500;

describe('a server that waits for a request for so long', () => {
  let app: FastifyInstance;
  let url: string;
  beforeAll(async () => {
    app = fastify({ ...receiving(RECEIVE_MS), logger: false, forceCloseConnections: true });
    app.post('/', async () => 'read');
    app.get('/stream', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200).write('first,');
      void delay(4 * RECEIVE_MS).then(() => reply.raw.end('last'));
    });
    app.get('/slow', async () => {
      await delay(4 * RECEIVE_MS);
      return 'done';
    });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => app.close());

  test.each([
    { what: 'body does not come', sent: begunPost('/') },
    { what: 'headers do not end', sent: 'GET / HTTP/1.1\r\nHost: x\r\n' },
    { what: 'request does not begin', sent: '' },
  ])('answers 408 and closes the connection when the $what', async ({ sent }) => {
    expect(await dawdle(url, sent).closed).toContain('HTTP/1.1 408 ');
  });

  test('cuts no answer that takes longer, whether or not something of it was said', async () => {
    const bodies = ['/stream', '/slow'].map(async (path) => (await fetch(new URL(path, url))).text());
    expect(await Promise.all(bodies)).toEqual(['first,last', 'done']);
  });
});

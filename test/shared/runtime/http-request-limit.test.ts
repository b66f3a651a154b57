import { once } from 'node:events';
import { connect } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerProblems } from '../../../services/shared/runtime/http-problem.js';
import { createRequestLimit, signalOf } from '../../../services/shared/runtime/http-request-limit.js';
import { until } from '../../support/until.js';

interface Asking {
  readonly Querystring: { readonly caller: string; readonly org?: string };
}

describe('the limit of concurrent requests', () => {
  let app: FastifyInstance;
  let url: string;
  let counts: number[];
  let refused: number;
  let ended: string[];
  let finish: () => void;
  beforeEach(async () => {
    [counts, refused, ended] = [[], 0, []];
    const finished = new Promise<void>((resolve) => (finish = resolve));
    app = fastify({ logger: false, forceCloseConnections: true });
    answerProblems(app, pino({ level: 'silent' }));
    const limit = createRequestLimit(app, {
      inAll: 4,
      each: { caller: 2, organisation: 3 },
      onCount: (open) => counts.push(open),
      onRefused: () => (refused += 1),
    });
    const onRequest = async ({ query }: { query: unknown }, reply: Parameters<typeof limit.admit>[0]) => {
      const { caller, org } = query as Asking['Querystring'];
      limit.admit(reply, { caller, organisation: org });
    };
    app.get<Asking>('/work', { onRequest }, async (request) => {
      const signal = signalOf(request);
      signal.addEventListener('abort', () => ended.push(request.query.caller));
      await Promise.race([finished, once(signal, 'abort')]);
      return 'done';
    });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => app.close());

  const ask = (caller: string, org = '', signal?: AbortSignal): Promise<Response> =>
    fetch(`${url}/work?caller=${caller}${org === '' ? '' : `&org=${org}`}`, signal ? { signal } : {});
  const working = (count: number) => until(`${count} at work`, () => counts.at(-1) === count);

  test('answers a caller above its bound 503 with `busy` and `Retry-After`, and serves the others', async () => {
    const first = [ask('a'), ask('a')];
    await working(2);
    const answer = await ask('a');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({
      code: 'busy',
      detail: expect.stringContaining('one caller'),
    });
    const other = ask('b');
    await working(3);
    finish();
    for (const { status } of await Promise.all([...first, other])) expect(status).toBe(200);
    await working(0);
    expect(refused).toBe(1);
  });

  test('counts the callers of one organisation together, and bounds all', async () => {
    const open = [ask('a', 'x'), ask('b', 'x'), ask('c', 'x')];
    await working(3);
    expect(await (await ask('d', 'x')).json()).toMatchObject({
      detail: expect.stringContaining('one organisation'),
    });
    open.push(ask('e', 'y'));
    await working(4);
    expect(await (await ask('f', 'z')).json()).toMatchObject({ code: 'busy' });
    finish();
    await Promise.all(open);
  });

  test('frees a slot and aborts the work when the caller disconnects before its answer', async () => {
    const leaving = new AbortController();
    const gone = ask('a', '', leaving.signal).catch(() => 'gone');
    await working(1);
    leaving.abort();
    expect(await gone).toBe('gone');
    await working(0);
    expect(ended).toEqual(['a']);
  });

  test('frees the slots of requests that wait behind another one on a connection that closes', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    for (const caller of ['a', 'a', 'b', 'b'])
      socket.write(`GET /work?caller=${caller} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await working(4);
    socket.destroy();
    await working(0);
    expect(ended.toSorted()).toEqual(['a', 'a', 'b', 'b']);
    const next = ask('a');
    await working(1);
    finish();
    expect((await next).status).toBe(200);
  });

  test('ends the work for all requests when the server stops', async () => {
    const open = ask('a').catch(() => 'cut off');
    await working(1);
    await app.close();
    await open;
    expect(ended).toEqual(['a']);
  });
});

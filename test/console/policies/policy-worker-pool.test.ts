import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { createPolicyWorkerPool } from '../../../services/console/policies/policy-worker-pool.js';
import type { WorkbenchRequest } from '../../../services/console/policies/request.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { until } from '../../support/until.js';
import { startConsole } from '../start-console.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-desk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const POLICIES = join(projectRoot, 'policies');
const REAL = pathToFileURL(join(projectRoot, 'dist/services/console/policies/child.js'));
const lint: WorkbenchRequest = { what: 'lint', edit: { path: 'europol/export.cedar', text: '' }, org: null };

function childThat(does: string): URL {
  const path = join(folder, `${does.length}.mjs`);
  writeFileSync(path, does);
  return pathToFileURL(path);
}

test('policy worker pool: a question that takes too long is abandoned, and the next one gets a new child', async () => {
  const child = childThat(`process.on('message', () => { for (;;); });`);
  const pool = createPolicyWorkerPool({ folder: async () => POLICIES, child, timeMs: 300, most: 1 });
  for (const _ of [1, 2])
    await expect(pool.ask('one', async () => lint)).rejects.toMatchObject({ code: 'timed-out' });
  await pool.stop();
});

test('policy worker pool: a child that dies while answering is reported, and the next question gets a new child', async () => {
  const child = childThat(`process.on('message', () => process.kill(process.pid, 'SIGKILL'));`);
  const pool = createPolicyWorkerPool({ folder: async () => POLICIES, child, most: 1 });
  for (const _ of [1, 2])
    await expect(pool.ask('one', async () => lint)).rejects.toMatchObject({ code: 'busy' });
  await pool.stop();
});

test('policy worker pool: a request whose child dies gets a 503 with a reason, and the console keeps running', async () => {
  const site = await startConsole({
    policyChild: childThat(`process.on('message', () => process.exit(1));`),
  });
  try {
    site.changeCallers((callers) => callers.map((one) => ({ ...one, scopes: ['viewer', 'author'] })));
    const response = await fetch(`${site.url}/v1/policies/lint`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.tokens['federation']}`, 'content-type': 'application/json' },
      body: JSON.stringify(lint.edit),
    });
    const { detail } = (await response.json()) as { readonly detail: string };
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(detail).toBe('the process that evaluates policies died while answering this question');
    expect((await site.get('/readyz')).status).toBe(200);
    expect((await site.get('/v1/policies')).status).toBe(200);
  } finally {
    await site.close();
  }
});

test('policy worker pool: a question whose author has left is abandoned, and the author may ask again at once', async () => {
  const begun = join(folder, 'begun');
  const site = await startConsole({
    policyChild: childThat(`
      import { existsSync, writeFileSync } from 'node:fs';
      process.on('message', () => {
        if (existsSync(${JSON.stringify(begun)})) process.exit(1);
        writeFileSync(${JSON.stringify(begun)}, '');
      });`),
  });
  try {
    site.changeCallers((callers) => callers.map((one) => ({ ...one, scopes: ['viewer', 'author'] })));
    const ask = (signal?: AbortSignal): Promise<Response> =>
      fetch(`${site.url}/v1/policies/lint`, {
        method: 'POST',
        headers: { authorization: `Bearer ${site.tokens['federation']}`, 'content-type': 'application/json' },
        body: JSON.stringify(lint.edit),
        signal: signal ?? null,
      });
    const leaving = new AbortController();
    const left = ask(leaving.signal).catch(() => 'left');
    await until('the question at the child', () => existsSync(begun));
    expect((await ask()).status).toBe(429);
    leaving.abort();
    expect(await left).toBe('left');
    await until('an answer of another child', async () => (await ask()).status === 503);
  } finally {
    await site.close();
  }
});

test('policy worker pool: when the author leaves before the child gets the question, it ends with that reason, and the next is answered', async () => {
  const child = childThat(`process.on('message', () => process.send({ type: 'answered', value: 'seen' }));`);
  const pool = createPolicyWorkerPool({ folder: async () => POLICIES, child, most: 1 });
  const leaving = new AbortController();
  const lookUp = async (): Promise<WorkbenchRequest> => {
    leaving.abort(new Error('left'));
    return lint;
  };
  await expect(pool.ask('one', lookUp, leaving.signal)).rejects.toThrow('left');
  expect(await pool.ask('one', async () => lint)).toBe('seen');
  await pool.stop();
});

test('policy worker pool: a failed look-up frees its worker: the same viewer may ask again at once', async () => {
  const pool = createPolicyWorkerPool({ folder: async () => POLICIES, child: REAL, most: 1 });
  const silent = pool.ask('one', () => Promise.reject(new Error('silent')));
  await expect(silent).rejects.toThrow('silent');
  expect(await pool.ask('one', async () => lint)).toMatchObject({ findings: expect.any(Array) });
  await pool.stop();
});

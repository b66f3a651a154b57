import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { hashToken, newToken } from '../../../services/shared/trust/tokens.js';
import { statusForHost } from '../../support/http/status-for-host.js';
import { until } from '../../support/until.js';
import { listen } from '../listen.js';
import { type RunningConsole, startConsole } from '../start-console.js';

let site: RunningConsole;
beforeAll(async () => {
  site = await startConsole();
});
afterAll(() => site.close());

const begin = (body: object): Promise<Response> =>
  fetch(`${site.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const signIn = (token: unknown): Promise<Response> => begin({ token });
/** Asks for a code, as `up` does for its link. */
const codeFor = (who: string): Promise<Response> =>
  fetch(`${site.url}/v1/session/codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.tokens[who] ?? who}` },
  });
const cookieOf = (response: Response): string =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const ask = (cookie: string, path = '/v1/session'): Promise<Response> =>
  fetch(`${site.url}${path}`, { headers: { cookie } });

/** Every route of the API, such as `GET /v1/flow`, from the source of the console. */
const routes = (): readonly string[] => {
  const folder = join(projectRoot, 'services/console');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const found = texts.flatMap((text) => [
    ...text.matchAll(/app\.(get|post|put|delete)(?:<[^(]*>)?\(\s*[`'](\/v1\/[^`']+)[`']/g),
  ]);
  return found.map(([, method = '', path = '']) => `${method.toUpperCase()} ${path}`).toSorted();
};
/** The routes that begin and end a session. */
const OPEN = ['DELETE /v1/session', 'POST /v1/session', 'POST /v1/session/codes'];

describe('console session', () => {
  test('is required by every route, but those that begin and end one', async () => {
    const all = routes();
    expect(all).toEqual(expect.arrayContaining([...OPEN, 'GET /v1/members', 'POST /v1/commands']));
    expect(all.length).toBeGreaterThan(18);
    for (const route of all.filter((one) => !OPEN.includes(one))) {
      const [method = '', path = ''] = route.split(' ');
      const url = `${site.url}${path.replace('${what}', 'lint').replace(/:\w+|\*/g, 'x')}?unknown=1`;
      const { status } = await fetch(url, { method });
      expect([route, status]).toEqual([route, 401]);
    }
  });

  test.each(['/v1/session', '/v1/status', '/v1/status/stream', '/v1/flow'])(
    'is required by %s',
    async (path) => {
      for (const who of ['x'.repeat(43), '']) {
        const { status, text } = await site.get(path, who);
        expect([status, JSON.parse(text).code]).toEqual([401, 'unauthorised']);
      }
      expect((await ask('liaison-console-1=x', path)).status).toBe(401);
    },
  );

  test('begins with a token; its cookie is limited to this site and hidden from scripts', async () => {
    const response = await signIn(site.tokens['afripol']);
    expect(await response.json()).toMatchObject({ name: 'afripol', org: 'afripol', roles: ['viewer'] });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect(cookie).not.toContain(site.tokens['afripol']);
    expect(await (await ask(cookieOf(response))).json()).toMatchObject({ org: 'afripol' });
  });

  test.each(['', 'x'.repeat(43), 12, null, { $ne: '' }])('does not begin with %j', async (token) => {
    const response = await signIn(token);
    expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null]);
  });

  test('begins once with a code, which only a token obtains', async () => {
    const { code } = (await (await codeFor('europol')).json()) as { readonly code: string };
    const response = await begin({ code });
    expect(await response.json()).toMatchObject({ name: 'europol', org: 'europol' });
    expect((await begin({ code })).status).toBe(401);
    expect((await codeFor('x'.repeat(43))).status).toBe(401);
    const headers = { cookie: cookieOf(response) };
    expect((await fetch(`${site.url}/v1/session/codes`, { method: 'POST', headers })).status).toBe(401);
  });

  test('does not begin with a code whose token was removed, or with an invalid code', async () => {
    const { code } = (await (await codeFor('afripol')).json()) as { readonly code: string };
    site.changeCallers((callers) => callers.filter(({ name }) => name !== 'afripol'));
    expect((await begin({ code })).status).toBe(401);
    site.changeCallers((callers) => callers);
    for (const wrong of [code, '', 12, null, { $ne: '' }])
      expect((await begin({ code: wrong })).status).toBe(401);
  });

  test('does not begin with a request that a form of another site could send', async () => {
    const body = JSON.stringify({ token: site.tokens['federation'] });
    const response = await fetch(`${site.url}/v1/session`, { method: 'POST', body });
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.ok).toBe(false);
  });

  test('outlives a restart of the console, and ends at sign-out', async () => {
    const cookie = cookieOf(await signIn(site.tokens['federation']));
    await site.restart();
    expect((await ask(cookie)).status).toBe(200);
    const headers = { cookie };
    expect((await fetch(`${site.url}/v1/session`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await ask(cookie)).status).toBe(401);
  });

  test('ends as the oldest of a viewer when its ninth begins, and those of others stay', async () => {
    const other = cookieOf(await signIn(site.tokens['afripol']));
    const cookies: string[] = [];
    for (let n = 0; n < 10; n += 1) cookies.push(cookieOf(await signIn(site.tokens['europol'])));
    const statuses = await Promise.all(cookies.map(async (cookie) => (await ask(cookie)).status));
    expect(statuses).toEqual([401, 401, ...Array.from({ length: 8 }, () => 200)]);
    expect((await ask(other)).status).toBe(200);
  });

  test('ends at once when its token is removed from the file', async () => {
    const cookie = cookieOf(await signIn(site.tokens['interpol']));
    expect((await ask(cookie, '/v1/status')).status).toBe(200);
    site.revoke('interpol');
    for (const path of ['/v1/session', '/v1/status', '/v1/status/stream', '/v1/flow'])
      expect((await ask(cookie, path)).status).toBe(401);
  });
});

test('console session: ends when its token is replaced under its name, also after a restart of the console', async () => {
  const cookie = cookieOf(await signIn(site.tokens['europol']));
  const hash = hashToken(newToken());
  site.changeCallers((callers) =>
    callers.map((caller) => (caller.name === 'europol' ? { ...caller, hash } : caller)),
  );
  expect((await ask(cookie)).status).toBe(401);
  await site.restart();
  expect((await ask(cookie)).status).toBe(401);
  site.changeCallers((callers) => callers);
  expect(await (await ask(cookie)).json()).toMatchObject({ org: 'europol' });
});

describe('console http: every answer', () => {
  test.each(['/', '/healthz', '/readyz', '/v1/session', '/nothing'])(
    '%s is given only to requests that name this console',
    async (path) => {
      expect(await statusForHost(site.url, path, 'evil.example')).toBe(403);
      expect(await statusForHost(site.url, path, 'console.test')).not.toBe(403);
    },
  );

  test.each(['/', '/v1/session', '/nothing'])(
    '%s forbids inline script, foreign sources, frames and text as script',
    async (path) => {
      const policy = (await site.get(path)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    },
  );

  test('contains no path of this machine', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/../../config.js',
      '/v1/nothing',
    ]) {
      const { status, text } = await site.get(path);
      expect([status, JSON.parse(text).code]).toEqual([404, 'not-found']);
    }
  });
});

describe('console: while the broker is away', () => {
  test('stored events are shown, and listeners see that it disconnects and reconnects', async () => {
    site.say('status.alarm.europol._._', { event: 'alarm', what: 'before' });
    await site.heard();
    const headers = { authorization: `Bearer ${site.tokens['federation']}` };
    const stream = await listen(`${site.url}/v1/status/stream`, headers);
    await until('hearing', () => stream.of('state').length === 1);
    await site.broker.stop('SIGKILL');
    await until('silence', () => stream.of('state').length === 2);
    expect((await site.get('/readyz')).status).toBe(503);
    expect(await site.rows('event=alarm')).toMatchObject([{ what: 'before' }]);
    await site.broker.start();
    await until('hearing again', () => stream.of('state').length === 3);
    stream.close();
    expect(stream.of('state').map(({ connected }) => connected)).toEqual([true, false, true]);
  });
});

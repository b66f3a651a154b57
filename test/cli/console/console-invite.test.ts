import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../../services/cli/terminal/exit-codes.js';
import { readCallers } from '../../../services/shared/trust/callers.js';
import { hashToken } from '../../../services/shared/trust/tokens.js';
import { type RunningConsole, startConsole } from '../../console/start-console.js';
import { type Ran, runLine } from '../policy/run-line.js';

let site: RunningConsole;
beforeAll(async () => {
  site = await startConsole();
});
afterAll(() => site.close());

const liaison = (...words: readonly string[]): Promise<Ran> => runLine(words, { home: site.broker.home });
const invite = async (...words: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await liaison('console', 'invite', ...words, '--url', site.url);
  expect(code, stderr).toBe(EXIT.yes);
  return stdout.trim();
};
/** Opens a link as the page does. */
const open = (link: string): Promise<Response> => {
  const [, code] = link.split('/#sign-in=');
  return fetch(`${site.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
};
const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? '';
const ask = async (cookie: string, path: string): Promise<number> =>
  (await fetch(`${site.url}${path}`, { headers: { cookie } })).status;
const callers = () => readCallers(site.broker.home.hub('console', 'tokens.json'));

describe('`console invite`', () => {
  test('prints a link that signs a new person in once, with the roles given and no others', async () => {
    const link = await invite('anna', '--roles', 'viewer');
    expect(link).toMatch(new RegExp(`^${site.url}/#sign-in=[A-Za-z0-9_-]{43}$`));
    const session = await open(link);
    expect(await session.json()).toMatchObject({ name: 'anna', roles: ['viewer'], org: null });
    expect((await open(link)).status).toBe(401);
    const cookie = cookieOf(session);
    expect(await ask(cookie, '/v1/members')).toBe(200);
    for (const path of ['/v1/operators', '/v1/policies']) expect(await ask(cookie, path)).toBe(403);
  });

  test('with `--org` limits a person to what that organisation may see', async () => {
    const cookie = cookieOf(
      await open(await invite('luc', '--roles', 'viewer,operator', '--org', 'europol')),
    );
    expect(await ask(cookie, '/v1/flow')).toBe(200);
    for (const path of ['/v1/members', '/v1/operators']) expect(await ask(cookie, path)).toBe(403);
  });

  test('writes the code of a link into no file', async () => {
    const link = await invite('written', '--roles', 'viewer');
    const { root } = site.broker.home;
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
    const texts = files
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
      .map((file) => readFileSync(file, 'latin1'));
    expect(texts.some((text) => text.includes(link.slice(-43)))).toBe(false);
    expect((await open(link)).status).toBe(200);
  });

  test('gives a known person another link, which ends the one before', async () => {
    const first = await invite('nadia', '--roles', 'viewer');
    const second = await invite('nadia');
    expect([(await open(first)).status, (await open(second)).status]).toEqual([401, 200]);
    expect(callers().filter(({ name }) => name === 'nadia').length).toBe(1);
  });

  test('is undone by `token revoke`: the link and the sessions end at once', async () => {
    const cookie = cookieOf(await open(await invite('omar', '--roles', 'viewer')));
    const link = await invite('omar');
    expect(await ask(cookie, '/v1/flow')).toBe(200);
    expect((await liaison('token', 'revoke', 'console', 'omar')).code).toBe(EXIT.yes);
    expect(await ask(cookie, '/v1/flow')).toBe(401);
    expect((await open(link)).status).toBe(401);
    await invite('omar', '--roles', 'viewer');
    expect((await open(link)).status).toBe(401);
  });

  test.each([
    [['vera'], '--roles'],
    [['vera', '--roles', 'operator'], 'viewer'],
    [['vera', '--roles', 'viewer,root'], 'root'],
    [['vera', '--roles', 'viewer', '--org', 'eurpol'], 'europol'],
    [['federation', '--roles', 'viewer,operator'], 'has access already'],
    [['vera', '--roles', 'viewer', '--url', 'ftp://console.example'], '--url'],
    [['vera', '--roles', 'viewer', '--url', 'http://console.example/x?y'], '--url'],
  ])('is refused and adds no person: %j', async (words, said) => {
    const before = callers();
    const url = words.includes('--url') ? [] : ['--url', site.url];
    const { code, stdout, stderr } = await liaison('console', 'invite', ...words, ...url);
    expect([code === EXIT.yes, stdout]).toEqual([false, '']);
    expect(stderr).toContain(said);
    expect(callers()).toEqual(before);
  });

  test('needs the address of a console that does not run beside it', async () => {
    const { code, stderr } = await liaison('console', 'invite', 'vera', '--roles', 'viewer');
    expect([code, stderr]).toEqual([EXIT.usage, expect.stringContaining('--url')]);
  });
  test('is refused by a console with 256 callers, of which a known one still gets a link', async () => {
    site.changeCallers((before) => [
      ...before,
      ...Array.from({ length: 256 - before.length }, (_, index) => {
        return { name: `person-${index}`, hash: hashToken(`${index}`), scopes: ['viewer'] };
      }),
    ]);
    const { stderr } = await liaison('console', 'invite', 'vera', '--roles', 'viewer', '--url', site.url);
    expect(stderr).toContain('full');
    expect((await open(await invite('person-1'))).status).toBe(200);
    expect(callers().length).toBe(256);
  });
});

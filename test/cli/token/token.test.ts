import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../../services/cli/terminal/exit-codes.js';
import { tokenFileOf } from '../../../services/cli/token/token-files.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { readCallers } from '../../../services/shared/trust/callers.js';
import { startGateway, type Started } from '../../gateway/start-gateway.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Ran, runLine } from '../policy/run-line.js';

const SERVICE = 'gateway-europol';

let broker: Broker;
let gateway: Started;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol');
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

const token = (...words: readonly string[]): Promise<Ran> =>
  runLine(['token', ...words], { home: broker.home });
const create = async (name: string, ...more: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await token('create', SERVICE, name, ...more);
  expect(code, stderr).toBe(EXIT.yes);
  return stdout.trim();
};
const list = async (): Promise<readonly Record<string, unknown>[]> => {
  const { stdout } = await token('list', SERVICE, '--json');
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};
const path = (): string => tokenFileOf(broker.home, SERVICE).path;
const names = (): readonly string[] => readCallers(path()).map(({ name }) => name);
const asks = async (bearer: string, where = '/v1/inbox'): Promise<number> =>
  (await gateway.call('GET', where, { token: bearer })).status;

/** Returns the text of every file below the home. */
const everything = (): string =>
  readdirSync(broker.home.root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(broker.home.root, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');

describe('a token of a running service', () => {
  test('is accepted at the next request, for its scopes only', async () => {
    const made = await create('case-system', '--scopes', 'inbox:read');
    expect(await asks(made)).toBe(200);
    const { status, body } = await gateway.call('POST', '/v1/preview', { token: made, body: {} });
    expect([status, body['code']]).toEqual([403, 'forbidden']);
  });

  test('is printed once, alone on its line, and is in no file', async () => {
    const { stdout, stderr } = await token('create', SERVICE, 'printed', '--scopes', 'preview', '--json');
    const { token: made, ...rest } = JSON.parse(stdout) as Record<string, string>;
    expect([made?.length, rest]).toEqual([43, {}]);
    const listed = await token('list');
    for (const text of [everything(), stderr, listed.stdout]) expect(text).not.toContain(made);
    expect(await create('plain', '--scopes', 'preview')).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test('is refused at the next request once it is revoked, and other tokens are not', async () => {
    const [one, other] = [
      await create('one', '--scopes', 'inbox:read'),
      await create('other', '--scopes', 'inbox:read'),
    ];
    expect(await asks(one)).toBe(200);
    expect((await token('revoke', SERVICE, 'one')).code).toBe(EXIT.yes);
    expect([await asks(one), await asks(other)]).toEqual([401, 200]);
    const unknown = await token('revoke', SERVICE, 'othre');
    expect([unknown.code, unknown.stderr]).toEqual([
      EXIT.no,
      expect.stringContaining('did you mean `other`'),
    ]);
    expect(names()).toContain('other');
  });

  test('is refused once it has expired, and a changed date in the file does not extend it', async () => {
    const made = await create('short', '--scopes', 'inbox:read', '--until', '10s');
    expect(await asks(made)).toBe(200);
    await until('its end', async () => (await asks(made)) === 401);
    expect((await list()).find(({ name }) => name === 'short')).toMatchObject({ ended: true });
    const text = readFileSync(path(), 'utf8');
    const later = new Date(Date.now() + 86_400_000).toISOString();
    writeFileSync(path(), text.replace(/"until": "[^"]+"/, `"until": "${later}"`));
    expect(await asks(made)).toBe(401);
    writeFileSync(path(), text.replace(/,\s*"until": "[^"]+"/, ''));
    expect(await asks(made)).toBe(401);
  });

  test('is listed with its name, scopes and date of creation', async () => {
    const before = new Date().toISOString();
    await create('listed', '--scopes', 'preview,inbox:read,preview', '--until', '2031-01-31T00:00:00Z');
    const [shown] = (await list()).filter(({ name }) => name === 'listed');
    const { since, ...rest } = shown ?? {};
    expect(rest).toEqual({
      service: SERVICE,
      name: 'listed',
      scopes: ['preview', 'inbox:read'],
      org: null,
      until: '2031-01-31T00:00:00.000Z',
      ended: false,
    });
    expect(String(since) >= before).toBe(true);
    expect((await token('list', SERVICE)).stdout).toMatch(
      /listed +\S+ \S+ +2031-01-31 00:00 +preview inbox:read/,
    );
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });
});

describe('an invalid token request', () => {
  test.each([
    [['gateway-europl', 'a', '--scopes', 'preview'], 'did you mean `gateway-europol`'],
    [[SERVICE, 'a', '--scopes', 'inbox:raed'], 'did you mean `inbox:read`'],
    [[SERVICE, 'a', '--scopes', 'records:read'], 'there are notice:write'],
    [[SERVICE, 'a b', '--scopes', 'preview'], 'such as `case-system`'],
    [[SERVICE, 'a'], '--scopes'],
    [[SERVICE, 'europol-local', '--scopes', 'preview'], 'already has a token `europol-local`'],
    [[SERVICE, 'a', '--scopes', 'preview', '--org', 'europol'], 'only for the console'],
    [[SERVICE, 'a', '--scopes', 'preview', '--until', '2020-01-01T00:00:00Z'], 'a future time'],
    [['console', 'a', '--scopes', 'operator'], 'add `viewer`'],
    [['console', 'a', '--scopes', 'viewer', '--org', 'europl'], 'did you mean `europol`'],
  ])('is refused with the reason, and writes nothing: %j', async (words, why) => {
    const before = readFileSync(path(), 'utf8');
    const { code, stdout, stderr } = await token('create', ...words);
    expect([code, stdout]).toEqual([EXIT.usage, '']);
    expect(stderr).toContain(why);
    expect(readFileSync(path(), 'utf8')).toBe(before);
  });

  test('is refused in a home without services', async () => {
    const { code, stderr } = await runLine(['token', 'list']);
    expect([code, stderr]).toEqual([EXIT.usage, expect.stringContaining('contains no `tokens.json`')]);
  });
});

describe('concurrent token commands', () => {
  const run = (...words: readonly string[]): ChildProcess =>
    spawn(
      process.execPath,
      [join(projectRoot, 'dist/services/cli/main.js'), 'token', ...words, '--home', broker.home.root],
      { stdio: 'ignore' },
    );

  test('lose no change', async () => {
    const made = Array.from({ length: 8 }, (_, n) => `at-once-${n}`);
    const codes = await Promise.all(
      made.map(
        async (name) =>
          (await once(run('create', SERVICE, name, '--scopes', 'preview'), 'exit'))[0] as number,
      ),
    );
    expect(codes).toEqual(made.map(() => 0));
    expect(names()).toEqual(expect.arrayContaining(made));
  });

  test('leave a complete list and no lock when one is killed', async () => {
    const before = names();
    for (let n = 0; n < 12; n += 1) {
      const child = run('create', SERVICE, `killed-${n}`, '--scopes', 'preview');
      const ended = once(child, 'exit');
      // Delays that end before its first read, up to after its end.
      await delay(120 + n * 30);
      child.kill('SIGKILL');
      await ended;
      expect(names()).toEqual(expect.arrayContaining([...before]));
    }
    expect(await asks(await create('after', '--scopes', 'inbox:read'))).toBe(200);
    rmSync(`${path()}.new`, { force: true });
  });
});

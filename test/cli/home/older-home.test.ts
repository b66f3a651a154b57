import { execFile } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { prepareHome } from '../../../services/cli/up/prepare-home.js';
import { VERBS } from '../../../services/cli/verb-table.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { homeContract, requireHomeContract } from '../../../services/shared/trust/home-contract.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { readFederation } from '../../../services/cli/init/home-directory.js';
import { filesBelow } from '../../support/files-below.js';
import { OLDER_HOME, unpackOlderHome } from '../../support/builds/older-home.js';

let home: Home;
beforeEach(() => {
  home = homeAt(unpackOlderHome());
});
afterEach(() => rmSync(dirname(home.root), { recursive: true }));

/** Every file and folder of the home with its mode, time of change and bytes. */
function stateOf({ root }: Home): readonly (readonly [string, string])[] {
  return ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()].map((path) => {
    const status = lstatSync(join(root, path), { bigint: true });
    const bytes = status.isFile() ? digest(readFileSync(join(root, path))) : '';
    return [path, `${status.mode} ${status.mtimeNs} ${status.ino} ${bytes}`];
  });
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a built program on the home until it ends. */
function run(main: string, words: readonly string[] = []): Promise<Ended> {
  const settings = {
    HOME: home.root,
    NATS_URL: 'nats://127.0.0.1:1',
    AUDITOR_URL: 'http://127.0.0.1:1',
    ORG: 'europol',
  };
  const own = Object.entries(settings).map(([name, value]) => [`LIAISON_${name}`, value]);
  const env = { ...process.env, ...Object.fromEntries(own) };
  return new Promise((resolve) => {
    const program = [join(projectRoot, 'dist/services', main, 'main.js'), ...words];
    execFile(
      process.execPath,
      program,
      { env, timeout: 120_000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

test('the kept older home is small, whole, and holds neither the store of its broker nor a path of the machine that made it', () => {
  expect(statSync(OLDER_HOME).size).toBeLessThan(200_000);
  const files = filesBelow(home.root).map((path) => relative(home.root, path));
  expect(files).toEqual(
    expect.arrayContaining(['directory.jws', 'root/root.jwk', 'orgs/europol/gateway.db', 'auditor/records']),
  );
  expect(files).not.toContain('home.json');
  expect(files.filter((path) => path.startsWith('nats/data'))).toEqual([]);
  const machine = /\/(?:home|root|tmp|work)\//;
  expect(files.filter((path) => machine.test(readFileSync(join(home.root, path), 'latin1')))).toEqual([]);
});

describe('a home of an older contract is refused as `home-older` with exit 2, and no byte, mode or time of it is changed, by', () => {
  test.each([
    ['up', '--for', '1s'],
    ['init', '--demo'],
    ['init', '--demo', '--compose', '--force'],
    ['provision'],
    ['key', 'rotate', 'europol', 'notice'],
    ['key', 'revoke', 'europol:notice:1'],
    ['key', 'list'],
    ['token', 'create', 'gateway-europol', 'x', '--scopes', 'inbox:read'],
    ['policy', 'adopt'],
    ['status'],
    ['doctor', '--no-ping'],
  ])('`%s %s`', async (...words) => {
    const before = stateOf(home);
    const { code, stderr } = await run('cli', words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('home-older') });
    expect(stderr).toMatch(/`up --fresh`.* or keep the folder for the build that made it/);
    expect(stateOf(home)).toEqual(before);
  });

  test.each(['gateway', 'router', 'auditor', 'console', 'simulator'])('the process `%s`', async (process) => {
    const before = stateOf(home);
    const { code, stdout, stderr } = await run(process);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('"code":"home-older"');
    expect(stateOf(home)).toEqual(before);
  });
});

test('a home of a newer contract is refused as `home-newer`, and not changed', async () => {
  writeFileSync(home.contract, '{"contract":2,"kind":"site"}\n');
  const before = stateOf(home);
  expect(await run('cli', ['up'])).toMatchObject({ code: 2, stderr: expect.stringContaining('home-newer') });
  const preparing = prepareHome(home, { fresh: false, say: () => {} });
  await expect(preparing).rejects.toMatchObject({ code: 'home-newer' });
  expect(stateOf(home)).toEqual(before);
});

test('`up --fresh` moves a home of another contract aside, byte for byte, and makes a new one', async () => {
  const before = new Map(stateOf(home));
  const said: string[] = [];
  await prepareHome(home, { fresh: true, say: (words) => void said.push(words) });
  const aside = join(home.root, 'contract-0');
  expect(said.join('\n')).toContain(aside);
  const after = new Map(stateOf(homeAt(aside)));
  const files = [...before].filter(([path]) => statSync(join(aside, path)).isFile());
  expect(files.length).toBeGreaterThan(100);
  expect(Object.fromEntries(files.map(([path]) => [path, after.get(path)]))).toEqual(
    Object.fromEntries(files),
  );
  expect([...after.keys()]).toEqual([...before.keys()]);
  expect(homeContract(home)).toBe(1);

  writeFileSync(home.contract, '{"contract":0.5}');
  await expect(initDemo(home, { force: true })).rejects.toMatchObject({ code: 'config-invalid' });
  writeFileSync(home.contract, '{"contract":7}');
  const key = readFileSync(home.rootKey, 'utf8');
  await initDemo(home, { force: true });
  expect(readFileSync(join(home.root, 'contract-7', 'root', 'root.jwk'), 'utf8')).toBe(key);
  rmSync(home.contract);
  await initDemo(home, { force: true });
  expect(existsSync(join(home.root, 'contract-0.2', 'root', 'root.jwk'))).toBe(true);
  expect(existsSync(join(aside, 'root', 'root.jwk'))).toBe(true);
});

test('a home in containers is never moved aside, as its folders are mounted volumes', async () => {
  const before = stateOf(home);
  const layout = { nodes: [], routers: 1, replicas: 1, run: {} as never };
  await expect(initDemo(home, { force: true, layout })).rejects.toMatchObject({ code: 'home-older' });
  expect(stateOf(home)).toEqual(before);
});

test('a home whose `init` was interrupted after its first key does not count as an older home', async () => {
  const fresh = homeAt(join(dirname(home.root), 'fresh'));
  const facts = { ...readFederation(), organisations: { 'Not an id': null as never } };
  await expect(initDemo(fresh, { facts })).rejects.toThrow();
  mkdirSync(dirname(fresh.rootKey), { recursive: true });
  writeFileSync(fresh.rootKey, '{}');
  expect(() => requireHomeContract(fresh)).not.toThrow();
  await initDemo(fresh);
  expect(JSON.parse(readFileSync(fresh.contract, 'utf8'))).toMatchObject({ contract: 1 });
});

test('only verbs that read no home, or check its contract themselves, run on a home of any contract', async () => {
  const verbs = await Promise.all(VERBS.map(async ({ name, load }) => [name, (await load()).verb] as const));
  const free = verbs.filter(([, { anyHome }]) => anyHome === true).map(([name]) => name);
  expect(free.filter((name) => !name.startsWith('policy '))).toEqual([
    'up',
    'simulate',
    'init',
    'init hub',
    'compose',
    'restore',
    'verify',
    'ledger verify',
    'ledger prove',
    'root sign',
    'org join',
    'witnesses approve',
    'config print',
  ]);
  expect(free).not.toContain('policy adopt');
});

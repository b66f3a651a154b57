import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeConsoleTokens } from '../../../services/cli/init/first-keys.js';
import { readFederation, readHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { isInitialised } from '../../../services/cli/init/clear-home.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { readCallers } from '../../../services/shared/trust/callers.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { hashToken, SCOPES } from '../../../services/shared/trust/tokens.js';

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const NOW = new Date('2031-05-04T03:02:01.987Z');
const EUROPOL = parseOrgId('europol');

function entries(): readonly { path: string; isFolder: boolean; mode: number }[] {
  return readdirSync(home.root, { recursive: true, encoding: 'utf8' }).map((path) => {
    const status = statSync(join(home.root, path));
    return { path, isFolder: status.isDirectory(), mode: status.mode & 0o777 };
  });
}

const read = (path: string): string => readFileSync(path, 'utf8');

describe('a demonstration home', () => {
  test('is readable by its owner only, with any umask: folders 0700, files 0600', async () => {
    const before = process.umask(0);
    try {
      await initDemo(home, { now: NOW });
    } finally {
      process.umask(before);
    }
    const open = entries().filter(({ isFolder, mode }) => mode !== (isFolder ? 0o700 : 0o600));
    expect(open).toEqual([]);
    expect(statSync(home.root).mode & 0o777).toBe(0o700);
    expect(entries().length).toBeGreaterThan(80);
  });

  test('contains the files of each process at their paths', async () => {
    const orgs = await initDemo(home, { now: NOW });
    const wanted = [
      ...'root/root.jwk home.json root.pub.jwk directory.frame hub/tail.nk nats/nats.conf nats/js.key'.split(
        ' ',
      ),
      ...['hub.jwk', 'core.nk', 'watch.nk', 'command.nk', 'auditor.token'].map(
        (name) => `hub/router/${name}`,
      ),
      ...['audit.jwk', 'core.nk', 'tokens.json'].map((name) => `hub/auditor/${name}`),
      ...['watch.nk', 'command.nk', 'auditor.token', 'tokens.json'].map((name) => `hub/console/${name}`),
      ...['viewer', 'operator', 'author'].map((role) => `hub/console/${role}.token`),
      ...['operator.jwk', 'command.nk', 'auditor.token'].map((name) => `hub/operator/${name}`),
      ...['core.nk', 'command.nk'].map((name) => `hub/provision/${name}`),
      ...orgs.flatMap((org) => [
        `hub/router/orgs/${org}.nk`,
        `hub/provision/orgs/${org}.nk`,
        `approvers/${org}/1.jwk`,
        `approvers/${org}/2.jwk`,
        ...['notice.jwk', 'receipt.jwk', 'policy.jwk', 'witness.jwk', 'gateway.nk', 'tail.nk'].map(
          (name) => `orgs/${org}/${name}`,
        ),
        ...['token', 'tokens.json', 'console.token'].map((name) => `orgs/${org}/${name}`),
      ]),
    ];
    expect(wanted.filter((path) => !existsSync(join(home.root, path)))).toEqual([]);
    for (const folder of ['auditor', 'logs', 'nats/data'])
      expect(existsSync(join(home.root, folder))).toBe(true);
  });

  test('has a directory signed by its root key that lists every key once, with its use', async () => {
    const orgs = await initDemo(home, { now: NOW });
    const directory = await readHomeDirectory(home);
    expect([...(directory?.organisations.keys() ?? [])]).toEqual(orgs);
    expect(directory?.version).toBe(1);
    expect(directory?.issuedAt).toEqual(new Date('2031-05-04T03:02:01Z'));
    expect(directory?.nextUpdate).toEqual(new Date('2031-05-11T03:02:01Z'));
    expect(directory?.hub.keys.map(({ kid }) => kid)).toEqual([
      'hub:hub:1',
      'hub:audit:1',
      'hub:log:1',
      'hub:operator:1',
      'hub:directory:1',
    ]);
    for (const org of orgs) {
      const kids = directory?.organisations.get(org)?.keys.map(({ kid }) => kid);
      const numbered = ['notice:1', 'receipt:1', 'policy:1', 'witness:1', 'approver:1', 'approver:2'];
      expect(kids).toEqual(numbered.map((key) => `${org}:${key}`));
      expect(directory?.key(`${org}:approver:2`)?.person).toBe(`Approver 2 of ${org}`);
      expect((await readSigner(home.org(org, 'notice.jwk'))).kid).toBe(`${org}:notice:1`);
    }
    expect((await readSigner(home.hub('router', 'hub.jwk'))).use).toBe('hub');
    expect((await readSigner(home.hub('auditor', 'audit.jwk'))).use).toBe('audit');
  });

  test('keeps no private key, seed or token outside its own file', async () => {
    const orgs = await initDemo(home, { now: NOW });
    const files = entries().filter(({ isFolder }) => !isFolder);
    const secretOf = (path: string): string | undefined => {
      const text = readSecret(join(home.root, path));
      if (path.endsWith('.jwk')) return (JSON.parse(text) as { d?: string }).d;
      return /\.nk$|token$|js\.key$/.test(path) ? text : undefined;
    };
    const secrets = files.flatMap(({ path }) => {
      const secret = secretOf(path);
      return secret === undefined ? [] : [{ path, secret }];
    });
    expect(secrets.length).toBeGreaterThan(orgs.length * 8);
    for (const { path, secret } of secrets) {
      const holders = files.filter((file) => read(join(home.root, file.path)).includes(secret));
      expect(holders.map((file) => file.path)).toEqual([path]);
    }
  });

  test('stores at each service the hash of each token, with its scopes', async () => {
    const orgs = await initDemo(home, { now: NOW });
    const kept = (path: string): readonly { name: string; hash: string; scopes: readonly string[] }[] =>
      (JSON.parse(read(path)) as { tokens: [] }).tokens;
    for (const org of orgs) {
      expect(kept(home.org(org, 'tokens.json'))).toEqual([
        {
          name: `${org}-local`,
          hash: hashToken(readSecret(home.org(org, 'token'))),
          scopes: SCOPES.gateway,
        },
      ]);
    }
    const callers = kept(home.hub('auditor', 'tokens.json'));
    expect(callers.map(({ name }) => name)).toEqual(['router', 'console', 'operator', 'federation-auditor']);
    expect(callers[0]?.hash).toBe(hashToken(readSecret(home.hub('router', 'auditor.token'))));
    expect(callers[1]?.scopes).toEqual(['decisions:read', 'quarantine:read', 'policies:read']);
    expect(callers[2]?.scopes).toEqual(['quarantine:read', 'policies:read']);
  });

  test('has a console token for each organisation, limited to it; a removed one is not created again', async () => {
    const orgs = await initDemo(home, { now: NOW });
    const path = home.hub('console', 'tokens.json');
    const viewers = readCallers(path).filter(({ org }) => org !== undefined);
    expect(viewers).toEqual(
      orgs.map((org) => ({
        name: `${org}-viewer`,
        org,
        scopes: ['viewer'],
        hash: hashToken(readSecret(home.org(org, 'console.token'))),
      })),
    );
    // A home of an older release with its own caller, and one whose entry was removed.
    rmSync(home.org(EUROPOL, 'console.token'));
    const own = { name: 'somebody', hash: hashToken('x'.repeat(43)), scopes: ['viewer'] };
    const kept = readCallers(path).filter(({ name }) => !/^(?:europol|afripol)-viewer$/.test(name));
    writeFileSync(path, JSON.stringify({ tokens: [...kept, own] }));
    writeConsoleTokens(home, orgs);
    const names = readCallers(path).map(({ name }) => name);
    expect(names).toContain('somebody');
    expect(names).toContain('europol-viewer');
    expect(names).not.toContain('afripol-viewer');
  });

  test('is created once: a second `init` is refused and changes nothing', async () => {
    await initDemo(home, { now: NOW });
    const before = read(home.directory);
    const thrown = await initDemo(home, { now: NOW }).catch((error: unknown) => error);
    expect(isCode(thrown, 'usage')).toBe(true);
    expect(read(home.directory)).toBe(before);
  });

  test('is created again with `--force`, with other keys, and keeps files that are not its own', async () => {
    await initDemo(home, { now: NOW });
    const before = read(home.rootKey);
    writeFileSync(join(home.root, 'notes.txt'), 'mine');
    writeFileSync(home.org(EUROPOL, 'gateway.db'), 'old');
    await initDemo(home, { now: NOW, force: true });
    expect(read(home.rootKey)).not.toBe(before);
    expect(read(join(home.root, 'notes.txt'))).toBe('mine');
    expect(existsSync(home.org(EUROPOL, 'gateway.db'))).toBe(false);
  });

  test('is created again after an interrupted `init`', async () => {
    await initDemo(home, { now: NOW });
    const facts = { ...readFederation(), federation: 'No Name' };
    await expect(initDemo(home, { now: NOW, facts, force: true })).rejects.toThrow('/federation');
    writeFileSync(home.org(EUROPOL, 'notice.jwk'), 'half');
    expect(isInitialised(home)).toBe(false);
    await initDemo(home, { now: NOW });
    expect(isInitialised(home)).toBe(true);
    expect((await readSigner(home.org(EUROPOL, 'notice.jwk'))).use).toBe('notice');
  });

  test('contains no absolute path, so that it can be copied and moved', async () => {
    await initDemo(home, { now: NOW });
    const naming = entries().filter(
      ({ path, isFolder }) => !isFolder && read(join(home.root, path)).includes(home.root),
    );
    expect(naming).toEqual([]);
  });
});

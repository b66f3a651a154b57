import { readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesBelow } from '../../support/files-below.js';
import { OLDER_HOME, unpackOlderHome } from '../../support/older-home.js';

const home = unpackOlderHome();
afterAll(() => rmSync(dirname(home), { recursive: true }));

test('the kept older home is small, whole, and holds neither the store of its broker nor a path of the machine that made it', () => {
  expect(statSync(OLDER_HOME).size).toBeLessThan(200_000);
  const files = filesBelow(home).map((path) => relative(home, path));
  expect(files).toEqual(
    expect.arrayContaining(['directory.jws', 'root/root.jwk', 'orgs/europol/gateway.db', 'auditor/records']),
  );
  expect(files).not.toContain('home.json');
  expect(files.filter((path) => path.startsWith('nats/data'))).toEqual([]);
  const machine = /\/(?:home|root|tmp|work)\//;
  expect(files.filter((path) => machine.test(readFileSync(`${home}/${path}`, 'latin1')))).toEqual([]);
});

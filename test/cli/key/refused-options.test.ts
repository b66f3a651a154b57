import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { hubAdmits, makeSite } from '../org/admit-site.js';
import { runLine } from '../policy/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-key-options-'));
const homes = { demo: homeAt(join(folder, 'demo')), site: homeAt(join(folder, 'site')) };
beforeAll(async () => {
  await initDemo(homes.demo);
  const welcome = join(folder, 'welcome.json');
  await hubAdmits(homeAt(join(folder, 'hub')), await makeSite(homes.site), welcome);
  expect((await runLine(['org', 'accept', welcome, '--yes'], { home: homes.site })).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OUT = join(folder, 'request.json');

describe('an option of a key that has no effect is refused as `usage`, with its place, and nothing is signed:', () => {
  test.each([
    ['demo', 'key rotate europol receipt', '--signed-by', 'a.jwk'],
    ['demo', 'key rotate europol approver', '--person', 'A. Example'],
    ['demo', 'key rotate europol approver', '--key-out', 'a.jwk'],
    ['demo', 'key rotate europol approver', '--router', '1'],
    ['demo', 'key rotate europol receipt', '--router', '1'],
    ['demo', 'key rotate hub audit', '--router', '1'],
    ['demo', 'key rotate hub hub', '--approver', '2'],
    ['demo', 'key revoke europol:notice:1', '--signed-by', 'a.jwk'],
    ['demo', 'key revoke europol:notice:1', '--since', '7d'],
    ['site', 'key rotate europol receipt', '--router', '1'],
    ['site', 'key rotate europol approver', '--approver', '2'],
    ['site', 'key request europol receipt', '--person', 'A. Example'],
    ['site', 'key request europol receipt', '--key-out', 'a.jwk'],
  ] as const)('in a home of a %s, `%s %s`', async (...[kind, line, option, value]) => {
    const home = homes[kind];
    const before = readFileSync(home.directory);
    const words = [...line.split(' '), ...(line.startsWith('key request') ? ['--out', OUT] : [])];
    const { code, stderr } = await runLine([...words, option, value, '--json'], { home });
    const { errors } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { readonly errors: unknown };
    expect([code, errors]).toEqual([2, [{ path: option, message: expect.stringContaining('no effect') }]]);
    expect(readFileSync(home.directory)).toEqual(before);
  });
});

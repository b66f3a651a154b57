import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { parsePrivateJwk } from '../../../services/shared/trust/jwk.js';
import { filesBelow } from '../../support/files-below.js';
import { runLine } from '../policy/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-approvers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const site = homeAt(join(folder, 'site'));
const file = (name: string): string => join(folder, name);
const JOIN = 'org join --id europol --name Europol --federation demo --hub nats://127.0.0.1:9'.split(' ');
const orgJoin = (...words: readonly string[]) => runLine([...JOIN, ...words], { home: site });
const named = (person: string, path: string): readonly string[] => [
  '--approver',
  person,
  '--approver-out',
  path,
];

describe('`org join` with approvers', () => {
  test.each([
    ['one approver', '--approver', named('A. Example', file('a'))],
    ['a file too few', '--approver-out', [...named('A. Example', file('a')), '--approver', 'B. Example']],
    [
      'one person twice, also in other letters',
      '--approver',
      [...named('A. Example', file('a')), ...named('a. example ', file('b'))],
    ],
    [
      'a name of two lines',
      '--approver',
      [...named('A. Example', file('a')), ...named('B.\nExample', file('b'))],
    ],
    [
      'one file twice',
      '--approver-out',
      [...named('A. Example', file('a')), ...named('B. Example', `${folder}/./a`)],
    ],
    [
      'a file that exists',
      '--approver-out',
      [...named('A. Example', file('there')), ...named('B. Example', file('b'))],
    ],
    [
      'a file in the home',
      'is in the home',
      [...named('A. Example', site.org('europol' as never, 'a.jwk')), ...named('B. Example', file('b'))],
    ],
    [
      'a file in the home by a link',
      'is in the home',
      [...named('A. Example', file('link/site/a.jwk')), ...named('B. Example', file('b'))],
    ],
  ])('refuses %s, says what is wrong and makes nothing', async (_, wrong, words) => {
    writeFileSync(file('there'), '');
    if (!existsSync(file('link'))) symlinkSync(folder, file('link'));
    const { code, stderr } = await orgJoin(...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(wrong)]);
    expect([site.root, file('a'), file('b')].filter((path) => existsSync(path))).toEqual([]);
  });

  test('writes each key to the file of its person alone, and names both persons in the request', async () => {
    const mode = statSync(folder).mode;
    const { code, stderr } = await orgJoin(
      ...named('A. Example', file('a')),
      ...named('B. Example', file('b')),
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('to B. Example alone')]);
    expect(statSync(folder).mode).toBe(mode);
    const held = ['a', 'b'].map((name) => parsePrivateJwk(JSON.parse(readFileSync(file(name), 'utf8'))));
    expect(held.map(({ kid }) => kid)).toEqual(['europol:approver:1', 'europol:approver:2']);
    expect(['a', 'b'].map((name) => statSync(file(name)).mode & 0o777)).toEqual([0o600, 0o600]);
    const texts = filesBelow(site.root).map((path) => readFileSync(path, 'utf8'));
    for (const { d } of held) expect(texts.filter((text) => text.includes(d))).toEqual([]);
    const { payload } = JSON.parse(readFileSync(site.joinRequest, 'utf8')) as { payload: string };
    const { approvers } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      approvers: readonly { person: string; key: { x: string } }[];
    };
    expect(approvers.map(({ person, key }) => [person, key.x])).toEqual([
      ['A. Example', held[0]?.x],
      ['B. Example', held[1]?.x],
    ]);
  });
});

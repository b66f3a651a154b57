import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { signDirectory } from '../../../services/shared/trust/directory.js';
import type { DirectoryEvents } from '../../../services/shared/trust/directory-holder.js';
import { keptDirectory, watchHomeDirectory } from '../../../services/shared/trust/kept-directory.js';
import { makeFederation, type TestFederation } from './federation.js';

let federation: TestFederation;
let home: Home;
/** Version 1 is that of the federation; 2 follows it. */
let second: Uint8Array;

beforeAll(async () => {
  federation = await makeFederation();
  const next = { ...federation.source, version: 2, previous: federation.directory.digest };
  second = await signDirectory(next, federation.root);
});

beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-kept-')));
  writeFileSync(home.anchor, JSON.stringify(federation.anchor));
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const folder = (): string => home.router(1);

/** Starts and stops a process on this file; returns its directory version and the codes of its alarms. */
async function live(
  file: Uint8Array,
  { adopts, ...more }: Partial<DirectoryEvents> & { readonly adopts?: Uint8Array } = {},
): Promise<readonly [number, readonly string[]]> {
  writeFileSync(home.directory, file);
  const alarms: string[] = [];
  const holder = await watchHomeDirectory(home, folder(), {
    onAlarm: ({ code }) => alarms.push(code),
    ...more,
  });
  if (adopts !== undefined) await holder.adopt(adopts);
  holder.stop();
  return [holder.current().version, alarms];
}

describe('a process that starts on a directory older than one it held', () => {
  test('begins with the newer one, and alarms, at each start', async () => {
    expect(await live(second)).toEqual([2, []]);
    expect(await live(federation.directory.frame)).toEqual([2, ['directory-older']]);
    expect(await live(federation.directory.frame)).toEqual([2, ['directory-older']]);
    expect(await live(second)).toEqual([2, []]);
  });

  test('also does so when the newer one came from another source than the file', async () => {
    expect(await live(federation.directory.frame, { adopts: second })).toEqual([2, []]);
    expect(await live(federation.directory.frame)).toEqual([2, ['directory-older']]);
  });

  test('raises no alarm when the file may be as old as the installation', async () => {
    await live(second);
    expect(await live(federation.directory.frame, { fileMayBeOld: true })).toEqual([2, []]);
  });
});

describe('the copy that a process keeps', () => {
  test('is readable by its owner only, and holds exactly what was signed', async () => {
    await live(second);
    expect(readFileSync(keptDirectory(folder()))).toEqual(Buffer.from(second));
    expect(statSync(keptDirectory(folder())).mode & 0o777).toBe(0o600);
  });

  test('raises an alarm when another root signed it or it is truncated, and the file is used instead', async () => {
    mkdirSync(folder(), { recursive: true });
    const { directory: foreign } = await makeFederation();
    for (const [copy, code] of [
      [foreign.frame, 'signature-invalid'],
      [second.slice(0, 40), 'frame-unreadable'],
    ] as const) {
      writeFileSync(keptDirectory(folder()), copy);
      expect(await live(federation.directory.frame)).toEqual([1, [code]]);
    }
  });

  test('raises an alarm when it cannot be written, and the process continues', async () => {
    writeFileSync(join(home.root, 'hub'), 'a file where a folder should be');
    expect(await live(second)).toEqual([2, ['config-invalid']]);
  });
});

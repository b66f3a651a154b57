import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  createOpenAlone,
  isPoison,
  type OpenAlone,
} from '../../../../services/shared/trust/suspect/open-alone.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { Directory } from '../../../../services/shared/trust/directory.js';
import type { PublicJwk } from '../../../../services/shared/trust/jwk.js';

describe('a frame counts as poison only when it makes two child processes crash in the same way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-alone-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const frame = { org: parseOrgId('europol'), subject: 'out.submission.x', bytes: new Uint8Array(1) };
  const OPENED = "process.send('opened', () => process.exit(0));";
  /** Creates a child that reports its start, and then runs `does` with a frame or `control` without one. */
  const childThat = (
    name: string,
    does: string,
    { control = OPENED, timeMs }: { readonly control?: string; readonly timeMs?: number } = {},
  ) => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(
      path,
      `process.once('message', ({ alone }) => { process.send('started'); if (alone) { ${does} } else { ${control} } });`,
    );
    return createOpenAlone({
      child: pathToFileURL(path),
      anchor: {} as PublicJwk,
      directory: () => ({ frame: new Uint8Array() }) as Directory,
      now: () => new Date(0),
      ...(timeMs === undefined ? {} : { timeMs }),
    });
  };

  test('not when the child opens it', async () => {
    expect(await isPoison(childThat('well', OPENED), frame)).toBe(false);
  });

  test.each([
    ['an exception that it reports', "process.send('exception', () => process.exit(1))", 'exception'],
    ['a fault of the processor', "process.kill(process.pid, 'SIGSEGV')", 'SIGSEGV'],
    [
      'the heap limit of V8',
      'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));',
      'heap-limit',
    ],
  ])('when the child ends by %s', async (name, does, crash) => {
    const openAlone = childThat(name.replaceAll(' ', '-'), does);
    expect(await openAlone(frame)).toBe(crash);
    expect(await isPoison(openAlone, frame)).toBe(true);
  });

  test.each([
    ['SIGKILL, as by the system when memory is short', "process.kill(process.pid, 'SIGKILL')"],
    ['SIGTERM', "process.kill(process.pid, 'SIGTERM')"],
    ['SIGABRT without output of V8', "process.kill(process.pid, 'SIGABRT')"],
    ['an unexplained exit', 'process.exit(1)'],
    [
      'a lack of memory of the machine',
      "process.stderr.write('FATAL ERROR: process out of memory', () => process.abort())",
    ],
  ])('not when the child ends by %s: the frame waits', async (name, does) => {
    const openAlone = childThat(name.replaceAll(/\W/g, '-'), does);
    await expect(isPoison(openAlone, frame)).rejects.toMatchObject({ code: 'not-ready' });
  });

  test('not when a child without a frame crashes as well', async () => {
    const broken = "process.send('exception', () => process.exit(1))";
    const openAlone = childThat('broken', broken, { control: broken });
    await expect(isPoison(openAlone, frame)).rejects.toMatchObject({ code: 'not-ready' });
  });

  test('not when two children crash in different ways', async () => {
    const ways = ['SIGSEGV', 'opened', 'exception'] as const;
    let turn = 0;
    const openAlone: OpenAlone = async () => {
      turn += 1;
      return ways[turn - 1] ?? 'opened';
    };
    await expect(isPoison(openAlone, frame)).rejects.toMatchObject({ code: 'not-ready' });
  });

  test('not when the program of the child is missing', async () => {
    const missing = createOpenAlone({
      child: pathToFileURL(join(folder, 'missing.mjs')),
      anchor: {} as PublicJwk,
      directory: () => ({ frame: new Uint8Array() }) as Directory,
      now: () => new Date(0),
    });
    await expect(isPoison(missing, frame)).rejects.toMatchObject({ code: 'not-ready' });
  });

  test('not when the child takes too long, as on a busy machine', async () => {
    const slow = childThat('slow', 'setInterval(() => {}, 1_000)', { timeMs: 300 });
    await expect(isPoison(slow, frame)).rejects.toMatchObject({ code: 'timed-out' });
  });

  test('and the next child of the process starts only after that has ended', async () => {
    const lines = join(folder, 'lines');
    const write = (word: string): string =>
      `(await import('node:fs')).appendFileSync(${JSON.stringify(lines)}, '${word} ')`;
    const does = `(async () => { ${write('begin')}; setTimeout(async () => { ${write('end')}; ${OPENED} }, 1_000); })()`;
    const openAlone = childThat('in-turn', does);
    expect(await Promise.all([openAlone(frame), openAlone(frame)])).toEqual(['opened', 'opened']);
    expect(readFileSync(lines, 'utf8')).toBe('begin end begin end ');
  });

  test('not when the system cannot start a child', async () => {
    const { execPath } = process;
    process.execPath = join(folder, 'no-such-program');
    try {
      await expect(isPoison(childThat('none', ''), frame)).rejects.toMatchObject({ code: 'not-ready' });
    } finally {
      process.execPath = execPath;
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createOpenAlone, isPoison } from '../../../services/router/frames/poison.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { PublicJwk } from '../../../services/shared/trust/jwk.js';

describe('router: a frame counts as poison only when a child process dies over it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-alone-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const alone = { org: parseOrgId('europol'), subject: 'out.notice.x', bytes: new Uint8Array(1) };
  const childThat = (name: string, does: string, timeMs?: number) => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, `process.once('message', () => { ${does} });`);
    return createOpenAlone({
      child: pathToFileURL(path),
      anchor: {} as PublicJwk,
      directory: () => ({ jws: '' }) as Directory,
      now: () => new Date(0),
      ...(timeMs === undefined ? {} : { timeMs }),
    });
  };

  test('not when the child ends normally', async () => {
    expect(await isPoison(childThat('well', 'process.exit(0)'), alone)).toBe(false);
  });

  test.each([
    ['exit', 'process.exit(1)'],
    ['signal', "process.kill(process.pid, 'SIGABRT')"],
  ])('when the child ends by an %s', async (name, does) => {
    expect(await isPoison(childThat(name, does), alone)).toBe(true);
  });

  test('not when the child takes too long, as on a busy machine', async () => {
    const slow = childThat('slow', 'setInterval(() => {}, 1_000)', 300);
    await expect(isPoison(slow, alone)).rejects.toMatchObject({ code: 'timed-out' });
  });

  test('not when the system cannot start a child', async () => {
    const { execPath } = process;
    process.execPath = join(folder, 'no-such-program');
    try {
      await expect(isPoison(childThat('none', ''), alone)).rejects.toMatchObject({ code: 'not-ready' });
    } finally {
      process.execPath = execPath;
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createOpenAlone, isPoison } from '../../../services/router/frames/poison.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { PublicJwk } from '../../../services/shared/trust/jwk.js';

describe('a frame is accused only by a child that died over it', () => {
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

  test('one that ends well does not', async () => {
    expect(await isPoison(childThat('well', 'process.exit(0)'), alone)).toBe(false);
  });

  test.each([
    ['exit', 'process.exit(1)'],
    ['signal', "process.kill(process.pid, 'SIGABRT')"],
  ])('one that ends by an %s does', async (name, does) => {
    expect(await isPoison(childThat(name, does), alone)).toBe(true);
  });

  test('one that takes too long, as on a busy machine, does not', async () => {
    const slow = childThat('slow', 'setInterval(() => {}, 1_000)', 300);
    await expect(isPoison(slow, alone)).rejects.toMatchObject({ code: 'timed-out' });
  });

  test('one that the system does not start does not', async () => {
    const { execPath } = process;
    process.execPath = join(folder, 'no-such-program');
    try {
      await expect(isPoison(childThat('none', ''), alone)).rejects.toMatchObject({ code: 'not-ready' });
    } finally {
      process.execPath = execPath;
    }
  });
});

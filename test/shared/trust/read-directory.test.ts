import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { readAnchor, readDirectory } from '../../../services/shared/trust/read-directory.js';

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
beforeAll(async () => {
  await initDemo(home);
});
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

const naming = (path: string): object => ({
  code: 'config-invalid',
  message: expect.stringContaining(path),
});

test('directory reader: the error about a missing directory or anchor names its path', async () => {
  rmSync(home.anchor);
  expect(() => readAnchor(home)).toThrow(expect.objectContaining(naming(home.anchor)));
  await expect(readDirectory(home)).rejects.toMatchObject(naming(home.anchor));
  rmSync(home.directory);
  await expect(readDirectory(home)).rejects.toMatchObject(naming(home.directory));
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findHome } from '../../../services/cli/home/find-home.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';

test('findHome: an empty `LIAISON_HOME` counts as unset, an empty `--home` is refused', () => {
  const usual = join(projectRoot, '.liaison');
  expect(findHome(undefined, {}).root).toBe(usual);
  expect(findHome(undefined, { LIAISON_HOME: '' }).root).toBe(usual);
  expect(() => findHome('', { LIAISON_HOME: '/tmp' })).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(findHome(undefined, { LIAISON_HOME: '/tmp' }).root).toBe('/tmp');
});

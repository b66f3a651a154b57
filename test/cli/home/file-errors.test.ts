import { expect, test } from 'vitest';
import { fromSystemError } from '../../../services/cli/home/file-errors.js';

const systemError = (code: string, path?: string): Error =>
  Object.assign(new Error(code), { code, ...(path === undefined ? {} : { path }) });

test.each([
  ['ENOSPC', undefined, 'full'],
  ['EDQUOT', undefined, 'full'],
  ['ENOSPC', '/srv/backup', 'usage'],
  ['EACCES', '/srv/backup', 'usage'],
])('a system error %s with the path %s is `%s`', (code, path, expected) => {
  expect(fromSystemError(systemError(code, path))).toMatchObject({ code: expected });
});

test('a system error that says nothing to the user stays as it is', () => {
  const errors = [systemError('EACCES'), systemError('EINVAL', '/srv/backup'), undefined];
  for (const error of errors) expect(fromSystemError(error)).toBe(error);
});

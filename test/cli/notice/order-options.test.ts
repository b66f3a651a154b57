import { expect, test } from 'vitest';
import { withOptionNames } from '../../../services/cli/notice/order-options.js';
import { fail } from '../../../services/shared/kernel/errors.js';

const refused = (path: string) => () =>
  Promise.reject(fail('schema-invalid', `\`${path}\`: expected another value`, [{ path, message: 'no' }]));

test.each([
  ['/until', '--until'],
  ['/expiresAt', '--until'],
  ['/reason', '--reason'],
  ['/purpose', '--purpose'],
  ['/to', '--to'],
  ['/holders', '--to'],
  ['/holders/0/org', '--to'],
  ['/holders/0/sections/1', '--section'],
  ['/section', '--section'],
  ['/sections/0', '--section'],
])('withOptionNames: an error at %s names %s', async (path, option) => {
  await expect(withOptionNames(refused(path))).rejects.toMatchObject({
    code: 'schema-invalid',
    message: `\`${option}\`: expected another value`,
    details: [{ path: option, message: 'no' }],
  });
});

test('withOptionNames: an error without a place stays as it is', async () => {
  const error = fail('notice-ended', 'the notice has ended');
  await expect(withOptionNames(() => Promise.reject(error))).rejects.toBe(error);
});

import { expect, test } from 'vitest';
import { readConfig, text, whole } from '../../../services/shared/runtime/config.js';

const FIELDS = { home: text(), resendSeconds: whole(2, [1, 3_600]) };

test('every setting that is wrong is named, a file that is not there too', () => {
  const env = { LIAISON_HOME_FILE: '/nowhere/home', LIAISON_RESEND_SECONDS: 'soon' };
  expect(() => readConfig(FIELDS, env)).toThrow(
    expect.objectContaining({
      code: 'config-invalid',
      details: [
        { path: 'LIAISON_HOME_FILE', message: '`/nowhere/home` cannot be read' },
        { path: 'LIAISON_RESEND_SECONDS', message: expect.stringContaining('expected') as string },
      ],
    }),
  );
});

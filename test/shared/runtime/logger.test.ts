import { pino } from 'pino';
import { expect, describe, test } from 'vitest';
import { REDACTION } from '../../../services/shared/runtime/logger.js';

/** What one line says. */
function said(line: object): string {
  let text = '';
  pino(REDACTION, { write: (written) => void (text += written) }).error(line, 'said');
  return text;
}

describe('a log line', () => {
  test('drops content by its name, at the top and below', () => {
    const text = said({
      sections: 'canary',
      a: { header: 'canary' },
      b: { c: { token: 'canary' } },
      frame: 'f1',
    });
    expect(text).not.toContain('canary');
    expect(text).toContain('f1');
  });

  test('leaves out what a syntax error quotes, also as a cause', () => {
    const quoted = (() => {
      try {
        return JSON.parse('{"canary');
      } catch (error) {
        return error;
      }
    })();
    const text = said({ err: new Error('outer', { cause: quoted }), other: 1 });
    expect(text).not.toContain('canary');
    expect(text).toContain('SyntaxError');
    expect(text).toContain('outer');
    expect(said({ err: new SyntaxError('canary') })).not.toContain('canary');
  });
});

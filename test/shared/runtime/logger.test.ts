import { pino } from 'pino';
import { expect, describe, test } from 'vitest';
import { REDACTION } from '../../../services/shared/runtime/logger.js';

/** Returns the text that is written for one line. */
function lineOf(line: object): string {
  let text = '';
  pino(REDACTION, { write: (written) => void (text += written) }).error(line, 'message');
  return text;
}

describe('a log line', () => {
  test('is written without fields that could hold content, at the top level and below', () => {
    const text = lineOf({
      sections: 'canary',
      a: { header: 'canary' },
      b: { c: { token: 'canary' } },
      frame: 'f1',
    });
    expect(text).not.toContain('canary');
    expect(text).toContain('f1');
  });

  test('is written without the text that a syntax error quotes, also as a cause', () => {
    const quoted = (() => {
      try {
        return JSON.parse('{"canary');
      } catch (error) {
        return error;
      }
    })();
    const text = lineOf({ err: new Error('outer', { cause: quoted }), other: 1 });
    expect(text).not.toContain('canary');
    expect(text).toContain('SyntaxError');
    expect(text).toContain('outer');
    expect(lineOf({ err: new SyntaxError('canary') })).not.toContain('canary');
  });
});

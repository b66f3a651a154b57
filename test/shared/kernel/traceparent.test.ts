import { describe, expect, test } from 'vitest';
import { parseTraceparent } from '../../../services/shared/kernel/traceparent.js';
import { HOSTILE, SOUND } from '../../support/spans.js';

describe('a traceparent', () => {
  test('of version 00 is read as it is, whatever its flags', () => {
    for (const flags of ['00', '01', 'ff']) {
      const text = SOUND.text.replace(/01$/, flags);
      expect(parseTraceparent(text)).toBe(text);
    }
  });

  test.each([...HOSTILE, ` ${SOUND.text}`, `${SOUND.text}\n`])('is none: %j', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  test.each([undefined, null, 1, [SOUND.text], { toString: () => SOUND.text }])('is text: %j', (value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });
});

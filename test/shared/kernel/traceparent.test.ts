import { describe, expect, test } from 'vitest';
import { parseTraceparent } from '../../../services/shared/kernel/traceparent.js';
import { HOSTILE, SOUND } from '../../support/telemetry/spans.js';

describe('parseTraceparent', () => {
  test('returns a traceparent of version 00 unchanged, with any flags', () => {
    for (const flags of ['00', '01', 'ff']) {
      const text = SOUND.text.replace(/01$/, flags);
      expect(parseTraceparent(text)).toBe(text);
    }
  });

  test.each([...HOSTILE, ` ${SOUND.text}`, `${SOUND.text}\n`])(
    'refuses a text outside the grammar: %j',
    (text) => {
      expect(parseTraceparent(text)).toBeUndefined();
    },
  );

  test.each([undefined, null, 1, [SOUND.text], { toString: () => SOUND.text }])(
    'refuses a value that is not a text: %j',
    (value) => {
      expect(parseTraceparent(value)).toBeUndefined();
    },
  );
});

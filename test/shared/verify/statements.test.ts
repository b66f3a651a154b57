import { expect, test } from 'vitest';
import { parseRecordLine } from '../../../services/shared/verify/ledger-export/record-line.js';

test('evidence: the error about an unknown member has its name up to 64 characters, and no longer one', () => {
  for (const [length, path] of [
    [64, 'a'.repeat(64)],
    [65, '…'],
  ] as const) {
    const line = Buffer.from(JSON.stringify({ record: 'AA', ['a'.repeat(length)]: 1 }));
    const message = 'must NOT have additional properties';
    const error = { code: 'schema-invalid', message: `\`${path}\` ${message}`, details: [{ path, message }] };
    expect(() => parseRecordLine(line)).toThrow(expect.objectContaining(error));
  }
});

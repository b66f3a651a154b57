import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { OWN_PART_SCHEMAS } from '../../../services/shared/ledger/record-own-part-schemas.js';
import { SCHEMAS } from '../../../services/shared/ledger/record-part-schemas.js';

// A process compiles a schema only when the first part of its type arrives, and does not validate it then.
test.each(Object.entries({ ...SCHEMAS, ...OWN_PART_SCHEMAS }))(
  'record parts: the schema of `%s` is valid and compiles',
  (_, schema) => {
    const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true });
    expect([ajv.validateSchema(schema), ajv.errors ?? []]).toEqual([true, []]);
    expect(ajv.compile(schema)).toBeTypeOf('function');
  },
);

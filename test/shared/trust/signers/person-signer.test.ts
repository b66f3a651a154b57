import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import type { UseOfPerson } from '../../../../services/shared/trust/directory-key.js';
import { generateKey } from '../../../../services/shared/trust/keys.js';
import { readPersonSigner } from '../../../../services/shared/trust/signers/person-signer.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-person-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['europol:approver:1', 'approver', 'europol:approver:1'],
  ['hub:operator:1', 'operator', 'hub:operator:1'],
  ['hub:operator:1', 'approver', 'key-invalid'],
  ['europol:approver:1', 'operator', 'key-invalid'],
  ['europol:policy:1', 'approver', 'key-invalid'],
  ['root:root:1', 'operator', 'key-invalid'],
] as const)(
  'the key %s of a person, read to sign as %s, gives %s',
  async (kid, use: UseOfPerson, expected) => {
    const path = join(folder, 'key.jwk');
    writeFileSync(path, JSON.stringify(await generateKey(kid)), { mode: 0o600 });
    const read = await readPersonSigner(path, use).then(
      (signer) => signer.kid,
      (error: unknown) => errorFrom(error).code,
    );
    expect(read).toBe(expected);
  },
);

import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addOperator } from '../../services/cli/key/key-add-operator.js';
import type { Home } from '../../services/shared/runtime/home.js';
import { readSigner, type Signer } from '../../services/shared/trust/keys.js';

/** The operator key of one more person, and the first version of the directory that lists it. */
export interface AddedPerson {
  readonly signer: Signer;
  readonly version: number;
}

/** Gives another person an operator key, as `liaison key add-operator` does. */
export async function addPerson(home: Home, person: string, now = new Date()): Promise<AddedPerson> {
  const out = join(tmpdir(), `${randomUUID()}.jwk`);
  const { version } = await addOperator(home, { person, out }, { now, say: () => {} });
  return { signer: await readSigner(out), version };
}

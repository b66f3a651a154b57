import { errorFrom, fail, type LiaisonError } from '../kernel/errors.js';
import { isSafeUrl, SAFE_URL } from './is-safe-url.js';
import { readOpen } from '../kernel/read-open.js';
import { MAX_WITNESSES } from '../trust/directory/witness-schema.js';
import { parseWitnessPolicy, type PolicyWitness, type WitnessPolicy } from './witness-policy.js';

/** The cosignatures of a witness, which begin with the name of its key, must fit into a published checkpoint. */
const MAX_NAME_BYTES = 512;

/**
 * Reads the witness policy that a process pins; undefined if `path` is empty. Throws `config-invalid` with every fault and its
 * line, also for more than 15 witnesses and for an address that no checkpoint may be sent to.
 */
export function readWitnessPolicy(path: string): WitnessPolicy | undefined {
  if (path === '') return undefined;
  const policy = parsePolicy(path, readOpen(path));
  const { witnesses } = policy;
  const faults = [...witnesses].flatMap(([name, witness]) => [...faultsOf(name, witness)]);
  if (witnesses.size > MAX_WITNESSES) faults.push(`more than ${MAX_WITNESSES} witnesses`);
  if (faults.length > 0) throw invalid(path, faults);
  return policy;
}

function parsePolicy(path: string, bytes: Uint8Array): WitnessPolicy {
  try {
    return parseWitnessPolicy(bytes);
  } catch (thrown) {
    const { message, details } = errorFrom(thrown);
    const lines = details.map((detail) => `${detail.path} ${detail.message}`);
    throw invalid(path, lines.length === 0 ? [message] : lines);
  }
}

function* faultsOf(witness: string, { name, url }: PolicyWitness): Generator<string> {
  if (url !== undefined && !isSafeUrl(url)) yield `the address of witness \`${witness}\` is not ${SAFE_URL}`;
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    yield `the key of witness \`${witness}\` has a name of more than ${MAX_NAME_BYTES} bytes`;
}

function invalid(path: string, faults: readonly string[]): LiaisonError {
  const details = faults.map((message) => ({ path, message }));
  return fail('config-invalid', `witness policy \`${path}\`: ${faults.join('; ')}`, details);
}

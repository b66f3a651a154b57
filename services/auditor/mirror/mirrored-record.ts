import { Ajv } from 'ajv';
import { decodeBase64url } from '../../shared/kernel/base64url.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { closed } from '../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { errorFrom, fail, LiaisonError } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { verifyCommand } from '../../shared/ledger/command.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import type { Directory } from '../../shared/trust/directory.js';
import { claimsOf } from '../record-facts.js';
import { createVerifyRecord } from '../verify-record.js';

/** Checks what the auditor answers to a mirror. */
export const mirrorAjv = new Ajv({ strict: true, ownProperties: true, validateSchema: false });

const LIMITS = { bytes: 2 * 1024 * 1024, depth: 2, nodes: 16 } as const;
const WORDS = { type: 'string', minLength: 1, maxLength: 128 } as const;
const COUNT = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;

type Listed = Omit<KeptEntry, 'bytes'> & { readonly record: string };
const isListed = compileWhenUsed<Listed>(
  mirrorAjv,
  closed(
    { number: COUNT, epoch: WORDS, seq: COUNT, subject: WORDS, ruledOut: WORDS, record: { type: 'string' } },
    ['ruledOut'],
  ),
);

/** Reads one line of the auditor's records, which is not verified. Throws `json-…`, `schema-invalid`, `token-malformed`. */
export function parseMirroredRecord(line: Uint8Array): KeptEntry {
  const value: unknown = parseStrictJson(line, LIMITS);
  const isLine = isListed();
  if (!isLine(value)) throw fail('schema-invalid', 'an item of the auditor is not a record');
  const { record, ...where } = value;
  return { ...where, bytes: decodeBase64url(record) };
}

interface VerifyMirroredDeps {
  readonly directory: () => Directory;
  readonly clock: Clock;
}

/**
 * Creates the check of a record that the auditor lists: a router of this hub signed it, by any listed key (whether that was
 * revoked before is for the auditor to judge), and each party its part; or an operator signed the command that ruled it out. The
 * check throws the reason of a failure, with the number of the record.
 */
export function createVerifyMirrored(deps: VerifyMirroredDeps) {
  const verify = createVerifyRecord(deps);
  return async (entry: KeptEntry): Promise<void> => {
    try {
      await (entry.ruledOut === undefined ? verify(entry) : verifyRuleOut(entry, deps));
    } catch (thrown) {
      throw recordError(entry, thrown);
    }
  };
}

/** Returns an error with the number of the record that it is about. */
export function recordError({ number }: Pick<KeptEntry, 'number'>, thrown: unknown): LiaisonError {
  const { code, message } = errorFrom(thrown);
  return new LiaisonError(code, `record ${number} of the auditor: ${message}`, { cause: thrown });
}

/** Verifies that an operator ruled out the record in this place. The command may have expired since. */
async function verifyRuleOut(
  { epoch, seq, bytes, ruledOut }: KeptEntry,
  { directory }: Pick<VerifyMirroredDeps, 'directory'>,
): Promise<void> {
  const token = Buffer.from(bytes).toString('utf8');
  const now = new Date(Number(claimsOf({ statement: token })['iat']) * 1000);
  const { id, verb, place } = await verifyCommand(token, { directory: directory(), now });
  const isAboutIt = verb === 'rule-out' && place?.epoch === epoch && place.sequence === seq;
  if (isAboutIt && id === ruledOut) return;
  throw fail('record-foreign', 'its command rules out another record');
}

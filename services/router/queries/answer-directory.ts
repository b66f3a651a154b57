import { encodeBase64 } from '../../shared/kernel/base64.js';
import { fail } from '../../shared/kernel/errors.js';
import { isDigest } from '../../shared/trust/digest.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { Hub } from '../hub.js';
import { recordedDirectory } from '../ledger/apply-directory.js';
import { answerInclusion } from './answer-log.js';

/**
 * Answers the record of the version of the directory that has this digest, with the newest quorate checkpoint and the record's
 * place in it; null for a record that is not there. Throws as `answerInclusion` does.
 */
export async function answerDirectory(
  { directory }: Claims,
  { store, recordBytes, readLog }: Pick<Hub, 'store' | 'recordBytes' | 'readLog'>,
): Promise<Claims> {
  if (!isDigest(directory)) throw fail('schema-invalid', '`directory` is not a digest');
  const recorded = recordedDirectory(store);
  const nothing = { type: 'directory', record: null };
  if (recorded?.directory !== directory) return nothing;
  const row = store.ledger.recordNamed(recorded.record.digest) ?? recorded.record;
  const bytes = await recordBytes(row);
  if (bytes === undefined) return nothing;
  const { note, proofs } = await answerInclusion({ records: [row.digest] }, { readLog });
  return { type: 'directory', record: encodeBase64(bytes), note, proofs };
}

import { encodeBase64 } from '../../shared/kernel/base64.js';
import { fail } from '../../shared/kernel/errors.js';
import { consistencyProof, inclusionProof } from '../../shared/tlog/tree-proof.js';
import { isDigest } from '../../shared/trust/digest.js';
import type { Claims } from '../../shared/trust/jws.js';
import { MAX_PROVED_RECORDS } from '../../shared/wire/served-questions.js';
import type { Hub } from '../hub.js';

/**
 * Answers the newest checkpoint and the proof that it, or an earlier one of `to` entries, follows from the first `from`
 * entries; without a proof if the log has fewer, which the asker judges. Throws `schema-invalid`, `not-ready` and `unreachable`.
 */
export async function answerConsistency(
  { from, to }: Claims,
  { readLog }: Pick<Hub, 'readLog'>,
): Promise<Claims> {
  if (!isCount(from) || !(to === undefined || (isCount(to) && to >= from)))
    throw fail('schema-invalid', '`from` and `to` are not numbers of entries that rise');
  const { note, origin, size } = await readLog.head();
  const sizes = { from, to: to ?? size };
  const isThere = from <= size && sizes.to <= size;
  const proof = isThere ? await consistencyProof(sizes, readLog.nodes({ origin, size: sizes.to })) : null;
  return { type: 'consistency', note, proof: proof?.map(encodeBase64) ?? null };
}

/**
 * Answers the newest quorate checkpoint with its cosignatures, so that the asker can judge the quorum, and for each record its
 * index and path. A record is named by the digest of its statement, which only those know that were shown it. Throws
 * `schema-invalid`, `not-ready` and `unreachable`.
 */
export async function answerInclusion(
  { records }: Claims,
  { readLog }: Pick<Hub, 'readLog'>,
): Promise<Claims> {
  if (
    !Array.isArray(records) ||
    records.length === 0 ||
    records.length > MAX_PROVED_RECORDS ||
    !records.every(isDigest)
  )
    throw fail('schema-invalid', `\`records\` is not a list of 1 to ${MAX_PROVED_RECORDS} digests`);
  const head = await readLog.quorate();
  const { note, size } = head;
  const read = readLog.nodes(head);
  const indexes = await readLog.indexes(records);
  const proofs = await Promise.all(
    indexes.map(async (index) => {
      // The index may be that of a newer checkpoint than the one that was read.
      if (index === null || index >= size) return null;
      return { index, path: (await inclusionProof({ index, size }, read)).map(encodeBase64) };
    }),
  );
  return { type: 'inclusion', note, proofs };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

import { checkpointText, signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { formatNote, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { formatTlogProof } from '../../../services/shared/tlog/tlog-proof.js';
import {
  importNoteKey,
  noteSignerOf,
  type NoteSigner,
  SIGNATURE_TYPES,
} from '../../../services/shared/tlog/vkey.js';
import { importByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import type { Pack } from '../../../services/shared/verify/pack.js';
import type { NoteKeyPair } from '../tlog/log-keys.js';
import type { Evidence } from './craft-evidence.js';

export const ORIGIN = 'demo/liaison/1';

/** The key of the log that the directory of the evidence lists, with the name of a log. */
export async function logKeyOf({ keys }: Evidence, origin = ORIGIN) {
  const signer = await importByteSigner(keys.logJwk);
  return {
    key: importNoteKey(origin, SIGNATURE_TYPES.note, signer.publicKey),
    signer: noteSignerOf(origin, SIGNATURE_TYPES.note, signer),
  };
}

interface ProvenBy {
  readonly signer: NoteSigner;
  readonly witnesses?: readonly NoteKeyPair[];
  /** The index that each proof states; by default the true one. */
  readonly index?: number | undefined;
}

/** The pack with a proof of each record, in a log that has another record before them. */
export function provePack(pack: Pack, { signer, witnesses = [], index }: ProvenBy): Pack {
  const entries = ['another', ...pack.records.map(({ statement }) => statement)];
  const tree = treeOfHashes(entries.map((one) => leafHash(sha256(one))));
  const checkpoint = { origin: signer.name, size: tree.size, root: tree.root };
  const { signatures } = parseNote(signCheckpoint(checkpoint, signer));
  const text = checkpointText(checkpoint);
  const more = witnesses.map((witness) => cosign(text, 1_780_000_000, witness.signer));
  const note = formatNote({ text, signatures: [...signatures, ...more] });
  const records = pack.records.map((record, at) => {
    const proof = formatTlogProof({ index: index ?? at + 1, path: tree.path(at + 1), note });
    return { ...record, proof };
  });
  return { ...pack, records };
}

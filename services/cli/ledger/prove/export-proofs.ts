import { decodeBase64url } from '../../../shared/kernel/base64url.js';
import { fail } from '../../../shared/kernel/errors.js';
import { parseStrictJson } from '../../../shared/kernel/strict-json.js';
import { parseCheckpointText } from '../../../shared/tlog/checkpoint.js';
import { isSignedRoot, type SignedRoot } from '../../../shared/tlog/cose-receipt.js';
import { parseNote } from '../../../shared/tlog/signed-note.js';
import { TILE_WIDTH, tilePath } from '../../../shared/tlog/tiles.js';
import { importNoteKey, SIGNATURE_TYPES } from '../../../shared/tlog/vkey.js';
import { digest } from '../../../shared/trust/digest.js';
import { parseDirectoryParts } from '../../../shared/trust/directory/directory-parts.js';
import { parseKid } from '../../../shared/trust/kid.js';
import { expectFile, type ExportReader } from '../../../shared/verify/ledger-export/export-reader.js';
import {
  EXPORT_FILES,
  parseExportedDirectory,
  parseManifest,
  parseSignedRoot,
  recordsPath,
} from '../../../shared/verify/ledger-export/layout.js';
import { indexOfEntry } from '../../../shared/verify/ledger-export/read-tree.js';
import {
  isRoutingOf,
  parseRecordLine,
  requireLeaves,
  statementIn,
} from '../../../shared/verify/ledger-export/record-line.js';
import type { ProofSource } from './proof-source.js';

/**
 * Creates the source of proofs from an export. Throws `not-found` for a folder that is none. Besides, `checkpoint` throws
 * `signature-invalid` for a root that no log key of the exported directory signed, and `routingOf` `salt-changed` for a report
 * with other parts than its statement was signed over.
 */
export async function exportProofs(reader: ExportReader): Promise<ProofSource> {
  const { size } = parseManifest(await expectFile(reader, EXPORT_FILES.manifest));
  const indexOf: ProofSource['indexOf'] = (record) => indexOfEntry(reader, { size }, record);
  return {
    indexOf,
    checkpoint: async () => {
      const note = Buffer.from(await expectFile(reader, EXPORT_FILES.checkpoint)).toString('utf8');
      const root = await signedRootOf(note, reader);
      return root === undefined ? { note } : { note, root };
    },
    tile: (tile) => expectFile(reader, tilePath(tile)),
    statement: async (record) => {
      const index = await indexOf(record);
      if (index !== undefined)
        for await (const shown of recordsIn(reader, Math.floor(index / TILE_WIDTH)))
          if (digest(statementIn(shown).statement) === record) return statementIn(shown).statement;
      throw fail('not-found', 'the export does not show a record with this digest');
    },
    routingOf: async (notice) => {
      let newest: Uint8Array | undefined;
      for (let bundle = 0; bundle * TILE_WIDTH < size; bundle += 1)
        for await (const shown of recordsIn(reader, bundle)) if (isRoutingOf(shown, notice)) newest = shown;
      if (newest === undefined)
        throw fail('not-found', 'the export shows no routing report about this notice');
      const set = statementIn(newest);
      // Only leaves of the statement say which notice it is about.
      requireLeaves(set);
      return set.statement;
    },
  };
}

async function* recordsIn(reader: ExportReader, bundle: number): AsyncGenerator<Uint8Array> {
  for await (const line of reader.lines(recordsPath(bundle))) yield parseRecordLine(line);
}

/** Reads the signature over the root of a checkpoint; undefined if the export has none. The directory is not verified. */
async function signedRootOf(note: string, reader: ExportReader): Promise<SignedRoot | undefined> {
  const file = await reader.file(EXPORT_FILES.cose);
  if (file === undefined) return undefined;
  const signed = parseSignedRoot(parseStrictJson(file));
  const { origin, root } = parseCheckpointText(parseNote(note).text);
  const { parts } = parseExportedDirectory(await expectFile(reader, EXPORT_FILES.directory));
  const { hub } = parseDirectoryParts(parts.map(({ part }) => parseStrictJson(decodeBase64url(part))));
  for (const { jwk } of hub.keys.filter(({ kid }) => parseKid(kid).use === 'log'))
    if (await isSignedRoot(root, signed, importNoteKey(origin, SIGNATURE_TYPES.note, decodeBase64url(jwk.x))))
      return signed;
  throw fail('signature-invalid', `no key of the log signed the root in \`${EXPORT_FILES.cose}\``);
}

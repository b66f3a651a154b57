import { encodeBase64url } from '../../../shared/kernel/base64url.js';
import { fail } from '../../../shared/kernel/errors.js';
import { parseStrictJson } from '../../../shared/kernel/strict-json.js';
import { TILE_WIDTH, tilePath } from '../../../shared/tlog/tiles.js';
import { digest } from '../../../shared/trust/digest.js';
import { expectFile, type ExportReader } from '../../../shared/verify/ledger-export/export-reader.js';
import {
  EXPORT_FILES,
  parseManifest,
  parseSignedRoot,
  recordsPath,
} from '../../../shared/verify/ledger-export/layout.js';
import { readEntries } from '../../../shared/verify/ledger-export/read-tree.js';
import {
  isRoutingOf,
  parseRecordLine,
  statementIn,
} from '../../../shared/verify/ledger-export/record-line.js';
import type { ProofSource } from './proof-source.js';

/** Creates the source of proofs from an export. Throws `not-found` for a folder that is none. */
export async function exportProofs(reader: ExportReader): Promise<ProofSource> {
  const { size } = parseManifest(await expectFile(reader, EXPORT_FILES.manifest));
  const indexOf: ProofSource['indexOf'] = async (record) => {
    for (let bundle = 0; bundle * TILE_WIDTH < size; bundle += 1) {
      const entries = await readEntries(reader, bundle, size);
      const at = entries.findIndex((entry) => encodeBase64url(entry) === record);
      if (at !== -1) return bundle * TILE_WIDTH + at;
    }
    return undefined;
  };
  return {
    indexOf,
    checkpoint: async () => {
      const note = Buffer.from(await expectFile(reader, EXPORT_FILES.checkpoint)).toString('utf8');
      const root = await reader.file(EXPORT_FILES.cose);
      return root === undefined ? { note } : { note, root: parseSignedRoot(parseStrictJson(root)) };
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
      if (newest !== undefined) return statementIn(newest).statement;
      throw fail('not-found', 'the export shows no routing report about this notice');
    },
  };
}

async function* recordsIn(reader: ExportReader, bundle: number): AsyncGenerator<Uint8Array> {
  for await (const line of reader.lines(recordsPath(bundle))) yield parseRecordLine(line);
}

import { fail } from '../../kernel/errors.js';
import type { Directory } from '../../trust/directory.js';
import type { OpenedCheckpoint } from '../../tlog/checkpoint.js';
import { cosignaturesOn } from '../../tlog/witness-policy.js';
import { type Claim, createClaimList } from '../claims.js';
import { type EvidenceContext, verifyDirectory } from '../verify-pack.js';
import { expectFile, type ExportReader } from './export-reader.js';
import { EXPORT_FILES, type ExportManifest, parseExportedDirectory, parseManifest } from './layout.js';
import { readTree } from './read-tree.js';
import {
  type CheckpointContext,
  claimKept,
  claimSignedRoot,
  claimWitnesses,
  openLogNote,
} from './verify-checkpoints.js';
import { type VerifyingExport, verifyExportedRecords } from './verify-exported-records.js';

/** What an export is verified against. */
export interface ExportContext extends Omit<EvidenceContext, 'requireLog'> {
  /** The notes of checkpoints that the verifier kept from earlier. */
  readonly kept: readonly string[];
  /** Called after each bundle with the number of records read and the size of the log; may throw to stop. */
  readonly onProgress?: (read: number, size: number) => void;
}

/**
 * Verifies an export with nothing but the root's key. Resolves to a line for each claim, and one for each of the first records
 * that are not what the log has. Memory does not grow with the log.
 */
export async function verifyExport(reader: ExportReader, context: ExportContext): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const manifest = await claims.check(
    { claim: 'form', where: EXPORT_FILES.manifest, says: formText },
    async () => parseManifest(await expectFile(reader, EXPORT_FILES.manifest)),
  );
  if (manifest === undefined) return claims.lines;
  const directory = await openDirectoryOf(reader, claims, context);
  if (directory === undefined) return claims.lines;
  const { witnesses, kept, onProgress = () => {} } = context;
  const verifying: VerifyingExport = { reader, manifest, directory, claims, witnesses, onProgress };
  const head = await claimCheckpoint(verifying);
  if (head === undefined) return claims.lines;
  await claimWitnesses(head, verifying);
  await claimSignedRoot(head, await reader.file(EXPORT_FILES.cose), verifying);
  if (await claimTree(verifying, head, await openKept(verifying, kept)))
    await verifyExportedRecords(verifying);
  return claims.lines;
}

function formText(manifest: ExportManifest | undefined): string {
  if (manifest === undefined) return 'this folder is an export of a ledger';
  const { size, origin, shown } = manifest;
  return `an export of the ${size} entries of ${origin}, with what ${shown} may see`;
}

async function openDirectoryOf(
  reader: ExportReader,
  claims: CheckpointContext['claims'],
  context: EvidenceContext,
): Promise<Directory | undefined> {
  const about = { claim: 'form', where: EXPORT_FILES.directory, says: 'the directory can be read' } as const;
  const shown = await claims.check(about, async () =>
    parseExportedDirectory(await expectFile(reader, EXPORT_FILES.directory)),
  );
  return shown === undefined ? undefined : verifyDirectory(claims, shown, context);
}

/** Adds whether the log signed the checkpoint, for this life and as many entries as the manifest says. */
async function claimCheckpoint(verifying: VerifyingExport): Promise<OpenedCheckpoint | undefined> {
  const { reader, manifest, claims } = verifying;
  const { origin, size } = manifest;
  const says = `the log signed a checkpoint of ${size} entries`;
  return claims.check({ claim: 'log', where: EXPORT_FILES.checkpoint, says }, async () => {
    const head = await openLogNote(await expectFile(reader, EXPORT_FILES.checkpoint), origin, verifying);
    if (head.size !== size)
      throw fail('digest-mismatch', `the checkpoint is of ${head.size} entries, the manifest says ${size}`);
    return head;
  });
}

/** Opens the kept checkpoints, which must be of this life of the log. */
async function openKept(
  verifying: VerifyingExport,
  kept: readonly string[],
): Promise<readonly OpenedCheckpoint[]> {
  const { manifest, claims, witnesses } = verifying;
  const opened: OpenedCheckpoint[] = [];
  for (const note of kept) {
    const says = 'the log signed the kept checkpoint';
    const one = await claims.check({ claim: 'log', where: '', says }, async () => {
      const checkpoint = await openLogNote(note, manifest.origin, verifying);
      if (witnesses !== undefined) await cosignaturesOn(checkpoint.note, witnesses);
      return checkpoint;
    });
    if (one !== undefined) opened.push(one);
  }
  return opened;
}

/** Adds whether entries and tiles are those of the checkpoint, and of each one that was kept. */
async function claimTree(
  { reader, claims }: VerifyingExport,
  head: OpenedCheckpoint,
  kept: readonly OpenedCheckpoint[],
): Promise<boolean> {
  const { size } = head;
  const says = `the ${size} entries and their tiles have the signed root`;
  const sizes = new Set(kept.map((one) => one.size));
  const tree = await claims.check({ claim: 'log', where: 'tile', says }, async () => {
    const read = await readTree(reader, { size, sizes });
    if (Buffer.from(read.root).equals(head.root)) return read;
    throw fail('digest-mismatch', 'the entries have another root than the signed one');
  });
  const rootAt = tree?.rootAt ?? new Map<number, Uint8Array>();
  if (tree !== undefined) for (const one of kept) await claimKept({ kept: one, head, rootAt }, claims);
  return tree !== undefined;
}

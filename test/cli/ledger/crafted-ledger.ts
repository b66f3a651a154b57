import { fail } from '../../../services/shared/kernel/errors.js';
import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportSource } from '../../../services/cli/ledger/export/export-source.js';
import { writeExport } from '../../../services/cli/ledger/export/write-export.js';
import { parseEntryId, parseFrameId } from '../../../services/shared/kernel/ids.js';
import { signQuarantine } from '../../../services/shared/ledger/quarantine-record.js';
import { signReceipts } from '../../../services/shared/ledger/receipt/receipts-record.js';
import { checkpointText, originOf, signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { type SignedRoot, signRoot } from '../../../services/shared/tlog/cose-receipt.js';
import { createFrontier, type HashedNode } from '../../../services/shared/tlog/frontier.js';
import { formatNote, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { formatEntryBundle, type Tile } from '../../../services/shared/tlog/tiles.js';
import {
  formatVkey,
  importNoteKey,
  noteSignerOf,
  SIGNATURE_TYPES,
} from '../../../services/shared/tlog/vkey.js';
import { importByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { digest, hexDigest, sha256 } from '../../../services/shared/trust/digest.js';
import { leafHash } from '../../../services/shared/trust/merkle.js';
import type { ExportManifest } from '../../../services/shared/verify/ledger-export/layout.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { witnessKey } from '../../shared/tlog/log-keys.js';
import { NOW } from '../../shared/trust/federation.js';
import { AFRIPOL, craftEvidence, EUROPOL, type Evidence } from '../../shared/verify/craft-evidence.js';

/** A ledger of signed records and its log, whose checkpoints three witnesses can cosign. */
export interface CraftedLedger {
  readonly evidence: Evidence;
  readonly records: readonly Uint8Array[];
  /** The witness policy: two of three. */
  readonly policy: string;
  /** The note of the checkpoint over these records, cosigned by so many witnesses. */
  note(of: readonly Uint8Array[], how?: Noting): Promise<string>;
  /** Exports these records with this note into a new folder. */
  exportOf(of: readonly Uint8Array[], how?: Exporting): Promise<string>;
}

interface Noting {
  readonly life?: number;
  readonly cosigned?: number;
}

interface Exporting {
  readonly note?: string;
  readonly shown?: ExportManifest['shown'];
}

/** Crafts a ledger: two reports and two commands about one notice, records of quarantine up to `size`, and a receipt of afripol. */
export async function craftLedger(size = 8): Promise<CraftedLedger> {
  const evidence = await craftEvidence();
  const { routing, restricting, recall } = evidence;
  const crafted = [routing, restricting, recall.proposal, recall.record].map(({ bytes }) => bytes);
  const more = Array.from({ length: size - 1 - crafted.length }, (_, n) => quarantined(evidence, n));
  const records = [...crafted, ...(await Promise.all(more)), await receiptOf(evidence)];
  const witnesses = await Promise.all(['w1', 'w2', 'w3'].map((name) => witnessKey(`demo/${name}`)));
  const logSigner = await importByteSigner(evidence.keys.logJwk);
  const note: CraftedLedger['note'] = async (of, { life = 1, cosigned = 3 } = {}) => {
    const origin = originOf('demo', life);
    const head = { origin, size: of.length, root: treeOver(of).root };
    const text = checkpointText(head);
    const signer = noteSignerOf(origin, SIGNATURE_TYPES.note, logSigner);
    const { signatures } = parseNote(signCheckpoint(head, signer));
    const lines = witnesses.slice(0, cosigned).map((one) => cosign(text, 1_780_000_000, one.signer));
    return formatNote({ text, signatures: [...signatures, ...lines] });
  };
  const log = importNoteKey('demo/liaison/1', SIGNATURE_TYPES.note, logSigner.publicKey);
  return {
    evidence,
    records,
    policy: [
      `log ${formatVkey(log)}`,
      ...witnesses.map(({ key }, at) => `witness w${at + 1} ${formatVkey(key)}`),
      'group two 2 w1 w2 w3',
      'quorum two\n',
    ].join('\n'),
    note,
    exportOf: async (of, how = {}) => {
      const folder = join(mkdtempSync(join(tmpdir(), 'export-')), 'ledger');
      const signer = noteSignerOf(originOf('demo', 1), SIGNATURE_TYPES.note, logSigner);
      const source = sourceOf(of, how.note ?? (await note(of)), signRoot(treeOver(of).root, signer));
      const { directory } = evidence.keys;
      await writeExport(folder, {
        source,
        directory,
        shown: how.shown ?? 'federation',
        onProgress: () => {},
      });
      return folder;
    },
  };
}

/** Signs the record of a quarantined message of europol; `n` makes it unlike the others. */
export async function quarantined({ keys }: Evidence, n: number, hub = 'hub:hub:1'): Promise<Uint8Array> {
  const bytes = `bytes ${n}`;
  const entry = {
    type: 'quarantined',
    what: 'message',
    entry: parseEntryId(hexDigest(bytes)),
    size: 7,
    reason: 'frame-unreadable',
    subject: 'out.europol',
  } as const;
  const content = { org: EUROPOL, frame: parseFrameId(hexDigest(bytes)), entries: [entry] };
  const recording = { signer: keys.signer(hub), federation: 'demo', now: NOW };
  return (await signQuarantine(content, recording)).bytes;
}

/** Signs the record of afripol's receipt for its delivery. */
async function receiptOf({ keys, deliveries }: Evidence): Promise<Uint8Array> {
  const { receipt: token } = deliveries.afripol;
  const statement = { token: 'statement 1', digest: digest('statement 1'), number: 1 };
  const receipts = [{ token, digest: digest(token), recovered: false }];
  const content = {
    org: AFRIPOL,
    frame: parseFrameId(hexDigest('receipts')),
    receipts,
    changes: [],
    statement,
  };
  const recording = { signer: keys.signer('hub:hub:1'), federation: 'demo', now: NOW };
  return (await signReceipts(content, recording)).bytes;
}

/** The entry of a record: SHA-256 of its statement. */
function entryOfRecord(bytes: Uint8Array): Uint8Array {
  return sha256(frames.record.decode(bytes).statement?.statement ?? '');
}

function treeOver(records: readonly Uint8Array[]) {
  const frontier = createFrontier();
  const nodes = new Map<string, Uint8Array>();
  const keep = ({ height, index, hash }: HashedNode): unknown => nodes.set(`${height}:${index}`, hash);
  for (const record of records) frontier.append(leafHash(entryOfRecord(record))).forEach(keep);
  return { root: frontier.root(), nodes };
}

/** A source over records in memory, as an auditor serves them. */
export function sourceOf(records: readonly Uint8Array[], note: string, root?: SignedRoot): ExportSource {
  const { nodes } = treeOver(records);
  const hashAt = ({ level, index }: Tile, at: number): Uint8Array =>
    nodes.get(`${Number(level) * 8}:${index * 256 + at}`) ?? new Uint8Array();
  return {
    checkpoint: () => Promise.resolve(root === undefined ? { note } : { note, root }),
    tile: (tile) => {
      const at = Array.from({ length: tile.width }, (_, place) => place);
      if (tile.level !== 'entries') return Promise.resolve(Buffer.concat(at.map((one) => hashAt(tile, one))));
      const first = tile.index * 256;
      return Promise.resolve(formatEntryBundle(records.slice(first, first + tile.width).map(entryOfRecord)));
    },
    record: (named) => {
      const found = records.find((record) => encodeBase64url(entryOfRecord(record)) === named);
      return found === undefined
        ? Promise.reject(fail('not-found', 'no such record'))
        : Promise.resolve(found);
    },
    records: async function* () {
      yield* records;
    },
  };
}

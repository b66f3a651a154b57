import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64url, encodeBase64url } from '../../../../services/shared/kernel/base64url.js';
import { encodeBase64 } from '../../../../services/shared/kernel/base64.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { recoveryEntry } from '../../../../services/shared/ledger/command/ended-log.js';
import { LEDGER_OWNER } from '../../../../services/shared/ledger/command-content.js';
import { signDirectoryRecord } from '../../../../services/shared/ledger/directory/directory-record.js';
import { checkpointText, signCheckpoint } from '../../../../services/shared/tlog/checkpoint.js';
import { isSignedRoot, signRoot } from '../../../../services/shared/tlog/cose-receipt.js';
import { formatVkey } from '../../../../services/shared/tlog/vkey.js';
import { parseWitnessPolicy, type WitnessPolicy } from '../../../../services/shared/tlog/witness-policy.js';
import { digest, sha256 } from '../../../../services/shared/trust/digest.js';
import { openDirectory } from '../../../../services/shared/trust/directory.js';
import { showDirectory } from '../../../../services/shared/trust/directory/shown-directory.js';
import { leafHash, rootFrom, treeOfHashes } from '../../../../services/shared/trust/merkle.js';
import { begunLogOf } from '../../../../services/shared/verify/begun-life.js';
import { createClaimList } from '../../../../services/shared/verify/claims.js';
import { forkOf } from '../../../../services/shared/verify/fork.js';
import type { ExportReader } from '../../../../services/shared/verify/ledger-export/export-reader.js';
import { verifyExport } from '../../../../services/shared/verify/ledger-export/verify-export.js';
import type { Pack } from '../../../../services/shared/verify/pack.js';
import { recordForkOf } from '../../../../services/shared/verify/record-fork.js';
import { verifyEvidence } from '../../../../services/shared/verify/verify-evidence.js';
import { verifyLogged } from '../../../../services/shared/verify/verify-log.js';
import { craftLedger } from '../../../cli/ledger/crafted-ledger.js';
import { craftCommandPair } from '../../../support/log/craft-command-pair.js';
import { type NoteKeyPair, witnessKey } from '../../tlog/log-keys.js';
import { NOW } from '../../trust/federation.js';
import { craftConviction, craftOwed } from '../craft-convictions.js';
import { craftEvidence, type Evidence } from '../craft-evidence.js';
import { heldPack, wholePack } from '../craft-packs.js';
import { logKeyOf, ORIGIN, provePack } from '../craft-proofs.js';
import { noteForm, noteText, proofForm, proofText } from './text-forms.js';

/** An honest file, another one of its kind, and its verifier. */
export interface HonestFile {
  /** The table of docs/formats.md that it goes by, and what it is. */
  readonly table: string;
  readonly what: string;
  readonly file: unknown;
  readonly other: unknown;
  /** True if no line of the verification fails. */
  readonly accepts: (file: unknown) => Promise<boolean>;
}

interface Craft {
  readonly evidence: Evidence;
  readonly other: Evidence;
  readonly witnesses: readonly NoteKeyPair[];
  readonly policy: WitnessPolicy;
  readonly log: Awaited<ReturnType<typeof logKeyOf>>;
}

/** Crafts a file of every kind that this project verifies, by the keys of one federation. */
export async function craftFiles(): Promise<readonly HonestFile[]> {
  const evidence = await craftEvidence();
  const other = await craftEvidence({ keys: evidence.keys, number: 3 });
  const log = await logKeyOf(evidence);
  const witnesses = await Promise.all(['w1', 'w2', 'w3'].map((name) => witnessKey(name)));
  const lines = witnesses.map(({ key }) => `witness ${key.name} ${formatVkey(key)}`);
  const text = [`log ${formatVkey(log.key)}`, ...lines, 'group two 2 w1 w2 w3', 'quorum two\n'];
  const craft = { evidence, other, witnesses, log, policy: parseWitnessPolicy(text.join('\n')) };
  return [
    ...packs(craft),
    ...(await convictions(craft)),
    ...(await claims(craft)),
    await recovery(craft),
    proof(craft),
    await exported(),
    receipt(craft),
  ];
}

/** The verifier of every kind of JSON file. */
function acceptsEvidence({ evidence, policy: witnesses }: Craft): HonestFile['accepts'] {
  return async (file) => {
    const context = { root: evidence.keys.anchor, now: NOW, witnesses };
    const { lines } = await verifyEvidence(JSON.stringify(file), context).catch(() => ({
      lines: [{ ok: false }],
    }));
    return lines.every(({ ok }) => ok !== false);
  };
}

function packs(craft: Craft): readonly HonestFile[] {
  const { evidence, other, log, witnesses } = craft;
  const accepts = acceptsEvidence(craft);
  const made: readonly (readonly [string, (of: Evidence) => Pack])[] = [
    ['of an originator about all', wholePack],
    ['of an originator about one recipient', aboutOne],
    ['of a recipient', heldPack],
  ];
  const proved = (pack: Pack): Pack => provePack(pack, { signer: log.signer, witnesses });
  return made.map(([what, make]) => {
    return { table: 'Pack', what, file: proved(make(evidence)), other: proved(make(other)), accepts };
  });
}

/** The pack of europol about afripol, which has no delivery statements. */
function aboutOne(evidence: Evidence): Pack {
  const held = heldPack(evidence);
  return { ...held, deliveries: held.deliveries.map((one) => ({ ...one, statement: null })) };
}

async function convictions(craft: Craft): Promise<readonly HonestFile[]> {
  const { evidence, other } = craft;
  const accepts = acceptsEvidence(craft);
  const root = other.deliveries.interpol.places[0]!.disclosed;
  const differs = { what: 'delivery-differs', accused: 'interpol', root } as const;
  const contradicts = { what: 'delivery-contradicts-record', accused: 'hub', hub: { size: 2 } } as const;
  const about = async (lie: Parameters<typeof craftConviction>[1]) => ({
    table: 'Conviction',
    what: lie.what,
    file: await craftConviction(evidence, lie),
    other: await craftConviction(other, lie),
    accepts,
  });
  return [
    await about(differs),
    await about({ ...contradicts, what: 'delivery-differs' }),
    await about(contradicts),
    await logForked(craft, accepts),
    ...(await directoryForked(craft, accepts)),
  ];
}

async function logForked({ evidence, log }: Craft, accepts: HonestFile['accepts']): Promise<HonestFile> {
  const { directory } = evidence.keys;
  const noteOf = (size: number, root: string): string =>
    signCheckpoint({ origin: ORIGIN, size, root: sha256(root) }, log.signer);
  const fork = (size: number) => forkOf('log-forked', [noteOf(size, 'one'), noteOf(size, 'two')], directory);
  return { table: 'Conviction', what: 'log-forked', file: await fork(5), other: await fork(6), accepts };
}

async function directoryForked(
  { evidence }: Craft,
  accepts: HonestFile['accepts'],
): Promise<readonly HonestFile[]> {
  const { directory, leaving, revoking, anchor, signer } = evidence.keys;
  const none = { organisations: new Set<string>(), persons: new Set<string>() };
  const versions = [await leaving(), await revoking('hub:hub:1'), await revoking('hub:audit:1')];
  const shown = await Promise.all(
    versions.map(async ({ frame }) => showDirectory((await openDirectory(frame, anchor)).frame, none)),
  );
  const byRoot = (one: number, two: number) => {
    const directories = [shown[one], shown[two]];
    return { kind: 'conviction', what: 'directory-forked', accused: 'root', directories };
  };
  const record = async (version: number, named: string): Promise<Uint8Array> => {
    const part = { type: 'directory', version, digest: digest(named), policy: digest('policy') } as const;
    const recording = { signer: signer('hub:hub:1'), federation: 'demo', now: NOW };
    return (await signDirectoryRecord(part, recording)).bytes;
  };
  const byHub = async (version: number) =>
    recordForkOf([await record(version, 'one'), await record(version, 'two')], directory);
  const what = 'directory-forked';
  return [
    { table: 'Conviction', what: `${what} by the root`, file: byRoot(0, 1), other: byRoot(1, 2), accepts },
    { table: 'Conviction', what: `${what} by the hub`, file: await byHub(4), other: await byHub(5), accepts },
  ];
}

async function claims(craft: Craft): Promise<readonly HonestFile[]> {
  const { evidence, other } = craft;
  const accepts = acceptsEvidence(craft);
  const receipt = { what: 'receipt', owes: parseOrgId('afripol') } as const;
  const about = (of: Evidence) => craftOwed(of, { ...receipt, record: of.routing });
  const inclusion = (of: Evidence) => craftOwed(of, { record: of.routing });
  const amendments = await Promise.all(['afripol', 'interpol'].map((org) => evidence.keys.amending(org)));
  const shown = { organisations: new Set(['europol']), persons: new Set<string>() };
  const amended = (at: number) => showDirectory(amendments[at - 1]!.frame, shown);
  return [
    { table: 'Claim', what: 'receipt', file: await about(evidence), other: await about(other), accepts },
    {
      table: 'Claim',
      what: 'inclusion',
      file: await inclusion(evidence),
      other: await inclusion(other),
      accepts,
    },
    {
      table: 'Claim',
      what: 'inclusion, with an amended directory',
      file: { ...(await inclusion(evidence)), directory: amended(1) },
      other: { ...(await inclusion(other)), directory: amended(2) },
      accepts,
    },
  ];
}

async function recovery(craft: Craft): Promise<HonestFile> {
  const { directory, signer } = craft.evidence.keys;
  const next = await logKeyOf(craft.evidence, 'demo/liaison/2');
  const make = async (size: number) => {
    const last = { origin: ORIGIN, size, root: sha256(`root ${size}`) };
    const ended = { checkpoint: checkpointText(last), kept: 1 };
    const about = { verb: 'recover', org: LEDGER_OWNER, entry: recoveryEntry(ended), ended } as const;
    const by = [signer('hub:operator:1'), signer('hub:operator:2')] as const;
    const said = { about, outcome: 'recovered', by, now: () => NOW } as const;
    const { proposal, record } = await craftCommandPair({ directory, signer: signer('hub:hub:1') }, said);
    const head = { origin: 'demo/liaison/2', size: 1, root: leafHash(sha256(record.statement.statement)) };
    const notes = [signCheckpoint(last, craft.log.signer), signCheckpoint(head, next.signer)] as const;
    const order = { proposal: encodeBase64(proposal.bytes), record: encodeBase64(record.bytes) };
    return begunLogOf(notes, order, directory);
  };
  const accepts = acceptsEvidence(craft);
  return { table: 'Recovery', what: 'recovery', file: await make(5), other: await make(6), accepts };
}

function proof(craft: Craft): HonestFile {
  const { evidence, log, witnesses, policy } = craft;
  const [first, second] = provePack(heldPack(evidence), { signer: log.signer, witnesses }).records;
  const by = { directory: evidence.keys.directory, witnesses: policy, requireLog: true };
  return {
    table: 'Proof',
    what: 'proof',
    file: proofForm(first?.proof ?? ''),
    other: proofForm(second?.proof ?? ''),
    accepts: async (form) => {
      const list = createClaimList();
      const record = { statement: first?.statement ?? '', proof: proofText(form), where: '' };
      await verifyLogged(record, { ...by, claims: list });
      return list.lines.every(({ ok }) => ok === true);
    },
  };
}

const EXPORT_PATHS = {
  manifest: 'manifest.json',
  checkpoint: 'checkpoint',
  directory: 'directory.json',
  cose: 'cose.json',
  entries: 'tile/entries/000.p/8',
  hashes: 'tile/0/000.p/8',
  records: 'records/000.ndjson',
} as const;

async function exported(): Promise<HonestFile> {
  const ledger = await craftLedger();
  const [, ...others] = ledger.records;
  const made = async (records: readonly Uint8Array[]) => exportForm(await ledger.exportOf(records));
  const context = { root: ledger.evidence.keys.anchor, now: NOW, kept: [] };
  return {
    table: 'Export',
    what: 'export',
    file: await made(ledger.records),
    other: await made([...others, ledger.records[0]!]),
    accepts: async (form) => {
      const witnesses = parseWitnessPolicy(ledger.policy);
      const lines = await verifyExport(readerOf(form), { ...context, witnesses });
      return lines.every(({ ok }) => ok !== false);
    },
  };
}

function exportForm(folder: string): unknown {
  const bytes = (path: string): Buffer => readFileSync(join(folder, path));
  const json = (path: string): unknown => JSON.parse(bytes(path).toString('utf8'));
  const { manifest, checkpoint, directory, cose, entries, hashes, records } = EXPORT_PATHS;
  return {
    manifest: json(manifest),
    checkpoint: noteForm(bytes(checkpoint).toString('utf8')),
    directory: json(directory),
    cose: json(cose),
    entries: bytes(entries).toString('hex'),
    hashes: bytes(hashes).toString('hex'),
    records: bytes(records)
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  };
}

function readerOf(form: unknown): ExportReader {
  const files = new Map(
    Object.entries(form as object).map(([name, value]) => [
      String(Object(EXPORT_PATHS)[name]),
      fileOf(name, value),
    ]),
  );
  return {
    file: async (path) => files.get(path),
    lines: async function* (path) {
      const text = Buffer.from(files.get(path) ?? []).toString('utf8');
      yield* text
        .split('\n')
        .slice(0, -1)
        .map((line) => Buffer.from(line));
    },
  };
}

/** The bytes of a file of the export; undefined for none. */
function fileOf(name: string, value: unknown): Uint8Array | undefined {
  if (value === null) return undefined;
  switch (name) {
    case 'checkpoint':
      return Buffer.from(noteText(value));
    case 'entries':
    case 'hashes':
      return Buffer.from(String(value), 'hex');
    case 'records':
      return Buffer.from((value as readonly unknown[]).map((line) => `${JSON.stringify(line)}\n`).join(''));
    default:
      return Buffer.from(JSON.stringify(value));
  }
}

/** A COSE receipt as its headers, its proof and its signature, verified as RFC 9942 says. */
function receipt({ log }: Craft): HonestFile {
  const entries = ['one', 'two', 'three'].map((text) => leafHash(sha256(text)));
  const tree = treeOfHashes(entries);
  const form = (index: number) => {
    const { protected: header, signature } = signRoot(tree.root, log.signer);
    const path = tree.path(index).map(encodeBase64url);
    return {
      protected: encodeBase64url(header),
      proof: { size: tree.size, index, path },
      signature: encodeBase64url(signature),
    };
  };
  return {
    table: 'COSE receipt',
    what: 'COSE receipt',
    file: form(1),
    other: form(2),
    accepts: async (file) => {
      try {
        const { protected: header, proof: shown, signature } = file as ReturnType<typeof form>;
        const { index, size, path } = shown;
        if (Object.keys(shown).join() !== 'size,index,path') return false;
        const root = rootFrom(entries[1]!, { index, size }, path.map(decodeBase64url));
        if (root === undefined) return false;
        return await isSignedRoot(
          root,
          { protected: decodeBase64url(header), signature: decodeBase64url(signature) },
          log.key,
        );
      } catch {
        return false;
      }
    },
  };
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderReader } from '../../../services/cli/ledger/export/read-export.js';
import { signDirectoryRecord } from '../../../services/shared/ledger/directory/directory-record.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { keptNotes } from '../../../services/shared/verify/ledger-export/kept-checkpoints.js';
import {
  type ExportContext,
  verifyExport,
} from '../../../services/shared/verify/ledger-export/verify-export.js';
import { frames, type LedgerRecord } from '../../../services/shared/wire/frames.js';
import { NOW } from '../../shared/trust/federation.js';
import { AFRIPOL, craftEvidence, EUROPOL, INTERPOL } from '../../shared/verify/craft-evidence.js';
import { type CraftedLedger, craftLedger, quarantined } from './crafted-ledger.js';

const RECORDS = 'records/000.ndjson';
/** Its byte; base64 has this letter and the next. */
const LETTER_A = 65;
let ledger: CraftedLedger;
let context: ExportContext;

beforeAll(async () => {
  ledger = await craftLedger();
  const { anchor } = ledger.evidence.keys;
  context = { root: anchor, now: NOW, witnesses: parseWitnessPolicy(ledger.policy), kept: [] };
});

const verify = (folder: string, more: Partial<ExportContext> = {}) =>
  verifyExport(folderReader(folder), { ...context, ...more });

const codesOf = async (folder: string, more?: Partial<ExportContext>): Promise<readonly unknown[]> =>
  (await verify(folder, more)).filter(({ ok }) => ok === false).map(({ code }) => code);

/** Rewrites the lines of the first bundle of records. */
function rewrite(folder: string, change: (lines: string[]) => readonly string[], path = RECORDS): void {
  const file = join(folder, path);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(
    file,
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

const lineOf = (record: Uint8Array): string =>
  JSON.stringify({ record: Buffer.from(record).toString('base64url') });
const recordOf = (line: string): Buffer =>
  Buffer.from((JSON.parse(line) as { record: string }).record, 'base64url');

/** Changes one byte in the middle of a line's record. */
function flipped(line: string): string {
  const bytes = recordOf(line);
  const at = bytes.indexOf('eyJ') + 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return lineOf(bytes);
}

/** Changes the salt of a record's first part, in the form that a router writes. */
function resalted(line: string): string {
  const record = frames.record.decode(recordOf(line));
  const [first, ...others] = record.statement?.leaves ?? [];
  const leaves = [{ salt: Buffer.alloc(16, 7), part: first?.part ?? new Uint8Array() }, ...others];
  const { statement = '' } = record.statement ?? {};
  const changed: LedgerRecord = { statement: { statement, leaves } };
  return lineOf(frames.record.encode(changed));
}

interface Tampering {
  readonly name: string;
  readonly code: string;
  /** Makes the folder and what the verifier kept. */
  readonly make: () => Promise<{ readonly folder: string; readonly kept?: readonly string[] }>;
}

const withLines = (change: (lines: string[]) => readonly string[]) => async () => {
  const folder = await ledger.exportOf(ledger.records);
  rewrite(folder, change);
  return { folder };
};

const withNote = (change: (note: string) => Promise<string> | string) => async () => {
  const folder = await ledger.exportOf(ledger.records);
  const path = join(folder, 'checkpoint');
  writeFileSync(path, await change(readFileSync(path, 'utf8')));
  return { folder };
};

const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'flipped: one byte of a record is changed',
    code: 'record-flipped',
    make: withLines((lines) => lines.with(5, flipped(lines[5] ?? ''))),
  },
  {
    name: 'dropped: a record is missing in the middle',
    code: 'record-dropped',
    make: withLines((lines) => lines.toSpliced(3, 1)),
  },
  {
    name: 'doubled: a record is there twice',
    code: 'record-doubled',
    make: withLines((lines) => lines.toSpliced(4, 0, lines[2] ?? '')),
  },
  {
    name: 'reordered: two records have changed places',
    code: 'record-reordered',
    make: withLines(([one = '', two = '', ...lines]) => [two, one, ...lines]),
  },
  {
    name: 'truncated: the last records are missing',
    code: 'log-truncated',
    make: withLines((lines) => lines.slice(0, -2)),
  },
  {
    name: 'forked: another record than in the checkpoint that was kept',
    code: 'log-forked',
    make: async () => ({
      folder: await ledger.exportOf([...ledger.records.slice(0, -1), await quarantined(ledger.evidence, 99)]),
      kept: [await ledger.note(ledger.records)],
    }),
  },
  {
    name: 'rolled back: fewer entries than in the checkpoint that was kept',
    code: 'ledger-rolled-back',
    make: async () => ({
      folder: await ledger.exportOf(ledger.records.slice(0, -2)),
      kept: [await ledger.note(ledger.records)],
    }),
  },
  {
    name: 'foreign record: one that the hub of another federation signed',
    code: 'record-foreign',
    make: async () => {
      const other = await craftEvidence();
      return withLines((lines) => lines.toSpliced(2, 0, lineOf(other.routing.bytes)))();
    },
  },
  {
    name: 'wrong life: the checkpoint is of another life of the log',
    code: 'log-life-differs',
    make: withNote(() => ledger.note(ledger.records, { life: 2 })),
  },
  {
    name: 'missing witness: too few cosigned the checkpoint',
    code: 'witness-missing',
    make: withNote(() => ledger.note(ledger.records, { cosigned: 1 })),
  },
  {
    name: 'replayed cosignature: one of another checkpoint fills the quorum',
    code: 'cosignature-replayed',
    make: withNote(async () => {
      const earlier = (await ledger.note(ledger.records.slice(0, 3))).trimEnd().split('\n').at(-1);
      return `${await ledger.note(ledger.records, { cosigned: 1 })}${earlier}\n`;
    }),
  },
  {
    name: 'replayed cosignature: one of another checkpoint is beside a checkpoint that was kept',
    code: 'cosignature-replayed',
    make: async () => {
      const [earlier, kept] = await Promise.all(
        [2, 5].map((size) => ledger.note(ledger.records.slice(0, size))),
      );
      const line = earlier?.trimEnd().split('\n').at(-1);
      return { folder: await ledger.exportOf(ledger.records), kept: [`${kept}${line}\n`] };
    },
  },
  {
    name: 'changed salt: the salt of a part is another one',
    code: 'salt-changed',
    make: withLines((lines) => lines.with(4, resalted(lines[4] ?? ''))),
  },
];

describe('an export of a ledger', () => {
  test('as it was written holds in every claim, also against an earlier checkpoint that was kept', async () => {
    const folder = await ledger.exportOf(ledger.records);
    const kept = keptNotes(Buffer.from(await ledger.note(ledger.records.slice(0, 5))));
    const lines = await verify(folder, { kept });
    expect(lines.filter(({ ok }) => ok !== true).map(({ says }) => says)).toEqual([
      'no key was revoked after version 1',
    ]);
    expect(lines.map(({ says }) => says)).toEqual([
      'an export of the 8 entries of demo/liaison/1, with what federation may see',
      'the directory can be read',
      'the root signed version 1 of the directory of demo at 2026-06-01T00:00:00.000Z',
      'no key was revoked after version 1',
      'the log signed a checkpoint of 8 entries',
      'cosigned by demo/w1, demo/w2, demo/w3',
      'the log signed the root for COSE receipts',
      'the log signed the kept checkpoint',
      'the 8 entries and their tiles have the signed root',
      'the log begins with the 5 entries of the kept checkpoint',
      'the hub signed 8 records, each an entry of the log in its order',
      'the reports name the listed bundles of policies: 0',
    ]);
  });

  test.each(TAMPERINGS)('$name ($code)', async ({ code, make }) => {
    const { folder, kept = [] } = await make();
    expect(await codesOf(folder, { kept })).toEqual([code]);
  });

  test('names a record of this hub that is no entry of the log as foreign, added or in the place of another', async () => {
    const stranger = lineOf(await quarantined(ledger.evidence, 99));
    const added = await withLines((lines) => lines.toSpliced(2, 0, stranger))();
    const instead = await withLines((lines) => lines.with(2, stranger))();
    expect(await codesOf(added.folder)).toEqual(['record-foreign']);
    expect(await codesOf(instead.folder)).toEqual(['record-foreign']);
  });

  test('whose entries, tiles or directory are changed does not hold', async () => {
    const change = async (path: string, at: number) => {
      const folder = await ledger.exportOf(ledger.records);
      const bytes = readFileSync(join(folder, path));
      // The changed file is still base64, whichever signature it holds.
      bytes[at] = bytes[at] === LETTER_A ? LETTER_A + 1 : LETTER_A;
      writeFileSync(join(folder, path), bytes);
      return codesOf(folder);
    };
    expect(await change('tile/entries/000.p/8', 40)).toEqual(['digest-mismatch']);
    expect(await change('tile/0/000.p/8', 40)).toEqual(['digest-mismatch']);
    expect(await change('directory.json', 60)).toHaveLength(1);
    expect(await change('checkpoint', 20)).toHaveLength(1);
    expect(await change('cose.json', 100)).toEqual(['signature-invalid']);
  });

  test('with other entries than those of the signed checkpoint does not hold', async () => {
    const others = [...ledger.records.slice(0, -1), await quarantined(ledger.evidence, 99)];
    const { folder } = await withNote(() => ledger.note(others))();
    expect(await codesOf(folder)).toEqual(['signature-invalid', 'digest-mismatch']);
    rmSync(join(folder, 'cose.json'));
    expect(await codesOf(folder)).toEqual(['digest-mismatch']);
  });

  test('says whether a record about its version of the directory names its directory or another one', async () => {
    const { keys } = ledger.evidence;
    const recording = { signer: keys.signer('hub:hub:1'), federation: 'demo', now: NOW };
    const withRecordOf = async (directory: { readonly version: number; readonly digest: string }) => {
      const { version, digest: named } = directory;
      const part = { type: 'directory', version, digest: named, policy: digest(ledger.policy) } as const;
      const { bytes } = await signDirectoryRecord(part, recording);
      return verify(await ledger.exportOf([...ledger.records, bytes]));
    };
    const about = { claim: 'directory', where: 'directory.json' };
    const says = 'the ledger has version 1 of the directory as it is in the export';
    expect(await withRecordOf(keys.directory)).toContainEqual({ ...about, says, ok: true });
    const other = await withRecordOf({ version: 1, digest: digest('another one') });
    expect(other.filter(({ ok }) => ok === false)).toMatchObject([
      { ...about, code: 'statement-conflict', detail: expect.stringContaining(digest('another one')) },
    ]);
    const later = await withRecordOf({ version: 2, digest: digest('a later one') });
    expect(later.filter(({ says: said }) => said === says)).toEqual([]);
  });

  test('with two records that name different directories of one version does not hold, whatever version it exports', async () => {
    const { keys } = ledger.evidence;
    const recording = { signer: keys.signer('hub:hub:1'), federation: 'demo', now: NOW };
    const recordOf2 = async (named: string): Promise<Uint8Array> => {
      const part = {
        type: 'directory',
        version: 2,
        digest: digest(named),
        policy: digest(ledger.policy),
      } as const;
      return (await signDirectoryRecord(part, recording)).bytes;
    };
    const [one, other] = [await recordOf2('one'), await recordOf2('another one')];
    const found = async (more: readonly Uint8Array[]) =>
      (await verify(await ledger.exportOf([...ledger.records, ...more]))).filter(({ ok }) => ok === false);
    expect(await found([one])).toEqual([]);
    const detail = `records name two directories of version 2: ${digest('one')} and ${digest('another one')}`;
    expect(await found([one, other])).toMatchObject([
      { claim: 'directory', where: 'records', code: 'statement-conflict', detail },
    ]);
  });

  test('of another life than the policy pins does not hold, whatever its manifest says', async () => {
    const { folder } = await withNote(() => ledger.note(ledger.records, { life: 2 }))();
    const path = join(folder, 'manifest.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('liaison/1', 'liaison/2'));
    expect(await codesOf(folder)).toEqual(['log-life-differs']);
  });

  test('holds for a policy that names witnesses and no log, by the key in the directory', async () => {
    const witnesses = parseWitnessPolicy(ledger.policy.replace(/^log .*\n/, ''));
    expect(await codesOf(await ledger.exportOf(ledger.records), { witnesses })).toEqual([]);
  });

  test('has twelve ways to be tampered with, each with a code of its own', () => {
    expect(new Set(TAMPERINGS.map(({ code }) => code)).size).toBe(12);
  });
});

describe('an export of several bundles', () => {
  let large: CraftedLedger;
  beforeAll(async () => {
    large = await craftLedger(600);
    const { anchor } = large.evidence.keys;
    context = { root: anchor, now: NOW, witnesses: parseWitnessPolicy(large.policy), kept: [] };
  });

  test('holds', async () => {
    expect(await codesOf(await large.exportOf(large.records))).toEqual([]);
  });

  test('says once which records of a whole bundle are missing', async () => {
    const folder = await large.exportOf(large.records);
    writeFileSync(join(folder, 'records/001.ndjson'), '');
    const faults = (await verify(folder)).filter(({ ok }) => ok === false);
    expect(faults).toMatchObject([
      { code: 'record-dropped', where: 'records/001.ndjson', detail: 'has no record of entries 256 to 511' },
    ]);
  });

  test('names a record in the wrong bundle, in the place of another record or in addition', async () => {
    const folder = await large.exportOf(large.records);
    const [first] = readFileSync(join(folder, RECORDS), 'utf8').split('\n', 1);
    rewrite(folder, (lines) => lines.with(9, first ?? ''), 'records/001.ndjson');
    expect(await codesOf(folder)).toEqual(['record-reordered']);
    const other = await large.exportOf(large.records);
    rewrite(other, (lines) => [...lines, first ?? ''], 'records/002.ndjson');
    expect(await codesOf(other)).toEqual(['record-doubled']);
  });

  test('lists twenty faults and reads no further', async () => {
    const folder = await large.exportOf(large.records);
    rewrite(folder, (lines) => lines.map(flipped));
    const lines = await verify(folder);
    expect(lines.filter(({ ok }) => ok === false)).toHaveLength(20);
    expect(lines.at(-1)).toMatchObject({ ok: null, detail: 'not read' });
  });
});

describe('an export for one organisation', () => {
  test('has its own reports and receipts, nothing from the reports of others, and no name of a person', async () => {
    context = {
      root: ledger.evidence.keys.anchor,
      now: NOW,
      witnesses: parseWitnessPolicy(ledger.policy),
      kept: [],
    };
    const own = await ledger.exportOf(ledger.records, { shown: EUROPOL });
    expect(await codesOf(own)).toEqual([]);
    expect(linesIn(own)).toEqual(ledger.records.slice(0, 2).map(lineOf));
    const held = await ledger.exportOf(ledger.records, { shown: AFRIPOL });
    expect(await codesOf(held)).toEqual([]);
    expect(linesIn(held)).toEqual(ledger.records.slice(-1).map(lineOf));
    expect(linesIn(await ledger.exportOf(ledger.records, { shown: INTERPOL }))).toEqual([]);
    expect(personsIn(held)).toEqual([]);
    expect(personsIn(await ledger.exportOf(ledger.records))).toEqual(['A. Example', 'B. Example']);
  });

  test('that is a relabelled full export does not hold: each record that only a full export has is foreign', async () => {
    const folder = await ledger.exportOf(ledger.records);
    rewrite(folder, (lines) => lines.toSpliced(0, 1));
    relabel(folder, { shown: EUROPOL, bundles: [] });
    const faults = (await verify(folder)).filter(({ ok }) => ok === false);
    expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['record-foreign']));
    expect(faults.map(({ where }) => where)).toEqual([2, 3, 4, 5, 6, 7].map((at) => `${RECORDS}:${at}`));
    const held = await ledger.exportOf(ledger.records, { shown: AFRIPOL });
    relabel(held, { shown: EUROPOL });
    expect(await codesOf(held)).toEqual(['record-foreign']);
  });

  test('does not prove that no record was left out, and says so, also when all were', async () => {
    const unproved = { ok: null, says: 'no record of europol was left out', where: 'records' };
    const folder = await ledger.exportOf(ledger.records, { shown: EUROPOL });
    expect(await verify(folder)).toContainEqual(expect.objectContaining(unproved));
    writeFileSync(join(folder, RECORDS), '');
    expect(await codesOf(folder)).toEqual([]);
    expect(await verify(folder)).toContainEqual(expect.objectContaining(unproved));
    const full = await verify(await ledger.exportOf(ledger.records));
    expect(full.filter(({ claim, ok }) => claim === 'record' && ok === null)).toEqual([]);
  });

  test('names a flipped record, one that is doubled, one out of order, and a changed salt', async () => {
    const tampered = async (change: (lines: string[]) => readonly string[]) => {
      const folder = await ledger.exportOf(ledger.records, { shown: EUROPOL });
      rewrite(folder, change);
      return codesOf(folder);
    };
    expect(await tampered((lines) => lines.with(0, flipped(lines[0] ?? '')))).toEqual(['record-flipped']);
    expect(await tampered((lines) => lines.with(0, resalted(lines[0] ?? '')))).toEqual(['salt-changed']);
    expect(await tampered(([one = '', ...lines]) => [one, one, ...lines])).toEqual(['record-doubled']);
    expect(await tampered((lines) => lines.toReversed())).toEqual(['record-reordered']);
  });
});

/** Changes what the manifest says. */
function relabel(folder: string, change: Readonly<Record<string, unknown>>): void {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...manifest, ...change }));
}

/** The lines of the first bundle. */
function linesIn(folder: string): readonly string[] {
  return readFileSync(join(folder, RECORDS), 'utf8').split('\n').slice(0, -1);
}

/** The persons that the exported directory names. */
function personsIn(folder: string): readonly string[] {
  const { parts } = JSON.parse(readFileSync(join(folder, 'directory.json'), 'utf8')) as {
    readonly parts: readonly { readonly part: string }[];
  };
  return parts.flatMap(({ part }) => {
    const { person } = JSON.parse(Buffer.from(part, 'base64url').toString()) as { readonly person?: string };
    return person ?? [];
  });
}

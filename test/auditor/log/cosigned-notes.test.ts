import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CosignedNotes, openCosignedNotes } from '../../../services/auditor/log/cosigned-notes.js';
import { signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { defaultWitnessPolicy } from '../../../services/shared/tlog/default-witness-policy.js';
import { formatSignatureLine, parseNote } from '../../../services/shared/tlog/signed-note.js';
import type { WitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { logKey, type NoteKeyPair, ORIGIN, witnessKey } from '../../shared/tlog/log-keys.js';

interface Witness extends NoteKeyPair {
  readonly name: string;
}

const witnessOf = async (name: string): Promise<Witness> => ({ name, ...(await witnessKey(name)) });

const SIZE = 3;
const NOTE = signCheckpoint(
  { origin: ORIGIN, size: SIZE, root: Buffer.alloc(32, 7) },
  (await logKey()).signer,
);
const WITNESSES = await Promise.all(Array.from({ length: 17 }, (_, at) => witnessOf(`example/w${at}`)));
const [FIRST, SECOND, THIRD] = WITNESSES as [Witness, Witness, Witness];

const lineOf = ({ signer }: Witness, time = 1_900_000_000): string =>
  formatSignatureLine(cosign(parseNote(NOTE).text, time, signer));

/** Cosigned notes in a folder of their own, of which this checkpoint was published. */
function published(policy: () => WitnessPolicy, folder = mkdtempSync(join(tmpdir(), 'cosigned-'))) {
  const damaged: string[] = [];
  const notes = openCosignedNotes(folder, policy, ({ code }) => void damaged.push(code));
  notes.published(NOTE);
  return { notes, folder, file: join(folder, 'quorate'), damaged };
}

async function addEach(notes: CosignedNotes, witnesses: readonly Witness[]): Promise<void> {
  for (const witness of witnesses) await notes.add({ size: SIZE, line: lineOf(witness) });
}

test('cosigned notes: only witnesses of the present policy are published, however many cosigned one checkpoint', async () => {
  let policy = defaultWitnessPolicy(WITNESSES.slice(0, 15));
  const { notes, file } = published(() => policy);
  await addEach(notes, WITNESSES.slice(0, 15));
  expect(notes.lines()).toEqual(WITNESSES.slice(0, 15).map((one) => lineOf(one)));
  policy = defaultWitnessPolicy(WITNESSES.slice(2));
  expect(notes.lines()).toEqual(WITNESSES.slice(2, 15).map((one) => lineOf(one)));
  await addEach(notes, WITNESSES.slice(15));
  expect(notes.lines()).toEqual(WITNESSES.slice(2).map((one) => lineOf(one)));
  expect(readFileSync(file, 'utf8')).toBe(notes.quorate());
  expect(parseNote(readFileSync(file)).signatures).toHaveLength(16);
});

test('cosigned notes: a file with more cosignatures than the present policy has witnesses shows no more than those', () => {
  const policy = defaultWitnessPolicy(WITNESSES.slice(0, 15));
  const { folder, file } = published(() => policy);
  writeFileSync(file, NOTE + WITNESSES.map((one) => lineOf(one)).join(''));
  const { notes } = published(() => policy, folder);
  expect(notes.lines()).toEqual(WITNESSES.slice(0, 15).map((one) => lineOf(one)));
});

test('cosigned notes: a witness counts by its present key', async () => {
  let policy = defaultWitnessPolicy([FIRST, SECOND, THIRD]);
  const { notes } = published(() => policy);
  await addEach(notes, [FIRST, SECOND, THIRD]);
  const rotated = await witnessOf(FIRST.name);
  policy = defaultWitnessPolicy([rotated, SECOND, THIRD]);
  expect(notes.lines()).toEqual([lineOf(SECOND), lineOf(THIRD)]);
  await addEach(notes, [rotated]);
  expect(notes.lines()).toEqual([SECOND, THIRD, rotated].map((one) => lineOf(one)));
});

test('cosigned notes: cosignatures that arrive at the same time are all kept', async () => {
  const { notes, folder } = published(() => defaultWitnessPolicy(WITNESSES.slice(0, 15)));
  const lines = WITNESSES.slice(0, 15).map((one) => lineOf(one));
  await Promise.all(lines.map((line) => notes.add({ size: SIZE, line })));
  expect(notes.lines().toSorted()).toEqual(lines.toSorted());
  const again = published(() => defaultWitnessPolicy(WITNESSES.slice(0, 15)), folder);
  expect(again.notes.lines().toSorted()).toEqual(lines.toSorted());
});

test('cosigned notes: another cosignature by the same key writes nothing', async () => {
  const { notes, file } = published(() => defaultWitnessPolicy([FIRST, SECOND, THIRD]));
  await addEach(notes, [FIRST, SECOND, THIRD]);
  rmSync(file);
  await notes.add({ size: SIZE, line: lineOf(FIRST) });
  await notes.add({ size: SIZE, line: lineOf(FIRST, 1_900_000_001) });
  expect(existsSync(file)).toBe(false);
  expect(notes.lines()).toEqual([FIRST, SECOND, THIRD].map((one) => lineOf(one)));
});

test('cosigned notes: a cosignature that the disk damaged is replaced by the next of its key', async () => {
  const policy = () => defaultWitnessPolicy([FIRST, SECOND, THIRD]);
  const { folder, file } = published(policy);
  const [line, other] = [lineOf(FIRST), lineOf(FIRST, 1_900_000_001)];
  const damagedLine = line.slice(0, -20) + other.slice(-20);
  writeFileSync(file, NOTE + damagedLine + lineOf(SECOND) + lineOf(THIRD));
  const { notes } = published(policy, folder);
  await notes.add({ size: SIZE, line });
  expect(notes.lines().toSorted()).toEqual([line, lineOf(SECOND), lineOf(THIRD)].toSorted());
});

test.each<[string, string | Uint8Array]>([
  ['empty', ''],
  ['cut off', NOTE.slice(0, -10)],
  ['overwritten', Buffer.alloc(600, 0xff)],
  ['without a checkpoint', 'a text\n\n— example/w0 AAAAAAA=\n'],
])(
  'cosigned notes: a file that is %s counts as none and is reported, and the next quorum replaces it',
  async (_, content) => {
    const witnesses = WITNESSES.slice(0, 3);
    const { folder, file } = published(() => defaultWitnessPolicy(witnesses));
    writeFileSync(file, content);
    const { notes, damaged } = published(() => defaultWitnessPolicy(witnesses), folder);
    expect(damaged).toEqual(['note-malformed']);
    expect(notes.quorate()).toBeUndefined();
    await addEach(notes, witnesses);
    expect(readFileSync(file, 'utf8')).toBe(NOTE + witnesses.map((one) => lineOf(one)).join(''));
  },
);

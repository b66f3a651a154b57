import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeExport } from '../../../../services/cli/ledger/export/write-export.js';
import { fail } from '../../../../services/shared/kernel/errors.js';
import { refused } from '../../../shared/trust/federation.js';
import { syncedBy } from '../../../support/synced-by.js';
import { type CraftedLedger, craftLedger, sourceOf } from '../crafted-ledger.js';

let ledger: CraftedLedger;
let place: string;
beforeAll(async () => {
  ledger = await craftLedger(300);
});
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'export-'));
});

interface Writing {
  readonly records?: readonly Uint8Array[];
  readonly onProgress?: (written: number, size: number) => void;
}

/** Exports the ledger; the source then has these records under the checkpoint over all of them. */
async function write(folder: string, { records = ledger.records, onProgress = () => {} }: Writing = {}) {
  const whole = sourceOf(ledger.records, await ledger.note(ledger.records));
  const source = { ...whole, records: sourceOf(records, '').records };
  const { directory } = ledger.evidence.keys;
  return writeExport(folder, { source, directory, shown: 'federation', onProgress });
}

describe('writing an export', () => {
  test('takes a new folder or an empty one, and leaves nothing beside it', async () => {
    await write(join(place, 'new'));
    mkdirSync(join(place, 'empty'));
    await write(join(place, 'empty'));
    expect(readdirSync(place).toSorted()).toEqual(['empty', 'new']);
    expect(readdirSync(join(place, 'empty')).toSorted()).toEqual(readdirSync(join(place, 'new')).toSorted());
  });

  test('refuses a folder that is not empty, and a file', async () => {
    mkdirSync(join(place, 'used'));
    writeFileSync(join(place, 'used', 'note'), 'mine');
    await refused(write(join(place, 'used')), 'usage');
    await refused(write(join(place, 'used', 'note')), 'usage');
    expect(readdirSync(join(place, 'used'))).toEqual(['note']);
  });

  test('has the suffix `.partial` until it is whole, and refuses to write beside such a folder', async () => {
    const seen: boolean[] = [];
    const folder = join(place, 'export');
    const onProgress = (): unknown => seen.push(existsSync(folder), existsSync(`${folder}.partial`));
    await write(folder, { onProgress: () => void onProgress() });
    expect(seen.length).toBeGreaterThan(2);
    expect(new Set(seen.filter((_, at) => at % 2 === 0))).toEqual(new Set([false]));
    expect(new Set(seen.filter((_, at) => at % 2 === 1))).toEqual(new Set([true]));
    mkdirSync(join(place, 'other.partial'));
    const { message } = await refused(write(join(place, 'other')), 'usage');
    expect(message).toContain('is left from an export that was cut off');
    expect(existsSync(join(place, 'other.partial'))).toBe(true);
  });

  test('fsyncs every folder before the export has its name, and then the folder that it is in', async () => {
    const folder = join(place, 'export');
    const named: boolean[] = [];
    const isSynced = await syncedBy(
      () => write(folder),
      () => named.push(existsSync(folder)),
    );
    const below = readdirSync(folder, { recursive: true, withFileTypes: true });
    const folders = below.filter((entry) => entry.isDirectory());
    const paths = folders.map(({ parentPath, name }) => join(parentPath, name));
    expect(paths.length).toBeGreaterThan(3);
    expect([...paths, folder, place].filter((path) => !isSynced(path))).toEqual([]);
    expect(named.indexOf(true)).toBe(named.length - 1);
  });

  test('leaves no folder when it is stopped', async () => {
    const onProgress = (): never => {
      throw fail('busy', 'the export was stopped');
    };
    await refused(write(join(place, 'export'), { onProgress }), 'busy');
    expect(readdirSync(place)).toEqual([]);
  });

  test('can be stopped before the first record, between two tiles', async () => {
    const stopped: number[] = [];
    const onProgress = (written: number): void => {
      stopped.push(written);
      if (stopped.length === 2) throw fail('busy', 'the export was stopped');
    };
    await refused(write(join(place, 'export'), { onProgress }), 'busy');
    expect(stopped).toEqual([0, 0]);
  });

  test('refuses records that are not those of the log, and fewer than it has', async () => {
    const [one, two, ...others] = ledger.records;
    await refused(write(join(place, 'a'), { records: [two!, one!, ...others] }), 'ledger-damaged');
    await refused(write(join(place, 'b'), { records: ledger.records.slice(0, 280) }), 'ledger-damaged');
    expect(readdirSync(place)).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../../../services/shared/kernel/write-whole.js';
import { scanAppendFile } from '../../../services/shared/store/append/scan-file.js';
import { ORGS, type SampleHome, sampleHome } from './sample-home.js';

let sample: SampleHome;
beforeEach(async () => {
  sample = await sampleHome();
});
afterEach(() => sample.remove());

/** Appends records, signs the log over them and cosigns it, in this order, until `stop`. */
function workOn({ home, append }: SampleHome): { readonly stop: () => Promise<number> } {
  let isOver = false;
  const work = async (): Promise<number> => {
    for (let count = 1; ; count += 1) {
      if (isOver) return count;
      await append(`record ${count}`);
      writeWhole(join(home.auditorData, 'log/1/head.json'), String(count));
      await new Promise((resolve) => setImmediate(resolve));
      writeWhole(join(home.auditorData, 'log/1/quorate'), String(count));
      for (const org of ORGS) writeWhole(join(home.root, 'orgs', org, 'cosigned.json'), String(count));
    }
  };
  const worked = work();
  return {
    stop: () => {
      isOver = true;
      return worked;
    },
  };
}

test('in a copy of a home that changes, the log has what witnesses cosigned, its files are of one moment, and the records have what the log has', async () => {
  for (const path of ['auditor/log/1/head.json', 'auditor/log/1/quorate']) sample.write(path, '0');
  for (const org of ORGS) sample.write(`orgs/${org}/cosigned.json`, '0');
  const working = workOn(sample);
  const seen: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const { manifest } = await sample.backUp();
    const tree = join(sample.beside('backup'), manifest.folder);
    const numberIn = (path: string): number => Number(readFileSync(join(tree, path), 'utf8'));
    let records = 0;
    for await (const { number } of scanAppendFile(join(tree, 'auditor/records'))) records = number;
    const [head, quorate] = ['head.json', 'quorate'].map((name) => numberIn(`auditor/log/1/${name}`));
    expect(records).toBeGreaterThanOrEqual(head!);
    expect([head, head! - 1]).toContain(quorate);
    for (const org of ORGS) expect(numberIn(`orgs/${org}/cosigned.json`)).toBeLessThanOrEqual(head!);
    seen.push(head!);
  }
  expect(await working.stop()).toBeGreaterThan(seen[0]!);
  expect(new Set(seen).size).toBeGreaterThan(2);
});

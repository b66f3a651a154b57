import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRecordsCopy, type RecordsCopy } from '../../../services/cli/backup/copy-records.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { scanAppendFile } from '../../../services/shared/store/append/scan-file.js';
import { hexDigest } from '../../../services/shared/trust/digest.js';
import { temporaryFile } from '../../shared/store/append/temporary-file.js';

const SEGMENT = 400;
const records = temporaryFile(SEGMENT);
let target: string;
beforeEach(() => {
  target = mkdtempSync(join(tmpdir(), 'liaison-copy-'));
});
afterEach(() => rmSync(target, { recursive: true, force: true }));

const copyInto = (
  reuse: Parameters<typeof createRecordsCopy>[0]['reuse'] = () => Promise.resolve(undefined),
): RecordsCopy => createRecordsCopy({ path: records.path(), folder: target, reuse });
const append = (count: number): Promise<void> =>
  records.use(async (file) => {
    for (let at = 0; at < count; at += 1) await file.append([Buffer.from(`record ${file.count() + 1}`)]);
  });
async function copied(): Promise<number> {
  let last = 0;
  for await (const { number, bytes } of scanAppendFile(join(target, 'records'))) {
    expect(Buffer.from(bytes).toString()).toBe(`record ${number}`);
    last = number;
  }
  return last;
}
const segments = (): readonly string[] => readdirSync(target).toSorted();

describe('a copy of the records', () => {
  test('ends with a whole record, and continues after it at the next call, also in further segments', async () => {
    await append(5);
    appendFileSync(records.path(), readFileSync(records.path()).subarray(0, 25));
    const copy = copyInto();
    await copy.advance();
    expect(await copied()).toBe(5);
    await append(60);
    await copy.advance();
    expect(await copied()).toBe(65);
    expect(segments().length).toBeGreaterThan(3);
    const named = [...copy.files()].map(([name, facts]) => {
      const bytes = readFileSync(join(target, name));
      expect(facts).toEqual({ bytes: bytes.length, sha256: hexDigest(bytes) });
      expect(readFileSync(join(records.folder(), name))).toEqual(bytes);
      return name;
    });
    expect(named.toSorted()).toEqual(segments());
  });

  test('takes complete segments from the previous backup, and the last one never', async () => {
    await append(60);
    const asked: string[] = [];
    const facts = { bytes: 1, sha256: '0'.repeat(64) };
    const copy = copyInto((name) => {
      asked.push(name);
      return Promise.resolve(facts);
    });
    await copy.advance();
    await copy.advance();
    const last = readdirSync(records.folder())
      .filter((name) => !name.endsWith('.offsets'))
      .toSorted()
      .at(-1)!;
    expect(asked).not.toContain(last);
    expect(segments()).toEqual([last]);
    expect([...copy.files()].filter(([name]) => name !== last).map(([, one]) => one)).toEqual(
      [...new Set(asked)].map(() => facts),
    );
  });

  test('a damaged record is refused with its place, in a complete segment and in the last one', async () => {
    await append(60);
    const names = readdirSync(records.folder()).filter((name) => !name.endsWith('.offsets'));
    for (const name of [names[0]!, names.toSorted().at(-1)!]) {
      const path = join(records.folder(), name);
      const bytes = readFileSync(path);
      writeFileSync(
        path,
        bytes.map((byte, at) => (at === 25 ? byte ^ 1 : byte)),
      );
      const error = errorFrom(
        await copyInto()
          .advance()
          .catch((thrown: unknown) => thrown),
      );
      expect([error.code, error.details[0]?.path]).toEqual(['ledger-damaged', `${path}:0`]);
      writeFileSync(path, bytes);
      rmSync(target, { recursive: true });
    }
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type WrittenBackup, writeBackup } from '../../../services/cli/backup/write-backup.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { openAppendFile } from '../../../services/shared/store/append/append-file.js';
import { openDatabase } from '../../../services/shared/store/sqlite.js';

/** A home with data, and a folder for its backups. */
export interface SampleHome {
  readonly home: Home;
  /** Returns a path beside the home. */
  readonly beside: (name: string) => string;
  /** Writes a file of the home. */
  readonly write: (path: string, text: string) => void;
  readonly append: (...texts: readonly string[]) => Promise<void>;
  readonly backUp: (how?: Partial<Parameters<typeof writeBackup>[2]>) => Promise<WrittenBackup>;
  readonly remove: () => void;
}

/** The organisations of a sample home that have data; the others have keys only. */
export const ORGS = ['europol', 'interpol'];
/** Size of a segment in sample homes, in bytes. */
const SEGMENT_BYTES = 400;

/** Makes the home of a demonstration, in which two gateways, a router and the auditor have stored something. */
export async function sampleHome(): Promise<SampleHome> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-backup-'));
  const beside = (name: string): string => join(folder, name);
  const home = homeAt(beside('home'));
  const orgs = await initDemo(home);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(home.root, path)), { recursive: true });
    writeFileSync(join(home.root, path), text);
  };
  for (const org of ORGS) {
    createDatabase(join(home.root, 'orgs', org, 'gateway.db'), org);
    write(`orgs/${org}/cosigned.json`, `{"note":"of ${org}"}`);
  }
  createDatabase(home.router(1, 'router.db'), 'router');
  createDatabase(join(home.auditorData, 'next.db'), 'of a later release');
  write('auditor/log/1/head.json', '{}');
  write(`auditor/policies/${'p'.repeat(42)}A`, 'a bundle of policies');
  const append = async (...texts: readonly string[]): Promise<void> => {
    const file = await openAppendFile(join(home.auditorData, 'records'), { segmentBytes: SEGMENT_BYTES });
    await file.append(texts.map((text) => Buffer.from(text)));
    await file.close();
  };
  let at = Date.parse('2031-05-04T03:02:01.987Z');
  return {
    home,
    beside,
    write,
    append,
    backUp: (how = {}) => {
      at += 1000;
      const whole = { parts: { hub: true, orgs }, brokerKey: false, now: new Date(at) };
      return writeBackup(beside('backup'), home, { ...whole, onProgress: () => {}, ...how });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function createDatabase(path: string, word: string): void {
  const db = openDatabase(path, ['CREATE TABLE word (text)']);
  db.prepare<[string]>('INSERT INTO word (text) VALUES (?)').run(word);
  db.close();
}

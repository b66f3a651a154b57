import { join } from 'node:path';
import { errorFrom, isCode } from '../shared/kernel/errors.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { DirectoryForkNumbers } from '../shared/store/append/record-index.js';
import { hexDigest } from '../shared/trust/digest.js';
import type { Directory } from '../shared/trust/directory.js';
import { recordForkOf } from '../shared/verify/record-fork.js';
import type { Archive } from './archive.js';
import { keepConviction } from './keep-conviction.js';

/** Compares the records about the directory: a version has one digest. */
export interface DirectoryForks {
  /**
   * Raises `directory-forked` once for each version that archived records give two digests, with both records as a conviction. Looks
   * at the first call, where `isDue`, and again after a failure. Never rejects.
   */
  look(isDue: boolean): Promise<void>;
}

interface DirectoryForksDeps {
  readonly archive: Pick<Archive, 'read' | 'directoryForks'>;
  readonly logFolder: string;
  readonly directory: () => Directory;
  readonly alarms: Pick<Alarms, 'raise'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** Versions that are reported; more convict no more. */
const MAX_REPORTED = 16;

/** Creates the comparison over the archive of an auditor or a mirror. */
export function createDirectoryForks({ archive, alarms, log, ...deps }: DirectoryForksDeps): DirectoryForks {
  const reported = new Set<number>();
  let isNeeded = true;
  const lookNow = async (): Promise<void> => {
    for (const fork of archive.directoryForks(MAX_REPORTED)) {
      if (reported.has(fork.version)) continue;
      const evidence = await keepRecords({ archive, ...deps }, fork);
      alarms.raise('directory-forked', { code: 'statement-conflict' }, { version: fork.version, evidence });
      reported.add(fork.version);
    }
  };
  return {
    look: async (isDue) => {
      isNeeded ||= isDue;
      if (!isNeeded) return;
      try {
        await lookNow();
        isNeeded = false;
      } catch (thrown) {
        // While the index is behind its file, an alarm of its own is raised.
        if (isCode(thrown, 'not-ready')) return;
        log.warn({ code: errorFrom(thrown).code }, 'the records about the directory were not compared');
      }
    },
  };
}

/** Keeps two records as a conviction; resolves as `keepConviction` does. */
async function keepRecords(
  { archive, logFolder, directory }: Pick<DirectoryForksDeps, 'archive' | 'logFolder' | 'directory'>,
  { first, other }: DirectoryForkNumbers,
): Promise<string | undefined> {
  const records: Uint8Array[] = [];
  for (const number of [first, other])
    for await (const { bytes } of archive.read(number, 1)) records.push(bytes);
  const name = hexDigest(Buffer.concat(records));
  return keepConviction(join(logFolder, 'forks'), name, () =>
    Promise.resolve(recordForkOf(records, directory())),
  );
}

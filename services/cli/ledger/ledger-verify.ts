import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { scanAppendFile } from '../../shared/store/append/scan-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';

export const verb: Verb = {
  configure: (command) => command,
  examples: [['ledger verify', "reads the auditor's whole file and checks every record of it"]],
  run: async ({ home, output, stopping }) => {
    const path = join(home.auditorData, 'records');
    if (!existsSync(path)) throw fail('not-found', `no file of an auditor at \`${path}\``);
    const segments = new Set<string>();
    let records = 0;
    for await (const { segment } of scanAppendFile(path)) {
      if (stopping.aborted) throw fail('busy', 'the check was stopped');
      segments.add(segment);
      records += 1;
    }
    const found = { records, segments: segments.size };
    output.show(
      found,
      () => `${records.toLocaleString('en')} records in ${segments.size} segments: all sound`,
    );
    return EXIT.yes;
  },
};

import { counted } from '../../shared/wire/counted.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { fail } from '../../shared/kernel/errors.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { requireMembers } from '../home/require-members.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { addAuditorOptions, type AuditorOptions, auditorOf } from './auditor-options.js';
import { auditorSource } from './export/export-source.js';
import { writeExport } from './export/write-export.js';
import { createRecordProgress } from './record-progress.js';

interface ExportOptions extends AuditorOptions {
  readonly own?: string;
  readonly full?: boolean;
}

export const verb: Verb<ExportOptions> = {
  configure: (command) =>
    addAuditorOptions(command)
      .argument('<folder>', 'a new or empty folder')
      .option('--own <organisation>', 'for this organisation: only its own reports and receipts')
      .option('--full', 'for an auditor of the whole federation: every record with all of its parts'),
  examples: [
    ['ledger export export --full', 'writes what an outsider needs to check the ledger'],
    ['ledger export export --own europol', 'writes what one organisation may see of it'],
  ],
  run: async ({ args: [folder = ''], options: { own, full, ...from }, home, output, stopping }) => {
    if ((own === undefined) === (full === undefined)) throw fail('usage', 'give either `--own` or `--full`');
    await requireMembers(home, own === undefined ? [] : [own]);
    const auditor = auditorOf(from, home);
    const progress = createRecordProgress({
      output,
      stopping,
      work: 'the export',
      now: () => performance.now(),
    });
    const manifest = await writeExport(folder, {
      source: auditorSource(auditor, stopping),
      directory: await readDirectory(home),
      shown: own === undefined ? 'federation' : parseOrgId(own),
      onProgress: progress.show,
    });
    progress.end();
    output.show(manifest, () => `${counted(manifest.size, 'entry', 'entries')} of \`${manifest.origin}\``);
    output.note(`wrote \`${folder}\`: verify it with ${suggestedCommand(`ledger verify ${folder}`)}`);
    return EXIT.yes;
  },
};

import { counted } from '../../shared/wire/counted.js';
import type { Home } from '../../shared/runtime/home.js';
import { startCommand } from '../home/require-kind.js';
import { createRecordProgress } from '../ledger/record-progress.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { type BackupManifest, totalBytes } from './manifest.js';
import { checkBackup, restoreHome } from './restore-home.js';

interface RestoreOptions {
  readonly check?: boolean;
}

export const verb: Verb<RestoreOptions> = {
  configure: (command) =>
    command
      .argument('<backup>', 'a folder that `backup` wrote')
      .option('--check', 'only read the backup, and compare every file with its manifest'),
  anyHome: true,
  examples: [
    ['restore /srv/backup --home /srv/liaison', 'makes a home in a new folder, and says what starts it'],
    ['restore /srv/backup --check', 'names each file that is damaged, missing or added'],
  ],
  run: async ({ args: [backup = ''], options, home, output, stopping }) => {
    const now = (): number => performance.now();
    const progress = createRecordProgress({
      output,
      stopping,
      now,
      work: 'reading the backup',
      unit: 'bytes',
    });
    const manifest = await checkBackup(backup, progress.show);
    if (options.check !== true) await restoreHome(home, { backup, manifest, onProgress: progress.show });
    progress.end();
    const { files: listed, ...facts } = manifest;
    const files = Object.keys(listed).length;
    const bytes = totalBytes(manifest);
    output.show({ ...facts, files, bytes }, () => {
      const what = `${counted(files, 'file')}, ${counted(bytes, 'byte')}: ${manifest.parts.join(', ')}`;
      return `${what}; as of ${manifest.time}`;
    });
    if (options.check !== true) output.note(`restored into \`${home.root}\`${startHint(home, manifest)}`);
    return EXIT.yes;
  },
};

/** Says what starts a restored home; nothing for parts of a demonstration without its hub, which start with it only. */
function startHint(home: Home, { parts }: BackupManifest): string {
  const start = startCommand(home);
  const isWhole = parts.includes('hub') || start === 'site start';
  return isWhole ? `: start it with ${suggestedCommand(start)}` : '';
}

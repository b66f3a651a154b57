import { counted } from '../../shared/wire/counted.js';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import type { Home } from '../../shared/runtime/home.js';
import { orgFolders } from '../init/org-folders.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseList } from '../terminal/parse-options.js';
import { quoted, suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import type { HomeParts } from './copy-home.js';
import { totalBytes } from './manifest.js';
import { writeBackup } from './write-backup.js';

interface BackupOptions {
  readonly org?: readonly string[];
  readonly hub?: boolean;
  readonly brokerKey?: boolean;
}

export const verb: Verb<BackupOptions> = {
  configure: (command) =>
    command
      .argument('<folder>', 'a new or empty folder outside the home, or one with a backup of the same home')
      .option('--org <organisations>', 'only these organisations, and with `--hub` the hub', parseList)
      .option('--hub', 'only the hub with its auditor, and with `--org` these organisations')
      .option('--broker-key', "also the cipher key of the broker's disk, which is not in the backup itself"),
  examples: [
    ['backup /srv/backup', 'copies the home, or brings the backup in the folder up to date'],
    ['backup /srv/backup-hub --hub', 'only the hub: keys, routers, auditor, configuration of the broker'],
    ['backup /srv/backup-europol --org europol', 'only what the gateway of one organisation needs'],
  ],
  run: async ({ args: [folder = ''], options, home, output, stopping }) => {
    const { manifest, heldMs, reused } = await writeBackup(folder, home, {
      parts: partsOf(home, options),
      brokerKey: options.brokerKey === true,
      now: new Date(),
      onProgress: () => {
        if (stopping.aborted) throw fail('busy', 'the backup was stopped');
      },
    });
    const { files: listed, ...facts } = manifest;
    const files = Object.keys(listed).length;
    const bytes = totalBytes(manifest);
    output.show({ ...facts, files, bytes, reused, heldMs }, () => {
      const what = `${counted(files, 'file')}, ${counted(bytes, 'byte')}: ${manifest.parts.join(', ')}`;
      return `${what}; ${reused} of them were in the previous backup; gateways waited ${heldMs} ms`;
    });
    output.note(
      `wrote \`${folder}\`: check it with ${suggestedCommand(`restore ${quoted(folder)} --check`)}`,
    );
    return EXIT.yes;
  },
};

/** Returns the parts that the options name; without options everything that is in the home. */
function partsOf(home: Home, { org, hub }: BackupOptions): HomeParts {
  const there = orgFolders(home).toSorted();
  if (org === undefined && hub === undefined)
    return { hub: existsSync(dirname(home.hub('provision'))), orgs: there };
  const named: readonly string[] = org ?? [];
  const unknown = named.find((one) => !there.some((name) => name === one));
  if (unknown !== undefined)
    throw fail(
      'organisation-unknown',
      `\`${unknown}\` has no folder in \`${home.root}\`${nearestOrAll(unknown, there)}`,
    );
  return { hub: hub === true, orgs: [...new Set(named)].toSorted() };
}

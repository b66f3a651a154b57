import { readGivenFile } from '../home/read-given-file.js';
import { changeOver } from '../key/change-over.js';
import { keyFilesFor, listedNext } from '../key/local-keys.js';
import { EXIT } from '../terminal/exit-codes.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { acceptChanges } from './ask-root.js';
import { MAX_ROOT_ANSWER_BYTES } from './root-answer.js';

export const verb: Verb<object> = {
  configure: (command) => command.argument('<file>', 'the `root-answer.json` of the holder of the root key'),
  examples: [
    [
      'root accept root-answer.json',
      'at the hub: lists the keys and witnesses that it asked for; the processes of the hub change over to their next keys',
    ],
  ],
  run: async ({ args: [path = ''], home, output, stopping }) => {
    const bytes = readGivenFile(path, MAX_ROOT_ANSWER_BYTES);
    const say = output.note;
    const lock = lockDirectory(home);
    const now = new Date();
    const accepting = acceptChanges(home, bytes, { now, say });
    const { directory, kids, witnesses } = await accepting.finally(() => lock.release());
    const { version } = directory;
    const listed = witnesses === undefined ? kids : [...kids, `witnesses ${witnesses.members.join(' ')}`];
    output.show(
      { version, kids, ...(witnesses && { witnesses: witnesses.members }) },
      () => `version ${version} of the directory lists ${listed.join(', ')}`,
    );
    const files = keyFilesFor(home, directory).filter((file) => listedNext(file, directory) !== undefined);
    for (const file of files) await changeOver(file, { directory, listedAt: now, stopping, say });
    return EXIT.yes;
  },
};

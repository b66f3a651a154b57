import { EXIT } from '../terminal/exit-codes.js';
import { keysHere } from './keys-here.js';
import { revokeKey } from './revoke-key.js';
import { rotateWords } from './rotate-words.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import type { Verb } from '../verb.js';

export const verb: Verb<object> = {
  configure: (command) => command.argument('<kid>', 'the id of a key, as `key list` shows it'),
  examples: [
    [
      'key revoke europol:notice:1',
      'from now on it verifies nothing new; what was recorded before stays good',
    ],
  ],
  run: async ({ args: [kid = ''], home, output }) => {
    const revoked = await revokeKey(home, kid, { now: new Date(), say: output.note });
    const signs = keysHere(home, await readDirectory(home)).find(
      (place) => place.kid === kid && !place.isReplaced,
    );
    output.show({ ...revoked, signsHere: signs !== undefined }, () =>
      revoked.already
        ? `${kid} was revoked ${revoked.revokedAt.toISOString()}: nothing is changed`
        : `${kid} is revoked for good, by version ${revoked.version} of the directory; what it signed and nobody received is not delivered`,
    );
    if (signs !== undefined)
      output.note(`nothing signs in its place yet: ${suggestedCommand(rotateWords(signs))}`);
    return EXIT.yes;
  },
};

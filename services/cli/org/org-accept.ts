import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import { readGivenFile } from '../home/read-given-file.js';
import { writeSecret, writeSecretJson } from '../init/secrets.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { clientFolder } from '../tls/holders.js';
import { requireOwnCertificate, writeClientCertificate } from '../tls/site-certificate.js';
import type { Verb } from '../verb.js';
import { confirmWords } from './confirm-words.js';
import { readOwnRequest } from './site-files.js';
import { hubWords } from './spoken-words.js';
import { MAX_WELCOME_BYTES, openWelcome } from './welcome.js';

interface AcceptOptions {
  readonly words?: string;
  readonly yes?: boolean;
}

export const verb: Verb<AcceptOptions> = {
  configure: (command) =>
    command
      .argument('<file>', 'the `welcome.json` of the hub')
      .option('--words <words>', 'the eight words that a person at the hub read out')
      .option('--yes', 'accept it without comparing words'),
  examples: [
    ['org accept welcome.json', 'asks for the words that a person at the hub reads out, and compares them'],
    ["org accept welcome.json --words 'legal winner …'", 'compares them with the given words'],
  ],
  run: async ({ args: [path = ''], options, home, output, stopping }) => {
    const request = await readOwnRequest(home);
    if (existsSync(home.welcome))
      throw fail(
        'usage',
        `\`${home.root}\` has accepted a welcome already: \`${suggestedCommand('site start')}\` starts its gateway`,
      );
    const bytes = readGivenFile(path, MAX_WELCOME_BYTES);
    const { root, federation, hub, directory, tls } = await openWelcome(bytes, request, new Date());
    const certificates = clientFolder(home.org(request.id));
    requireOwnCertificate(certificates, tls);
    const words = hubWords({ root: root.x, federation, url: hub });
    output.note(
      `the hub of \`${federation}\` at ${hub}; members in its directory: ${directory.organisations.size}`,
    );
    const asking = { words, given: options.words, yes: options.yes === true, output, stopping };
    if (!(await confirmWords({ ...asking, reader: 'a person at the hub' }))) return EXIT.no;
    output.note(`its words: ${output.notePaint.bold(words)}`);
    writeSecretJson(home.anchor, root);
    writeSecret(home.directory, directory.frame);
    writeClientCertificate(certificates, tls);
    writeSecret(home.welcome, bytes);
    const shown = { federation, hub, words, version: directory.version };
    output.show(shown, () => `accepted: \`${request.id}\` is a member of \`${federation}\``);
    output.note(`start its gateway: ${suggestedCommand('site start')}`);
    return EXIT.yes;
  },
};

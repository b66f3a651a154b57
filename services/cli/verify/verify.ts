import { type Verification, verifyEvidence } from '../../shared/verify/verify-evidence.js';
import { verifySplit } from '../../shared/verify/verify-split.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { believesText, verificationText } from './verification-text.js';
import { addVerifierOptions, readArgument, readVerifier, type VerifierOptions } from './verify-options.js';

interface VerifyOptions extends VerifierOptions {
  readonly requireLog?: boolean;
}

export const verb: Verb<VerifyOptions> = {
  anyHome: true,
  configure: (command) =>
    addVerifierOptions(
      command
        .argument(
          '<file>',
          'an evidence pack, a conviction or a claim; with `other` a checkpoint, a proof or a pack',
        )
        .argument('[other]', 'what another member kept: whether both were shown one log'),
    ).option('--require-log', 'also fail for a record without a proof that it is on the log'),
  examples: [
    ['verify pack.json --root root.pub.jwk', 'a line for each claim, without a home, a gateway or a network'],
    ['verify pack.json --root root.pub.jwk --json | jq .holds', 'only whether everything holds'],
    [
      'verify own.note other.note --root root.pub.jwk --directory directory.frame',
      'whether two checkpoints convict the log of showing each member another one',
    ],
  ],
  run: async ({ args: [path = '', other], options, home, output }) => {
    const context = { ...(await readVerifier(options, home)), requireLog: options.requireLog === true };
    const file = readArgument(path);
    const verified = await (other === undefined
      ? verifyEvidence(file, context)
      : verifySplit([file, readArgument(other)], context));
    const believes = believesText(options.witnesses !== undefined && isEachLogged(verified));
    output.show({ believes, ...verified }, () => verificationText(verified, believes, output));
    return verified.holds ? EXIT.yes : EXIT.no;
  },
};

function isEachLogged({ lines }: Verification): boolean {
  const logged = lines.filter(({ claim }) => claim === 'log');
  return logged.length > 0 && logged.every(({ ok }) => ok === true);
}

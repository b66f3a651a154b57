import { readFileSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { openDirectory } from '../../shared/trust/directory.js';
import { parsePublicJwk } from '../../shared/trust/jwk.js';
import type { Claim } from '../../shared/verify/claims.js';
import { parseWitnessPolicy } from '../../shared/tlog/witness-policy.js';
import { type Verification, verifyEvidence } from '../../shared/verify/verify-evidence.js';
import { describeSystemError } from '../home/file-errors.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import type { Verb } from '../verb.js';

interface VerifyOptions {
  readonly root?: string;
  readonly directory?: string;
  readonly requireLog?: boolean;
  readonly witnesses?: string;
}

/** What a verification believes without witnesses, or where they vouch for less than every record. */
const BELIEVES_ROOT = 'believes the root: whoever holds it could have made this up';

export const verb: Verb<VerifyOptions> = {
  anyHome: true,
  configure: (command) =>
    command
      .argument('<file>', 'an evidence pack, a conviction or a claim')
      .option('--root <file>', "the federation root's public key (default: `root.pub.jwk` of the home)")
      .option(
        '--directory <file>',
        'a later version of the directory, to know of keys that were revoked since',
      )
      .option('--witnesses <file>', 'a witness policy: who must have cosigned the checkpoint of each record')
      .option('--require-log', 'also fail for a record without a proof that it is on the log'),
  examples: [
    ['verify pack.json --root root.pub.jwk', 'a line for each claim, without a home, a gateway or a network'],
    ['verify pack.json --root root.pub.jwk --json | jq .holds', 'only whether everything holds'],
  ],
  run: async ({ args: [path = ''], options, home, output }) => {
    const root = parsePublicJwk(parseStrictJson(read(options.root ?? home.anchor)));
    const policy =
      options.witnesses === undefined ? {} : { witnesses: parseWitnessPolicy(read(options.witnesses)) };
    const later =
      options.directory === undefined
        ? {}
        : { directory: await openDirectory(read(options.directory), root) };
    const context = { root, now: new Date(), requireLog: options.requireLog === true, ...policy, ...later };
    const verified = await verifyEvidence(read(path), context);
    const believes = believed(verified, options.witnesses !== undefined);
    output.show({ believes, ...verified }, () => verificationText(verified, believes, output));
    return verified.holds ? EXIT.yes : EXIT.no;
  },
};

function believed({ lines }: Verification, hasWitnesses: boolean): string {
  const logged = lines.filter(({ claim }) => claim === 'log');
  const isWitnessed = hasWitnesses && logged.length > 0 && logged.every(({ ok }) => ok === true);
  return isWitnessed ? 'believes the root, and the witnesses of the policy for each record' : BELIEVES_ROOT;
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fail('usage', `\`${path}\` cannot be read: ${describeSystemError(error)}`);
  }
}

function verificationText({ kind, lines, holds }: Verification, believes: string, output: Output): string {
  const { green, red, yellow } = output.paint;
  const wrong = lines.filter(({ ok }) => ok === false).length;
  const open = lines.filter(({ ok }) => ok === null).length;
  const end = holds
    ? green(`no claim fails${open === 0 ? '' : `; ${open} are not proved by this file`}`)
    : kind === 'claim' && wrong === 0
      ? red('no verdict: a claim is the word of one side')
      : red(`${wrong} of ${lines.length} do not hold`);
  return [yellow(believes), ...lines.map((line) => lineText(line, output)), end].join('\n');
}

function lineText({ ok, says, where, code, detail }: Claim, { paint }: Output): string {
  const { green, red, dim } = paint;
  const sign = ok === null ? dim('–') : ok ? green('✓') : red('✗');
  const why = ok === true ? '' : `: ${[code, detail].filter((word) => word !== undefined).join(', ')}`;
  return `${sign} ${says}${ok === false ? red(why) : dim(why)} ${dim(where)}`;
}

import { readFileSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import {
  type RecipientRecord,
  type RecipientWord,
  type VerifiedRecipients,
  verifyRecipients,
} from '../../shared/ledger/recipients/recipients.js';
import { newestDirectory } from '../init/home-directory.js';
import { describeSystemError } from '../home/file-errors.js';
import { requireGateways } from '../home/run-file.js';
import { gatewayClient } from '../http-client.js';
import { EXIT } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import { parseNoticeName } from '../terminal/parse-options.js';
import type { Call, Verb } from '../verb.js';
import { findNotice } from './find/find-notice.js';

interface RecipientsOptions {
  readonly org?: string;
  readonly signed?: boolean;
  readonly verify?: string;
}

export const verb: Verb<RecipientsOptions> = {
  configure: (command) =>
    command
      .argument('[id]', 'the id of an own notice, or the end of it that `tail` prints', parseNoticeName)
      .option('--org <organisation>', 'ask only this gateway')
      .option('--signed', 'print the document as its originator signed it, for the person concerned')
      .option('--verify <file>', 'verify such a document instead, with the directory of the home'),
  examples: [
    [
      'notice recipients 0190b7a2-… --org europol',
      'who received which sections, with the signed answer of each',
    ],
    ['notice recipients 0190b7a2-… --signed > recipients.jws', 'the same as a signed document'],
    ['notice recipients --verify recipients.jws', 'shows a document once its signatures verify'],
  ],
  run: async (call) => {
    const { options, home, output } = call;
    const token = options.verify === undefined ? await askGateway(call) : readDocument(options.verify);
    const verified = await verifyRecipients(token, {
      directory: await newestDirectory(home),
      now: new Date(),
    });
    if (options.signed === true && options.verify === undefined) output.show({ signed: token }, () => token);
    else output.show(verified, () => recipientsText(verified, output));
    return EXIT.yes;
  },
};

/** Returns the signed document from the gateway of the notice's originator. */
async function askGateway({ args, options, home }: Call<RecipientsOptions>): Promise<string> {
  const [name] = args;
  if (name === undefined) throw fail('usage', 'give the id of a notice, or `--verify` with a document');
  const run = requireGateways(home);
  const orgs = options.org === undefined ? Object.keys(run.gateways) : [options.org];
  const { notice, originator } = await findNotice(name, { home, run, orgs });
  const gateway = gatewayClient(home, run, originator);
  const { signed } = (await gateway.get(`/v1/notices/${notice.id}/recipients`)) as {
    readonly signed: string;
  };
  return signed;
}

function readDocument(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw fail('usage', `\`${path}\` cannot be read: ${describeSystemError(error)}`);
  }
}

function recipientsText(
  { id, originator, issuedAt, kid, recipients }: VerifiedRecipients,
  output: Output,
): string {
  const { bold, green, dim } = output.paint;
  const title = `${bold(id)}  from ${originator}  ${green('✓ signed')} ${dim(`${kid}, ${issuedAt.toISOString()}`)}`;
  if (recipients.length === 0) return `${title}\n\nno organisation received it`;
  const rows = recipients.flatMap(rowsOf);
  return `${title}\n\n${table(['recipient', 'what', 'sections', 'signed answer'], rows, output)}`;
}

function rowsOf({ org, given, actions }: RecipientRecord): readonly (readonly string[])[] {
  return [
    ...given.map(({ number, sections, word }) => [
      org,
      `given ${instant(number)}`,
      sections.join(' '),
      said(word),
    ]),
    ...actions.map(({ verb: name, number, sections, word }) => [
      org,
      `${name} ${instant(number)}`,
      sections?.join(' ') ?? 'the whole notice',
      said(word),
    ]),
  ];
}

/** The number of a revision or an action is its signing time in milliseconds, or shortly after it. */
const instant = (number: number): string => new Date(number).toISOString().slice(0, 19);

const said = (word: RecipientWord | null): string =>
  word === null
    ? 'awaited'
    : `${word.type} ${new Date(word.at * 1000).toISOString().slice(0, 19)}  ${word.kid}`;

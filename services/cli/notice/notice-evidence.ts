import { fail } from '../../shared/kernel/errors.js';
import type { Pack } from '../../shared/verify/pack.js';
import { verifyEvidence } from '../../shared/verify/verify-evidence.js';
import { writeEvidence } from '../evidence/write-evidence.js';
import { requireGateways } from '../home/run-file.js';
import { gatewayClient } from '../http-client.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNoticeName } from '../terminal/parse-options.js';
import type { Output } from '../terminal/output.js';
import { readVerifier } from '../verify/verify-options.js';
import type { Call, Verb } from '../verb.js';
import { findNotice } from './find/find-notice.js';
import { heldId } from './find/name-of-notice.js';
import { counted } from '../../shared/wire/counted.js';

interface EvidenceOptions {
  readonly org?: string;
  readonly from?: string;
  readonly recipient?: string;
  readonly owed?: boolean;
  readonly out?: string;
}

export const verb: Verb<EvidenceOptions> = {
  configure: (command) =>
    command
      .argument(
        '<id>',
        'the id of an own notice or, with `--from`, of a held one, or the end of it',
        parseNoticeName,
      )
      .option('--org <organisation>', 'whose evidence: the originator, or with `--from` a recipient')
      .option(
        '--recipient <organisation>',
        'only about this recipient of an own notice; refused for one that was denied it',
      )
      .option('--from <originator>', 'the originator of a notice that `--org` holds')
      .option('--owed', 'instead of the pack write the claim that `--recipient` owes its receipt or answer')
      .option('--out <file>', 'write the pack to this file, which only its owner can read'),
  examples: [
    [
      'notice evidence 0190b7a2-… --org europol --out pack.json',
      'what was signed, recorded, delivered and answered, about every recipient',
    ],
    [
      'notice evidence 0190b7a2-… --org europol --recipient afripol --out pair.json',
      'the same about one recipient, which may be handed to that recipient',
    ],
    [
      'notice evidence 0190b7a2-… --org afripol --from europol --out held.json',
      'what a recipient was shown and given, and what it signed',
    ],
    ['verify pack.json --root root.pub.jwk', 'verifies it anywhere, offline'],
  ],
  run: async (call) => {
    const pack = await askGateway(call);
    writeEvidence(pack, call.options.out, call.output);
    if (call.options.owed) return EXIT.yes;
    noteUnproved(pack, call.output);
    return (await holds(pack, call)) ? EXIT.yes : EXIT.no;
  },
};

async function askGateway({ args, options, home }: Call<EvidenceOptions>): Promise<unknown> {
  const [name = ''] = args;
  const { org, from, recipient, owed = false } = options;
  if (owed && (recipient === undefined || from !== undefined))
    throw fail('usage', 'with `--owed` give `--recipient`, and no `--from`');
  const run = requireGateways(home);
  if (from !== undefined) {
    if (org === undefined || recipient !== undefined)
      throw fail('usage', 'with `--from` give the holder as `--org`, and no `--recipient`');
    const holder = gatewayClient(home, run, org);
    return holder.get(`/v1/inbox/${from}/${await heldId(holder, name, from)}/evidence`);
  }
  const orgs = org === undefined ? Object.keys(run.gateways) : [org];
  const { notice, originator } = await findNotice(name, { home, run, orgs });
  const gateway = gatewayClient(home, run, originator);
  if (recipient === undefined) return gateway.get(`/v1/notices/${notice.id}/evidence`);
  const about = encodeURIComponent(recipient);
  return gateway.get(`/v1/notices/${notice.id}/${owed ? `owed/${about}` : `evidence?recipient=${about}`}`);
}

/** Verifies the pack as it was written; false, with a note on stderr, if a claim does not hold: a receipt may be disputed. */
async function holds(pack: unknown, { home, output }: Call<EvidenceOptions>): Promise<boolean> {
  const { lines } = await verifyEvidence(JSON.stringify(pack), {
    ...(await readVerifier({}, home)),
    requireLog: false,
  });
  const wrong = lines.filter(({ ok }) => ok === false);
  const [first] = wrong;
  if (first === undefined) return true;
  output.note(
    `${wrong.length} of ${lines.length} claims do not hold, the first at \`${first.where}\`: ${first.code}`,
  );
  return false;
}

/** Says on stderr how many records of a pack are not proved to be on the log; a claim has no such proofs. */
function noteUnproved(pack: unknown, output: Output): void {
  const { records = [] } = pack as Partial<Pick<Pack, 'records'>>;
  const lacking = records.filter(({ proof }) => proof === null).length;
  if (lacking === 0) return;
  output.note(
    `the hub has not proved ${lacking} of ${counted(records.length, 'record')} to be on the log: try again in a minute`,
  );
}

import { fail } from '../../../shared/kernel/errors.js';
import { approvableDigest } from '../../../shared/trust/signers/notice-approval.js';
import { requireGateways } from '../../home/run-file.js';
import { gatewayClient } from '../../http-client.js';
import { EXIT } from '../../terminal/exit-codes.js';
import { type Output, table } from '../../terminal/output.js';
import { parseNoticeName } from '../../terminal/parse-options.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { Verb } from '../../verb.js';
import { ownId } from '../find/name-of-notice.js';
import { allOwn, ownLine } from './own-list.js';
import { type AwaitingNotice, readAwaiting, signAwaiting } from './awaiting-notice.js';
import { sectionsTable } from '../sections-table.js';

interface ApproveOptions {
  readonly org: string;
  readonly key?: string;
  readonly digest?: string;
}

export const verb: Verb<ApproveOptions> = {
  configure: (command) =>
    command
      .argument('[id]', 'the notice to show or approve; without it all that wait are listed', parseNoticeName)
      .requiredOption('--org <organisation>', 'the originator')
      .option('--key <file>', 'approve it with the private key of use `approver` of the person who approves')
      .option(
        '--digest <digest>',
        'with `--key`: the digest of what was shown, so that nothing else is approved',
      ),
  examples: [
    [
      'notice approve --org europol',
      'the notices under neutrality review, or with break-glass, that no person approved',
    ],
    ['notice approve 01a21070-bbba-74cf-9b6c-e735c36b95a5 --org europol', 'shows what would be approved'],
    [
      'notice approve 01a21070-bbba-74cf-9b6c-e735c36b95a5 --org europol --key ada.jwk --digest 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
      'approves what was shown, for Ada: the gateway sends it',
    ],
  ],
  run: async ({ args: [name], options: { org, key, digest }, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), org);
    if (name === undefined) {
      const items = await allOwn(gateway, 'state=awaiting-approval');
      output.show({ items }, () => items.map(ownLine).join('\n'));
      return EXIT.yes;
    }
    const id = await ownId(gateway, name);
    const awaiting = readAwaiting(await gateway.get(`/v1/notices/${id}/approval`));
    if (key === undefined) {
      output.show(shown(awaiting), () => textOf(awaiting, output));
      const words = `notice approve ${id} --org ${org} --key <file> --digest ${approvableDigest(awaiting.claims)}`;
      output.note(`approve it: ${suggestedCommand(words)}`);
      return EXIT.yes;
    }
    requireShown(awaiting, digest);
    const approval = await signAwaiting(awaiting, { path: key, option: '--key' });
    const accepted = await gateway.post(`/v1/notices/${id}/approval`, { approval });
    output.show(accepted, () => `${id}  ${(accepted as { readonly state: string }).state}`);
    output.note(`follow it: ${suggestedCommand(`notice show ${id} --org ${org}`)}`);
    return EXIT.yes;
  },
};

/** Requires the digest of what a person was shown: the notice may have been amended since. Throws `usage`. */
function requireShown({ claims }: AwaitingNotice, digest: string | undefined): void {
  if (digest === approvableDigest(claims)) return;
  const message =
    digest === undefined
      ? 'missing: the command without `--key` shows what would be approved, with its digest'
      : 'the notice is another one than was shown: read it again';
  throw fail('usage', `\`--digest\`: ${message}`, [{ path: '--digest', message }]);
}

function shown({ claims, header, routing, sections }: AwaitingNotice) {
  return { digest: approvableDigest(claims), header, routing, sections };
}

function textOf(awaiting: AwaitingNotice, output: Output): string {
  const { digest, header, routing, sections } = shown(awaiting);
  const fields = [...Object.entries(header), ...Object.entries(routing), ['digest', digest]] as const;
  const rows = fields.map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return `${table(['field', 'value'], rows, output)}\n\n${sectionsTable(sections, output)}`;
}

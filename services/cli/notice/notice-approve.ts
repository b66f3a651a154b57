import { fail } from '../../shared/kernel/errors.js';
import type { Header, Routing } from '../../shared/notice/notice.js';
import type { Claims } from '../../shared/trust/jws.js';
import { hashSdJwt, readDisclosed } from '../../shared/trust/sd-jwt.js';
import { approvableDigest, signNoticeApproval } from '../../shared/trust/signers/notice-approval.js';
import { readPersonSigner } from '../../shared/trust/signers/person-signer.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { requireGateways } from '../home/run-file.js';
import { type GatewayClient, gatewayClient } from '../http-client.js';
import { EXIT } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import { parseId } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { sectionsTable } from './sections-table.js';

interface ApproveOptions {
  readonly org: string;
  readonly key?: string;
  readonly digest?: string;
}

export const verb: Verb<ApproveOptions> = {
  configure: (command) =>
    command
      .argument('[id]', 'the notice to show or approve; without it all that wait are listed', parseId)
      .requiredOption('--org <organisation>', 'the originator')
      .option('--key <file>', 'approve it with the private key of use `approver` of the person who approves')
      .option(
        '--digest <digest>',
        'with `--key`: the digest of what was shown, so that nothing else is approved',
      ),
  examples: [
    ['notice approve --org europol', 'the notices under neutrality review that no second person approved'],
    ['notice approve 01a21070-bbba-74cf-9b6c-e735c36b95a5 --org europol', 'shows what would be approved'],
    [
      'notice approve 01a21070-bbba-74cf-9b6c-e735c36b95a5 --org europol --key ada.jwk --digest 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
      'approves what was shown, for Ada: the gateway sends it',
    ],
  ],
  run: async ({ args: [id], options: { org, key, digest }, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), org);
    if (id === undefined) {
      const items = await allAwaiting(gateway);
      output.show({ items }, () => items.map(lineOf).join('\n'));
      return EXIT.yes;
    }
    const awaiting = readAwaiting(await gateway.get(`/v1/notices/${id}/approval`));
    if (key === undefined) {
      output.show(shown(awaiting), () => textOf(awaiting, output));
      const words = `notice approve ${id} --org ${org} --key <file> --digest ${approvableDigest(awaiting.claims)}`;
      output.note(`approve it: ${suggestedCommand(words)}`);
      return EXIT.yes;
    }
    requireShown(awaiting, digest);
    const approval = await approve(awaiting, key);
    const accepted = await gateway.post(`/v1/notices/${id}/approval`, { approval });
    output.show(accepted, () => `${id}  ${(accepted as { readonly state: string }).state}`);
    output.note(`follow it: ${suggestedCommand(`notice show ${id} --org ${org}`)}`);
    return EXIT.yes;
  },
};

interface AwaitingRow {
  readonly id: string;
  readonly revision: number;
  readonly kind: string;
  readonly submittedAt: string;
}

async function allAwaiting(gateway: GatewayClient): Promise<readonly AwaitingRow[]> {
  const items: AwaitingRow[] = [];
  for (let before = ''; ; ) {
    const page = (await gateway.get(`/v1/notices?state=awaiting-approval&limit=200${before}`)) as {
      readonly items: readonly AwaitingRow[];
      readonly next: number | null;
    };
    items.push(...page.items);
    if (page.next === null) return items;
    before = `&before=${page.next}`;
  }
}

const lineOf = ({ id, revision, kind, submittedAt }: AwaitingRow): string =>
  `${id}  revision ${revision}  ${kind}  submitted ${submittedAt}`;

/** What an approver signs: the claims of a notice, with the disclosures that their digests name. */
interface Awaiting {
  readonly claims: Claims;
  readonly header: Header;
  readonly routing: Routing;
  readonly sections: Readonly<Record<string, unknown>>;
}

/** Reads the claims and the disclosures that they refer to. Throws `disclosure-invalid` for any other disclosure. */
function readAwaiting(answer: unknown): Awaiting {
  const { jwt, disclosures } = hashSdJwt((answer as { readonly notice: string }).notice);
  const claims = claimsIn(jwt) as Claims;
  const { routing, ...sections } = Object.fromEntries(readDisclosed(claims, disclosures).values);
  return { claims, header: claims['notice'] as Header, routing: routing as Routing, sections };
}

/** Requires the digest of what a person was shown: the notice may have been amended since. Throws `usage`. */
function requireShown({ claims }: Awaiting, digest: string | undefined): void {
  if (digest === approvableDigest(claims)) return;
  const message =
    digest === undefined
      ? 'missing: the command without `--key` shows what would be approved, with its digest'
      : 'the notice is another one than was shown: read it again';
  throw fail('usage', `\`--digest\`: ${message}`, [{ path: '--digest', message }]);
}

async function approve({ claims, header }: Awaiting, path: string): Promise<string> {
  const signer = await readPersonSigner(path, 'approver');
  if (signer.owner !== header.originator) {
    const message = `\`${signer.kid}\` is not the key of an approver of \`${header.originator}\``;
    throw fail('usage', `\`--key\`: ${message}`, [{ path: '--key', message }]);
  }
  return signNoticeApproval(claims, { signer, now: new Date() });
}

function shown({ claims, header, routing, sections }: Awaiting) {
  return { digest: approvableDigest(claims), header, routing, sections };
}

function textOf(awaiting: Awaiting, output: Output): string {
  const { digest, header, routing, sections } = shown(awaiting);
  const fields = [...Object.entries(header), ...Object.entries(routing), ['digest', digest]] as const;
  const rows = fields.map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return `${table(['field', 'value'], rows, output)}\n\n${sectionsTable(sections, output)}`;
}

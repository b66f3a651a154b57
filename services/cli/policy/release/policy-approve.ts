import { fail } from '../../../shared/kernel/errors.js';
import { type NamedContribution, readContribution } from '../../../shared/ledger/release/contribution.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { signApproval } from '../../../shared/ledger/release/approval.js';
import { readPersonSigner } from '../../../shared/trust/signers/person-signer.js';
import type { Signer } from '../../../shared/trust/keys.js';
import { askYes } from '../../terminal/ask-yes.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import type { Output } from '../../terminal/output.js';
import { quoted, suggestedCommand } from '../../terminal/suggested-command.js';
import type { Call, Verb } from '../../verb.js';
import {
  digestOfDraft,
  readReleaseDraft,
  type ReleaseDraft,
  whoseText,
  writeReleaseDraft,
} from './release-file.js';
import { looseningLines } from './releases-client.js';
import { counted } from '../../../shared/wire/counted.js';

interface ApproveOptions {
  readonly key: string;
  readonly digest?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export const verb: Verb<ApproveOptions> = {
  configure: (command) =>
    command
      .argument('<file>', 'the release that `policy release` wrote')
      .requiredOption('--key <file>', 'the private key of use `approver` of the person who approves')
      .option('--digest <digest>', 'sign without a question, and only the release with this digest')
      .option('--dry-run', 'show what would be signed, and sign nothing')
      .option('--yes', 'sign without a question'),
  anyHome: true,
  examples: [
    [
      'policy approve release.json --key ada.jwk',
      'shows what the release opens, asks, and signs all of it for Ada; a release of the federation for her organisation',
    ],
    ['policy approve release.json --key ada.jwk --dry-run', 'only shows it'],
  ],
  run: runApprove,
};

async function runApprove({ args, options, output, stopping }: Call<ApproveOptions>): Promise<ExitCode> {
  const [path = ''] = args;
  const { key, digest, dryRun = false, yes = false } = options;
  const draft = readReleaseDraft(path);
  const signer = await readPersonSigner(key, 'approver');
  const isFederation = draft.org === LEDGER_OWNER;
  requireApprover(path, draft, signer);
  const { org, version, previous, federation, loosenings } = draft;
  const release = digestOfDraft(draft);
  if (digest !== undefined && digest !== release)
    throw fail('digest-mismatch', `\`${path}\` is the release \`${release}\`, not \`${digest}\``);
  if (!dryRun && digest === undefined && !yes) {
    output.note(toSignText(draft, signer, output));
    const question = `Sign this with \`${signer.kid}\`?`;
    if (!(await askYes({ question, yes, output, stopping }))) return EXIT.no;
  }
  const content = { release, previous, loosenings: loosenings.map(({ loosening }) => loosening) };
  const added = dryRun ? [] : [await signApproval(content, { signer, federation, now: new Date() })];
  const approvals = [...draft.approvals, ...added];
  if (!dryRun) writeReleaseDraft(path, { ...draft, approvals });
  const contributions = contributionsOf(draft);
  const state = dryRun ? 'would be approved' : 'is approved';
  output.show(
    { org, version, approvals: approvals.length, ...content, contributions, dryRun },
    () => `${state}: ${toSignText(draft, signer, output)}`,
  );
  const next = suggestedCommand(`policy release ${quoted(path)}${isFederation ? ' --federation' : ''}`);
  output.note(`${counted(approvals.length, 'approval')}${dryRun ? ', nothing is signed' : `: ${next}`}`);
  return EXIT.yes;
}

/** Throws `usage` for the key of another organisation, and for a release of a member that opens nothing. */
function requireApprover(path: string, { org, loosenings }: ReleaseDraft, { owner, kid }: Signer): void {
  if (org === LEDGER_OWNER) return;
  if (owner !== org) throw fail('usage', `\`${kid}\` is not the key of an approver of \`${org}\``);
  if (loosenings.length === 0)
    throw fail('usage', `\`${path}\` names no loosening: \`policy release\` writes what a router found`);
}

/** Describes a release in words: whose it is, what it has of members, and what it opens. */
function toSignText(draft: ReleaseDraft, { kid }: Signer, { paint }: Pick<Output, 'paint'>): string {
  const { version, loosenings } = draft;
  const opens = loosenings.length === 0 ? ['  it opens nothing'] : looseningLines(loosenings, { paint });
  return [
    `version ${version} of ${whoseText(draft)}, ${digestOfDraft(draft)}, with ${kid}`,
    ...contributionsOf(draft).map((one) => `  with version ${one.version} of \`${one.org}\`, ${one.digest}`),
    ...opens,
  ].join('\n');
}

const contributionsOf = ({ contributions = [] }: ReleaseDraft) =>
  contributions.map(readContribution).map(nameOf);

function nameOf({
  org,
  version,
  digest,
}: NamedContribution): Pick<NamedContribution, 'org' | 'version' | 'digest'> {
  return { org, version, digest };
}

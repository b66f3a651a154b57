import { fail } from '../../../shared/kernel/errors.js';
import { type NamedContribution, readContribution } from '../../../shared/ledger/release/contribution.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { signApproval } from '../../../shared/ledger/release/approval.js';
import { readPersonSigner } from '../../../shared/trust/signers/person-signer.js';
import { EXIT } from '../../terminal/exit-codes.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { Verb } from '../../verb.js';
import { digestOfDraft, readReleaseDraft, whoseText, writeReleaseDraft } from './release-file.js';

interface ApproveOptions {
  readonly key: string;
}

export const verb: Verb<ApproveOptions> = {
  configure: (command) =>
    command
      .argument('<file>', 'the release that `policy release` wrote')
      .requiredOption('--key <file>', 'the private key of use `approver` of the person who approves'),
  anyHome: true,
  examples: [
    [
      'policy approve release.json --key ada.jwk',
      'prints each loosening, and signs the release with all of them for Ada; of a release of the federation for her organisation',
    ],
  ],
  run: async ({ args: [path = ''], options: { key }, output }) => {
    const draft = readReleaseDraft(path);
    const signer = await readPersonSigner(key, 'approver');
    const isFederation = draft.org === LEDGER_OWNER;
    if (!isFederation && signer.owner !== draft.org)
      throw fail('usage', `\`${signer.kid}\` is not the key of an approver of \`${draft.org}\``);
    if (!isFederation && draft.loosenings.length === 0)
      throw fail('usage', `\`${path}\` names no loosening: \`policy release\` writes what a router found`);
    const { org, version, previous, federation, loosenings } = draft;
    const release = digestOfDraft(draft);
    const content = { release, previous, loosenings: loosenings.map(({ loosening }) => loosening) };
    const approval = await signApproval(content, { signer, federation, now: new Date() });
    const approvals = [...draft.approvals, approval];
    writeReleaseDraft(path, { ...draft, approvals });
    const joint = (draft.contributions ?? []).map(readContribution).map(nameOf);
    output.show({ org, version, approvals: approvals.length, ...content, contributions: joint }, () =>
      [
        `version ${version} of ${whoseText(draft)}, ${release}, is approved with ${signer.kid}:`,
        ...joint.map((one) => `  with version ${one.version} of \`${one.org}\`, ${one.digest}`),
        ...loosenings.map(({ loosening, message }) => `  ${loosening}  ${message}`),
      ].join('\n'),
    );
    output.note(
      `${approvals.length} approvals: ${suggestedCommand(`policy release ${path}${isFederation ? ' --federation' : ''}`)}`,
    );
    return EXIT.yes;
  },
};

function nameOf({
  org,
  version,
  digest,
}: NamedContribution): Pick<NamedContribution, 'org' | 'version' | 'digest'> {
  return { org, version, digest };
}

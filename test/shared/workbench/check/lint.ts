import type { Finding } from '../../../../services/shared/workbench/check/finding.js';
import { checkFolder } from '../../../../services/shared/workbench/check/check-folder.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { parseFederation } from '../../../../services/shared/trust/directory-source.js';
import { facts, folderWith, rule } from '../../policy/folder.js';

/** The members of `facts` as a `members.yaml`. */
export const MEMBERS = [
  'members:',
  ...[...facts.organisations.values()].map(
    ({ id, groups, accreditedFor, agreements }) =>
      `  ${id}: { name: ${id}, seat: here, groups: [${groups.join()}], accreditedFor: [${accreditedFor.join()}], agreements: [${agreements.join()}] }`,
  ),
].join('\n');

export const DIRECTORY = 'federation: test\nquotas: { perMinute: 1 }\n';

/** Both files of the federation. */
export const FEDERATION = { 'federation/members.yaml': MEMBERS, 'federation/directory.yaml': DIRECTORY };

/** Sets without findings: few conditions, each of which matters for the examples. */
export const QUIET: Readonly<Record<string, string>> = Object.fromEntries(
  [...facts.organisations.keys()].flatMap((id) => [
    [
      `${id}/export.cedar`,
      rule('permit (principal, action, resource) when { resource.tlp != Tlp::"red" };', `${id}-out`),
    ],
    [
      `${id}/import.cedar`,
      rule('permit (principal, action, resource) when { resource.tlp != Tlp::"red" };', `${id}-in`),
    ],
  ]),
);

export const DEPS = { digest, parseDirectory: parseFederation, today: '2026-03-01' };

export function check(files: Readonly<Record<string, string | undefined>>): readonly Finding[] {
  const folder = folderWith({ ...FEDERATION, ...QUIET, ...files });
  return checkFolder(folder, DEPS);
}

/** Returns the findings of one file as `lint line message`. */
export function findingsIn(path: string, text: string): readonly string[] {
  return check({ [path]: text })
    .filter((finding) => finding.path === path)
    .map(({ lint, line, message }) => `${lint} ${line} ${message}`);
}

/** Returns the same without idle rules, because these sets have no cases. */
export function meaningOf(path: string, text: string): readonly string[] {
  return findingsIn(path, text).filter((finding) => !finding.startsWith('idle '));
}

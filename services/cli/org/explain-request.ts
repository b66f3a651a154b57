import type { Directory } from '../../shared/trust/directory.js';
import type { CheckedRules } from './first-release/check-child.js';
import type { JoinRequest } from './join-request.js';
import { counted } from '../../shared/wire/counted.js';

interface ExplainParams {
  readonly directory: Pick<Directory, 'federation' | 'version'>;
  /** What the check of its rules found. */
  readonly checked?: Omit<CheckedRules, 'errors'> | undefined;
  /** False where the hub has the rules of its members in a folder. */
  readonly takesReleases: boolean;
}

/** Returns lines that say who asks and what admitting it changes; without the words, which a person types before they are shown. */
export function explainRequest(
  request: Pick<JoinRequest, 'id' | 'name' | 'contact' | 'hub' | 'keys' | 'approvers' | 'release'>,
  { directory: { federation, version }, ...about }: ExplainParams,
): readonly string[] {
  const { id, name, contact, keys, approvers, hub: url } = request;
  const persons = approvers.map(({ person }) => person).join(' and ');
  return [
    `\`${id}\` (${name}${contact === undefined ? '' : `, ${contact}`}) asks to join \`${federation}\` at ${url}`,
    `it will be listed with ${keys.length + approvers.length} keys in version ${version + 1} of the directory, and get an account at the broker`,
    persons === ''
      ? 'it names no approvers'
      : `its approvers, who approve what loosens its rules: ${persons}`,
    releaseText(request, about),
  ];
}

/** Describes the first release by what the hub computed: no text of the rules. */
function releaseText(
  { release }: Pick<JoinRequest, 'release'>,
  { checked, takesReleases }: Pick<ExplainParams, 'checked' | 'takesReleases'>,
): string {
  if (!takesReleases) return 'this hub has the rules of its members in a folder: it uses none of the request';
  if (release === undefined) return 'it brings no rules: it permits nothing until its first release';
  const { version, digest, files, isApproved } = release;
  const by = isApproved ? 'both approvers signed them' : 'not approved: adopted only if they open nothing';
  const found =
    checked === undefined
      ? ''
      : `, ${counted(checked.warnings, 'warning')} and ${counted(checked.notes, 'note')}`;
  return `its rules: version ${version}, ${digest}, ${counted(files.size, 'file')}, 0 errors${found}; ${by}`;
}

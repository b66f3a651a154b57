import { fail } from '../../kernel/errors.js';
import { parseYaml } from '../../kernel/yaml-document.js';
import { type DirectoryFacts, directoryOf, parseFacts } from '../facts.js';
import { MEMBERS_FILE } from '../federation-files.js';
import { parseQuorumTerms, type QuorumTerms } from '../quorum-terms.js';
import type { PolicyBundle } from './bundle.js';

/** Returns the facts about members that a bundle has; undefined for one by which those of the directory count. Throws `config-invalid`. */
export function releasedFacts(bundle: Pick<PolicyBundle, 'files'>): DirectoryFacts | undefined {
  const members = releasedMembers(bundle);
  return members === undefined ? undefined : parseFacts(members);
}

/** Returns by which terms releases of the federation are approved while a bundle is in force. Throws `config-invalid`. */
export function releasedTerms(bundle: Pick<PolicyBundle, 'files'>): QuorumTerms {
  return parseQuorumTerms(releasedMembers(bundle));
}

/** Returns the content of `members.yaml` in a bundle; undefined where it has none. Throws `config-invalid`. */
export function releasedMembers({ files }: Pick<PolicyBundle, 'files'>): unknown {
  const text = files.get(MEMBERS_FILE);
  if (text === undefined) return undefined;
  const { document, fault } = parseYaml(text);
  if (fault !== undefined) throw fail('config-invalid', `\`${MEMBERS_FILE}\`: ${fault.message}`);
  return document.toJS();
}

/**
 * Returns the members of a directory that a bundle has rules for, with the facts by which it decides: its own, else those of the
 * directory. A member that the bundle names no facts of is left out: it exchanges with no other. Throws as `releasedFacts` does.
 */
export function membersByBundle(
  { files }: Pick<PolicyBundle, 'files'>,
  { organisations }: DirectoryFacts,
): DirectoryFacts {
  const released = releasedFacts({ files });
  const members = [...organisations.values()].filter(({ id }) => files.has(`${id}/import.cedar`));
  if (released === undefined) return directoryOf(members);
  return directoryOf(members.flatMap(({ id }) => released.organisations.get(id) ?? []));
}

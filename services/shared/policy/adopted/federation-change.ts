import type { OrgId } from '../../kernel/ids.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { parseYaml } from '../../kernel/yaml-document.js';
import { MEMBERS_FILE } from '../federation-files.js';
import { termsText } from '../quorum-terms.js';
import { INVARIANTS_FILE, type PolicyBundle } from './bundle.js';
import { releasedFacts, releasedMembers, releasedTerms } from './bundle-facts.js';

/**
 * What a release of the federation changes, which decides how it must be approved. `terms`: how later releases are approved.
 * `accession`: it names new members and changes nothing else that decides.
 */
export type FederationChange =
  | { readonly type: 'terms' | 'other' }
  | { readonly type: 'accession'; readonly joining: readonly OrgId[] };

type Files = Pick<PolicyBundle, 'files'>;

/**
 * Compares the files of the federation in force with those of a release. New members alone are an accession: they have no agreement,
 * which is also the word of the other member, and the invariants that demand exchange may list them under `joining`. Throws
 * `config-invalid` and `id-invalid` for facts that cannot be read.
 */
export function federationChange(before: Files, after: Files): FederationChange {
  if (termsText(releasedTerms(before)) !== termsText(releasedTerms(after))) return { type: 'terms' };
  const known = releasedFacts(before)?.organisations;
  const added = [...(releasedFacts(after)?.organisations.values() ?? [])].filter(({ id }) => !known?.has(id));
  const joining = added.map(({ id }) => id);
  const isAccession =
    joining.length > 0 &&
    added.every(({ agreements }) => agreements.length === 0) &&
    textWithout(joining, before) === textWithout(joining, after);
  return isAccession ? { type: 'accession', joining } : { type: 'other' };
}

/** Returns the files as text to compare, without the entries of these members. */
function textWithout(joining: readonly string[], bundle: Files): string {
  const texts = [...bundle.files].map(([path, text]) => {
    if (path === MEMBERS_FILE) return [path, membersWithout(joining, releasedMembers(bundle))];
    return [path, path === INVARIANTS_FILE ? invariantsWithout(joining, text) : text];
  });
  return JSON.stringify(texts);
}

function membersWithout(joining: readonly string[], content: unknown): unknown {
  if (!isJsonObject(content) || !isJsonObject(content['members'])) return content;
  const others = Object.entries(content['members']).filter(([name]) => !joining.includes(name));
  return { ...content, members: others };
}

function invariantsWithout(joining: readonly string[], text: string): unknown {
  const { document, fault } = parseYaml(text);
  const invariants: unknown = fault === undefined ? document.toJS() : text;
  if (!Array.isArray(invariants)) return invariants;
  return invariants.map((invariant: unknown) => {
    if (!isJsonObject(invariant)) return invariant;
    const { joining: listed = [], ...demand } = invariant;
    return [demand, Array.isArray(listed) ? listed.filter((name) => !joining.includes(name)) : listed];
  });
}

import type { Permission } from '../../../shared/policy/engine.js';
import type { DocumentedRule, DocumentedSet } from '../../../shared/workbench/print/policy-document.js';
import type { FederationFacts } from '../../../shared/trust/directory-source.js';

/** The contents of a document of the rules. */
export interface PolicyDocument {
  readonly federation: FederationFacts;
  readonly sets: readonly DocumentedSet[];
  /** Base64url SHA-256 of the schema. */
  readonly schema: string;
}

/** The introduction of the document, one string for each paragraph. */
export const INTRODUCTION: readonly string[] = [
  'These rules are illustrations of how such a federation could decide. They are not legal texts: they do not state what an organisation really shares.',
  'A recipient gets a notice when three layers allow it: the federation, the export rules of the organisation that sends it, and the import rules of the one that receives it. Each section is then decided in the same way. In each layer a rule that forbids wins over every rule that permits. What no rule permits is refused, and so is what cannot be evaluated.',
  'A rule is cited by its number, for example “europol, export, 7”, or by its id, which does not change when rules are added. The SHA-256 of each file (base64url, at the end) identifies the printed version.',
];

/** Returns the sentence under the title of a set. */
export function purposeOf(
  { layer, organisation }: DocumentedSet,
  { organisations }: FederationFacts,
): string {
  const { name, seat } = organisations[organisation ?? ''] ?? { name: organisation ?? '', seat: '' };
  const who = seat === '' ? name : `${name}, ${seat}`;
  switch (layer) {
    case 'federation':
      return 'The rules that bind every organisation, as sender and as recipient.';
    case 'export':
      return `${who}: what it discloses of its own notices.`;
    case 'import':
      return `${who}: what it accepts of the notices of others.`;
  }
}

const PERMISSION_WORDS: Readonly<Record<Permission, string>> = {
  receive: 'to receive the notice',
  disclose: 'to receive a section',
  advertise: 'to know that a withheld section exists',
};

/** Describes the effect of a rule: `permits the recipient to receive the notice`. */
export function effectOf({ effect, permissions }: DocumentedRule): string {
  const words = permissions.map((permission) => PERMISSION_WORDS[permission]);
  const last = words.slice(-1);
  const what = [words.slice(0, -1).join(', '), ...last].filter((part) => part !== '').join(' and ');
  return `${effect === 'permit' ? 'permits' : 'forbids'} the recipient ${what}`;
}

/** Returns the words before the conditions: `when all of these hold`, or `when` for a single one. */
export function conditionHead(word: 'when' | 'unless', count: number): string {
  if (count === 1) return word;
  return word === 'when' ? 'when all of these hold' : 'unless one of these holds';
}

/** The words before the parts of a compound condition. */
export const JOINS = { all: 'all of these hold', any: 'at least one of these holds' } as const;

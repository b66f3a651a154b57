import type { Permission } from '../../../shared/policy/engine.js';
import type { DocumentedRule, DocumentedSet } from '../../../shared/workbench/print/policy-document.js';
import type { FederationFacts } from '../../../shared/trust/directory-source.js';

/** What a document of policies is made from. */
export interface PolicyDocument {
  readonly federation: FederationFacts;
  readonly sets: readonly DocumentedSet[];
  /** Base64url SHA-256 of the schema. */
  readonly schema: string;
}

/** What a reader must know before the first rule, a paragraph each. */
export const INTRODUCTION: readonly string[] = [
  'These rules are illustrations, written to show how such a federation could decide. They are no legal text: nothing in them says what an organisation really shares.',
  'A recipient gets a notice when three layers allow it: the federation, the export rules of the organisation that sends it, and the import rules of the one that receives it. Then each section is asked for in the same way. In each layer a rule that forbids wins over every rule that permits, and what no rule permits is refused; so is what cannot be evaluated.',
  'A rule is cited by its number, for example “europol, export, 7”, or by its id, which stays when rules are added. The SHA-256 of each file (base64url, at the end) tells which version was printed.',
];

/** What a set is for, in a sentence under its title. */
export function purposeOf(
  { layer, organisation }: DocumentedSet,
  { organisations }: FederationFacts,
): string {
  const { name, seat } = organisations[organisation ?? ''] ?? { name: organisation ?? '', seat: '' };
  const who = seat === '' ? name : `${name}, ${seat}`;
  switch (layer) {
    case 'federation':
      return 'What binds everybody, whoever sends and whoever receives.';
    case 'export':
      return `${who}: what it lets out of its own notices.`;
    case 'import':
      return `${who}: what it takes in of the notices of others.`;
  }
}

const DOINGS: Readonly<Record<Permission, string>> = {
  receive: 'to receive the notice',
  disclose: 'to be given a section',
  advertise: 'to be told that a withheld section exists',
};

/** `permits the recipient to receive the notice`. */
export function effectOf({ effect, permissions }: DocumentedRule): string {
  const doings = permissions.map((permission) => DOINGS[permission]);
  const last = doings.slice(-1);
  const what = [doings.slice(0, -1).join(', '), ...last].filter((part) => part !== '').join(' and ');
  return `${effect === 'permit' ? 'permits' : 'forbids'} the recipient ${what}`;
}

/** `when all of these hold`, or without a number of them `when`. */
export function conditionHead(word: 'when' | 'unless', count: number): string {
  if (count === 1) return word;
  return word === 'when' ? 'when all of these hold' : 'unless one of these holds';
}

/** What stands before the parts of a phrase. */
export const JOINS = { all: 'all of these hold', any: 'at least one of these holds' } as const;

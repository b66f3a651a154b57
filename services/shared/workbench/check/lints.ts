/** `note`: nothing to mend, but to know. */
export type Severity = 'error' | 'warning' | 'note';

interface LintEntry {
  readonly severity: Severity;
  /** What the lint finds, in a few words. */
  readonly says: string;
  /** What to do about it. */
  readonly mend: string;
}

/** Every kind of finding. The names are API: `policy check --json` and SARIF carry them. */
export const LINTS = {
  invalid: {
    severity: 'error',
    says: 'cannot be parsed or does not fit the schema',
    mend: 'mend the rule or the schema at the place named: nothing of the folder is loaded until then',
  },
  unreadable: {
    severity: 'error',
    says: 'a file that cannot be read, or is not UTF-8',
    mend: 'put a readable file of UTF-8 text in its place: nothing of the folder is loaded until then',
  },
  'no-rules': {
    severity: 'error',
    says: 'a file of rules that must be there is missing or empty',
    mend: 'add the file: a set without rules permits nothing, and the folder is not loaded',
  },
  id: {
    severity: 'error',
    says: 'a rule without an id, or with one that is no word',
    mend: 'give it an `@id` that is unique in the folder: decisions, cases and approvals name rules by it',
  },
  'duplicate-id': {
    severity: 'error',
    says: 'an id that another rule of the folder has',
    mend: 'give one of the two another `@id`',
  },
  reason: {
    severity: 'error',
    says: 'a rule without a reason',
    mend: 'say in `@reason`, in plain words, why: it is shown with every decision',
  },
  annotation: {
    severity: 'error',
    says: 'an unknown annotation, an obligation that is no word, or a `@keep` without a reason',
    mend: 'use `@id`, `@reason`, `@article`, `@obligation` and `@keep`',
  },
  'unknown-word': {
    severity: 'error',
    says: 'a word that is in no vocabulary',
    mend: 'use a word of the schema; organisations and groups are those of the directory',
  },
  'open-literal': {
    severity: 'error',
    says: 'a literal of an open entity type, which never matches',
    mend: 'compare `principal.id` with `OrgId::"…"`',
  },
  unconditional: {
    severity: 'error',
    says: 'a permit without conditions, beside the base permit of the federation',
    mend: 'say when it permits: in an export it opens everything to everybody',
  },
  'out-of-reach': {
    severity: 'error',
    says: 'a rule about what its layer is never asked',
    mend: 'move it to the layer or the organisation that it is about',
  },
  contradictory: {
    severity: 'error',
    says: 'conditions that no notice and no organisation can meet',
    mend: 'correct the condition that excludes the others, or remove the rule',
  },
  directory: {
    severity: 'error',
    says: 'a fault in the directory of members',
    mend: 'mend `federation/directory.yaml` at the place named',
  },
  cases: {
    severity: 'error',
    says: 'a fault in a file of cases',
    mend: 'mend `cases.yaml` at the place named: a misspelt name never fails',
  },
  invariants: {
    severity: 'error',
    says: 'a fault in the invariants',
    mend: 'mend `federation/invariants.yaml` at the place named',
  },
  approvals: {
    severity: 'error',
    says: 'a fault in the approvals of loosenings',
    mend: 'name the loosening by the id that `policy diff` prints, two people, a reason and an end',
  },
  'takes-all': {
    severity: 'warning',
    says: 'an import permit without conditions',
    mend: 'say when it permits; or say in `@keep` why everything that others let out is wanted',
  },
  dead: {
    severity: 'warning',
    says: 'a rule that never applies between the present members',
    mend: 'remove it, or say in `@keep` why it stays, as for a member to come',
  },
  shadowed: {
    severity: 'warning',
    says: 'a rule that another one of its set always makes needless',
    mend: 'remove it, or narrow the other one; or say in `@keep` why it stays',
  },
  idle: {
    severity: 'warning',
    says: 'a rule whose removal changes nothing on the examples',
    mend: 'add a case whose notice shows what it does, or remove it; or say in `@keep` why it stays',
  },
  obligation: {
    severity: 'warning',
    says: 'an obligation of one rule alone that is nearly one of several',
    mend: 'write it as the others do; or say in `@keep` that it is another one',
  },
  ended: {
    severity: 'warning',
    says: 'an approval that has ended, or ends within 7 days',
    mend: 'remove it once what it approved is in force, else have it approved until a later day',
  },
  'foreign-id': {
    severity: 'note',
    says: 'a rule whose id begins as those of another organisation do',
    mend: 'give it an id of its own organisation, or move it where it belongs',
  },
  undecided: {
    severity: 'note',
    says: 'a rule of which not everything was looked at',
    mend: 'read it yourself, or split it: it can tell apart more than is tried, or only Cedar evaluates it',
  },
  stray: {
    severity: 'warning',
    says: 'a file that nothing reads',
    mend: 'rename or remove it',
  },
} as const satisfies Readonly<Record<string, LintEntry>>;

export type Lint = keyof typeof LINTS;

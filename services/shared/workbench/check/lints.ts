/** `error` keeps the folder from loading or passing the check; `note` needs no fix. */
export type Severity = 'error' | 'warning' | 'note';

interface LintEntry {
  readonly severity: Severity;
  /** What the lint finds, in a few words. */
  readonly says: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Every kind of finding. The names are API: `policy check --json` and SARIF carry them. */
export const LINTS = {
  invalid: {
    severity: 'error',
    says: 'cannot be parsed or does not fit the schema',
    fix: 'fix the rule or the schema at the place named: nothing of the folder is loaded until then',
  },
  schema: {
    severity: 'error',
    says: 'a schema that does not fit notices, the directory or the questions',
    fix: 'change the schema at the place named: no notice can be decided on until then',
  },
  unreadable: {
    severity: 'error',
    says: 'a file that cannot be read, or is not UTF-8',
    fix: 'replace it with a readable file of UTF-8 text: nothing of the folder is loaded until then',
  },
  'no-rules': {
    severity: 'error',
    says: 'a required file of rules is missing or empty',
    fix: 'add the file: a set without rules permits nothing, and the folder is not loaded',
  },
  id: {
    severity: 'error',
    says: 'a rule without an id, or with one that is not one word',
    fix: 'give it an `@id` that is unique in the folder: decisions, cases and approvals name rules by it',
  },
  'duplicate-id': {
    severity: 'error',
    says: 'an id that another rule of the folder has',
    fix: 'give one of the two another `@id`',
  },
  reason: {
    severity: 'error',
    says: 'a rule without a reason',
    fix: 'say in `@reason`, in plain words, why: it is shown with every decision',
  },
  annotation: {
    severity: 'error',
    says: 'an unknown annotation, an obligation that is not one word, or a `@keep` without a reason',
    fix: 'use `@id`, `@reason`, `@article`, `@obligation` and `@keep`',
  },
  'unknown-word': {
    severity: 'error',
    says: 'a word that is in no vocabulary',
    fix: 'use a word of the schema; organisations and groups are those of the directory',
  },
  'open-literal': {
    severity: 'error',
    says: 'a literal of an open entity type, which never matches',
    fix: 'compare `principal.id` with `OrgId::"…"`',
  },
  'absent-attribute': {
    severity: 'error',
    says: 'a name after `has` that the schema does not declare',
    fix: 'correct the name: `has` is always false for it',
  },
  unconditional: {
    severity: 'error',
    says: 'a permit without conditions, beside the base permit of the federation',
    fix: 'say when it permits: in an export it gives every notice to every member',
  },
  'out-of-reach': {
    severity: 'error',
    says: 'a rule about a question that its layer is never asked',
    fix: 'move it to the layer or the organisation that it is about',
  },
  contradictory: {
    severity: 'error',
    says: 'conditions that no notice and no organisation can meet',
    fix: 'correct the condition that excludes the others, or remove the rule',
  },
  directory: {
    severity: 'error',
    says: 'a fault in the members or the directory',
    fix: 'fix `federation/members.yaml` or `federation/directory.yaml` at the place named',
  },
  cases: {
    severity: 'error',
    says: 'a fault in a file of cases',
    fix: 'fix `cases.yaml` at the place named: a case with a misspelt name never fails',
  },
  invariants: {
    severity: 'error',
    says: 'a fault in the invariants',
    fix: 'fix `federation/invariants.yaml` at the place named',
  },
  deadlines: {
    severity: 'error',
    says: 'a fault in the deadlines',
    fix: 'fix `federation/deadlines.yaml` at the place named: no gateway starts with it',
  },
  approvals: {
    severity: 'error',
    says: 'a fault in the approvals of loosenings',
    fix: 'name the loosening by the id that `policy diff` prints, two people, a reason and an end',
  },
  cedar: {
    severity: 'warning',
    says: 'a warning of Cedar',
    fix: 'change the rule or the schema so that Cedar has nothing to warn of',
  },
  unsupplied: {
    severity: 'warning',
    says: 'an optional attribute of the schema that is always absent',
    fix: 'remove it, unless a coming version of Liaison supplies it: `has` is false for it',
  },
  'missing-word': {
    severity: 'warning',
    says: 'a word that a notice may have and the vocabulary of the schema lacks',
    fix: 'add it to the vocabulary: what has it is denied',
  },
  'takes-all': {
    severity: 'warning',
    says: 'an import permit without conditions',
    fix: 'say when it permits; or say in `@keep` why every notice from others is wanted',
  },
  dead: {
    severity: 'warning',
    says: 'a rule that never applies between the present members',
    fix: 'remove it, or say in `@keep` why it stays, for example for a future member',
  },
  shadowed: {
    severity: 'warning',
    says: 'a rule that another rule of its set makes redundant',
    fix: 'remove it, or narrow the other one; or say in `@keep` why it stays',
  },
  idle: {
    severity: 'warning',
    says: 'a rule whose removal changes nothing on the examples',
    fix: 'add a case whose notice shows what it does, or remove it; or say in `@keep` why it stays',
  },
  obligation: {
    severity: 'warning',
    says: 'an obligation of a single rule that differs only slightly from one of several rules',
    fix: 'write it as the others do; or say in `@keep` that it is a different one',
  },
  'forbid-obligation': {
    severity: 'warning',
    says: 'an obligation of a forbid, which has no effect',
    fix: 'move it to the permit that opens what it is about, or remove it',
  },
  'advertise-obligation': {
    severity: 'warning',
    says: 'an obligation of a permit of `advertise` alone, which has no effect',
    fix: 'move it to the permit that discloses the section, or remove it',
  },
  'mixed-operators': {
    severity: 'warning',
    says: '`&&` and `||` side by side without brackets',
    fix: 'write brackets around what belongs together: `&&` binds more tightly',
  },
  'repeated-word': {
    severity: 'warning',
    says: 'a value that is in a set twice',
    fix: 'remove one of the two, or write the value that was meant',
  },
  'idle-case': {
    severity: 'warning',
    says: 'a case, or an expectation in it, that no rule of its owner can make fail',
    fix: 'correct the originator, the layer or the recipient; write `because` where the rules are not asked',
  },
  ended: {
    severity: 'warning',
    says: 'an approval that has ended, or ends within 7 days',
    fix: 'remove it once the approved change is in force, else have it approved until a later day',
  },
  'foreign-id': {
    severity: 'note',
    says: 'a rule whose id begins like those of another organisation',
    fix: 'give it an id of its own organisation, or move it where it belongs',
  },
  undecided: {
    severity: 'note',
    says: 'a rule that was only partly analysed',
    fix: 'review it by hand, or split it: it distinguishes too many questions',
  },
  'cedar-only': {
    severity: 'note',
    says: 'a rule that only Cedar evaluates, not its compiled form',
    fix: 'write it without the construct named, so that `policy diff` and `policy prove` can analyse it',
  },
  stray: {
    severity: 'warning',
    says: 'a file that nothing reads',
    fix: 'rename or remove it',
  },
} as const satisfies Readonly<Record<string, LintEntry>>;

/** The name of a kind of finding. */
export type Lint = keyof typeof LINTS;

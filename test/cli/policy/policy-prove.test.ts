import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Decision } from '../../../services/shared/policy/decision.js';
import type { Counterexample } from '../../../services/shared/workbench/space/counterexample.js';
import { type Copy, copyOfPolicies } from './copy-of-policies.js';
import { type Ran, runLine } from './run-line.js';

// Each proof of the whole folder is checked at thousands of notices.
vi.setConfig({ testTimeout: 600_000 });

interface Document {
  readonly holds: boolean;
  readonly complete: boolean;
  readonly invariants: readonly {
    readonly id: string;
    readonly holds: boolean;
    readonly size: number;
    readonly vacuous?: true;
    readonly counterexample?: Counterexample;
  }[];
}

const prove = ({ folder }: Copy, ...words: readonly string[]): Promise<Ran> =>
  runLine(['policy', 'prove', '--policies', folder, ...words]);
const documentOf = ({ stdout }: Ran): Document => JSON.parse(stdout) as Document;
const broken = (ran: Ran) => documentOf(ran).invariants.filter(({ holds }) => !holds);

/** Returns the decision of the evaluator about a counterexample, by `policy explain`. */
async function explained(copy: Copy, counterexample: Counterexample | undefined): Promise<Decision> {
  const file = join(copy.folder, 'counterexample.json');
  writeFileSync(file, JSON.stringify(counterexample));
  const { stdout } = await runLine(['policy', 'explain', file, '--policies', copy.folder, '--json']);
  return (JSON.parse(stdout) as { readonly decision: Decision }).decision;
}

const invariantsIn = ({ folder }: Copy): string => join(folder, 'federation/invariants.yaml');
const write = (copy: Copy, text: string): void => writeFileSync(invariantsIn(copy), text);

test('policy prove --json: every invariant of the shipped policies holds', async () => {
  const shipped = await prove(copyOfPolicies(), '--json');
  expect(shipped.code).toBe(0);
  expect(documentOf(shipped)).toMatchObject({ holds: true, complete: true });
  expect(documentOf(shipped).invariants.length).toBeGreaterThanOrEqual(12);
});

/** Changes of the rules of the federation: the part that each replaces, by the only invariant that the change breaks. */
const BREAKING = {
  accreditation: ['unless { principal.accreditedFor', 'unless { true || principal.accreditedFor'],
  'h2-consent': [
    'unless { resource.consents.contains(principal.id) }',
    'unless { resource.consents.contains(principal.id) || resource.tlp == Tlp::"clear" }',
  ],
  'h1-not-judicial': ['@obligation("not-for-judicial-use")\n', ''],
  minors: ['Section::"biometrics", Section::"media"', 'Section::"biometrics"'],
} as const;

/** The shipped policies with all these changes. */
function copyThatBreaks(): Copy {
  const copy = copyOfPolicies();
  for (const [part, instead] of Object.values(BREAKING)) copy.change('federation/rules.cedar', part, instead);
  return copy;
}

/** One test, as each proof of the whole folder takes many seconds. */
test('policy prove: four changed rules break one invariant each, with a counterexample that the evaluator confirms and that stays the same', {
  tags: ['long'],
}, async () => {
  const copy = copyThatBreaks();
  const ran = await prove(copy, '--json');
  expect(ran.code).toBe(1);
  expect(documentOf(ran).holds).toBe(false);
  expect(new Set(broken(ran).map(({ id }) => id))).toEqual(new Set(Object.keys(BREAKING)));
  const counterexampleOf = (id: keyof typeof BREAKING): Counterexample | undefined =>
    broken(ran).find((each) => each.id === id)?.counterexample;

  const h2 = counterexampleOf('h2-consent');
  expect(h2).toMatchObject({ section: null, header: { codes: ['H2'], tlp: 'clear', consents: [] } });
  const received = await explained(copy, h2);
  expect(received.outcome).not.toBe('denied');
  expect(received.recipient).toBe(h2?.to);

  const minors = counterexampleOf('minors');
  expect(minors).toMatchObject({ section: 'media', header: { minor: true } });
  expect((await explained(copy, minors)).sections).toContain('media');

  const h1 = counterexampleOf('h1-not-judicial');
  expect(h1).toMatchObject({ header: { codes: ['H1'] } });
  const { outcome, obligations } = await explained(copy, h1);
  expect(outcome).not.toBe('denied');
  expect(obligations).not.toContain('not-for-judicial-use');

  const again = await prove(copy);
  expect(again.code).toBe(1);
  expect(again.stdout).toContain('✗ accreditation: broken from');
  const lines = again.stdout.split('\n').filter((line) => line.startsWith('{'));
  // The same each time, and each on one line as input for `policy explain`.
  expect(lines.map((line) => JSON.parse(line) as Counterexample)).toEqual(
    broken(ran).map(({ counterexample }) => counterexample),
  );
  expect((await explained(copy, counterexampleOf('accreditation'))).outcome).not.toBe('denied');
});

test('policy prove: an invariant whose condition no notice meets fails as vacuous', {
  tags: ['long'],
}, async () => {
  const copy = copyOfPolicies();
  const when = `'resource.kind == Kind::"un-special" && resource.classification == Classification::"restricted"'`;
  write(copy, `- { id: idle, says: nothing, when: ${when}, never: receive }\n`);
  const ran = await prove(copy, '--json');
  expect(ran.code).toBe(1);
  expect(broken(ran)).toEqual([{ id: 'idle', says: 'nothing', holds: false, size: 0, vacuous: true }]);
  expect((await prove(copy)).stdout).toContain(
    '✗ idle: applies to nothing, because no notice meets its condition',
  );
});

test.each([
  [
    'a section',
    'never: { disclose: [biometric] }',
    /federation\/invariants\.yaml:1:\d+: no section `biometric`.*`biometrics`/,
  ],
  [
    'a word of the condition',
    'never: receive',
    /invariants\.yaml:1:\d+: .*`Kind::"rde"` is not in the vocabulary.*`Kind::"red"`|`red`/,
  ],
  [
    '`never` with an obligation',
    'never: { obligation: x }',
    /invariants\.yaml:1:\d+: unknown field `obligation`/,
  ],
  ['both', 'never: receive, always: receive', /expected exactly one of `never` and `always`/],
  [
    '`joining` of a prohibition',
    'never: receive, joining: [ecopol]',
    /invariants\.yaml:1:\d+: `joining` is only for an `always` that demands exchange/,
  ],
  [
    '`joining` of an obligation',
    'always: { obligation: x }, joining: [ecopol]',
    /`joining` is only for an `always` that demands exchange/,
  ],
  [
    'an id of the structure',
    'always: receive',
    /the id `own-data-only` belongs to an invariant that is always proven/,
  ],
])(
  'policy prove: an error in the file of invariants exits with 2 and its place: %s',
  async (what, demand, message) => {
    const copy = copyOfPolicies();
    const kind = what === 'a word of the condition' ? 'rde' : 'red';
    const id = what === 'an id of the structure' ? 'own-data-only' : 'one';
    write(copy, `- { id: ${id}, says: it, when: 'resource.kind == Kind::"${kind}"', ${demand} }\n`);
    const { code, stderr } = await prove(copy);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  },
);

test('policy prove: a missing file of invariants exits with 2', async () => {
  const copy = copyOfPolicies();
  rmSync(invariantsIn(copy));
  const { code, stderr } = await prove(copy);
  expect(code).toBe(2);
  expect(stderr).toContain('no `federation/invariants.yaml`');
});

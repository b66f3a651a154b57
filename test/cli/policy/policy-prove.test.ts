import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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

test('policy prove --json: all hold; with a rule that breaks one it exits with 1 and a counterexample', async () => {
  const copy = copyOfPolicies();
  const shipped = await prove(copy, '--json');
  expect(shipped.code).toBe(0);
  expect(documentOf(shipped)).toMatchObject({ holds: true, complete: true });
  expect(documentOf(shipped).invariants.length).toBeGreaterThanOrEqual(12);
  copy.change(
    'federation/rules.cedar',
    'unless { resource.consents.contains(principal.id) }',
    'unless { resource.consents.contains(principal.id) || resource.tlp == Tlp::"clear" }',
  );
  const ran = await prove(copy, '--json');
  expect(ran.code).toBe(1);
  expect(documentOf(ran).holds).toBe(false);
  const [first, ...others] = broken(ran);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ id: 'h2-consent', counterexample: { section: null } });
  expect(first?.counterexample?.header).toMatchObject({ codes: ['H2'], tlp: 'clear', consents: [] });
  const decision = await explained(copy, first?.counterexample);
  expect(decision.outcome).not.toBe('denied');
  expect(decision.recipient).toBe(first?.counterexample?.to);
});

test('policy prove: a counterexample names its section, and the evaluator discloses that section', async () => {
  const copy = copyOfPolicies();
  copy.change('federation/rules.cedar', 'Section::"biometrics", Section::"media"', 'Section::"biometrics"');
  const ran = await prove(copy, '--json');
  expect(ran.code).toBe(1);
  const minors = broken(ran).find(({ id }) => id === 'minors');
  expect(minors?.counterexample).toMatchObject({ section: 'media', header: { minor: true } });
  expect((await explained(copy, minors?.counterexample)).sections).toContain('media');
});

test('policy prove: a removed obligation breaks the invariant that requires it', async () => {
  const copy = copyOfPolicies();
  copy.change('federation/rules.cedar', '@obligation("not-for-judicial-use")\n', '');
  const ran = await prove(copy, '--json');
  expect(ran.code).toBe(1);
  const [first, ...others] = broken(ran);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ id: 'h1-not-judicial', counterexample: { header: { codes: ['H1'] } } });
  const { outcome, obligations } = await explained(copy, first?.counterexample);
  expect(outcome).not.toBe('denied');
  expect(obligations).not.toContain('not-for-judicial-use');
});

test('policy prove: an invariant whose condition no notice meets fails as vacuous', async () => {
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

test('policy prove: the counterexample is printed on one line, as input for `policy explain`', async () => {
  const copy = copyOfPolicies();
  copy.change(
    'federation/rules.cedar',
    'unless { principal.accreditedFor',
    'unless { true || principal.accreditedFor',
  );
  const { code, stdout } = await prove(copy);
  expect(code).toBe(1);
  expect(stdout).toContain('✗ accreditation: broken from');
  const line = stdout.split('\n').find((each) => each.startsWith('{')) ?? '';
  const { outcome } = await explained(copy, JSON.parse(line) as Counterexample);
  expect(outcome).not.toBe('denied');
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

test('policy prove: the counterexample is the same each time', async () => {
  const copy = copyOfPolicies();
  const text = readFileSync(invariantsIn(copy), 'utf8');
  write(copy, text.replace('never: receive', 'always: receive'));
  const [first, second] = [await prove(copy, '--json'), await prove(copy, '--json')];
  expect(first.code).toBe(1);
  const withoutTime = ({ stdout }: Ran): string => stdout.replace(/"millis": ?\d+/, '"millis":0');
  expect(withoutTime(first)).toBe(withoutTime(second));
});

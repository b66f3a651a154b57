import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runLine } from '../../../cli/policy/run-line.js';
import { adoptedFrom, edited, refusedFor } from './gate.js';
import { directoryOf, readFacts } from '../../../../services/shared/policy/facts.js';

const INVARIANTS = 'federation/invariants.yaml';

test('policy gate: a member that exchanges with nobody is adopted at once, also before the directory has it', {
  tags: ['long'],
}, async () => {
  const edit = edited();
  const add = ['policy', 'member', 'add', 'caricompol', '--agreement', 'interpol', '--policies', edit.folder];
  expect((await runLine(add)).code).toBe(0);
  expect((await edit.judge({ directory: readFacts(edit.folder) })).adopt).toBe(true);
  expect((await edit.judge()).adopt).toBe(true);
});

test('policy gate: an existing member is not exempted from an invariant without the approval of the federation', async () => {
  const edit = edited();
  edit.change(INVARIANTS, '  always: receive\n', '  joining: [ecopol]\n  always: receive\n');
  const findings = refusedFor(await edit.judge());
  expect(findings.map(({ org, message }) => `${org}: ${message}`)).toEqual([
    expect.stringMatching(
      /^federation: the invariant `sanctions-for-all` is changed without approval of `[0-9a-f]{12}`$/,
    ),
  ]);
}, 300_000);

test('policy gate: the first member of a hub is adopted, although no route shows that an invariant can apply', async () => {
  const edit = edited();
  edit.write(INVARIANTS, '[]\n');
  rmSync(join(edit.folder, 'europol/cases.yaml'));
  const first = [...readFacts(edit.folder).organisations.values()].filter(({ id }) => id === 'europol');
  const adopted = { ...adoptedFrom(edit.folder, directoryOf([])), isProven: false };
  expect((await edit.judge({ adopted, directory: directoryOf(first) })).adopt).toBe(true);
}, 300_000);

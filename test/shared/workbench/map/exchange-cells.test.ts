import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { KINDS, type Section } from '../../../../services/shared/notice/kinds.js';
import { policyNoticeOf } from '../../../../services/shared/workbench/cases/cases.js';
import { createCedarSlots } from '../../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../../services/shared/policy/compiled-engine.js';
import { ALL_LAYERS } from '../../../../services/shared/policy/layers.js';
import { createPolicy } from '../../../../services/shared/policy/plan.js';
import { createAskCells } from '../../../../services/shared/workbench/map/exchange-cells.js';
import {
  openWorkspace,
  readExample,
  type Workspace,
} from '../../../../services/shared/workbench/workspace.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { folder } from '../../../policies/sample.js';
import { alfa, bravo, charlie, facts, loadWith, rule } from '../../policy/folder.js';

function workspaceWith(files: Readonly<Record<string, string>>): Workspace {
  const sets = loadWith(files);
  return { folder: '', sets, directory: facts, engine: createCompiledEngine(sets, createCedarSlots()) };
}

describe('exchange map of the shipped policies', () => {
  const workspace = openWorkspace(folder, digest);
  const organisations = [...workspace.directory.organisations.keys()];
  const fault = (set: string): never => expect.fail(set);

  test('every cell equals the decision for its recipient', () => {
    const ask = createAskCells(workspace, fault);
    const policy = createPolicy({ ...workspace, onError: ({ set }) => fault(set) });
    for (const from of organisations) {
      for (const kind of KINDS) {
        const draft = readExample(kind);
        const sections = Object.keys(draft?.sections ?? {}) as Section[];
        const { attributes } = policyNoticeOf(from, draft?.header ?? {}, sections);
        const decisions = policy.decide({ attributes, sections, addressees: organisations });
        const states = { delivered: 'open', redacted: 'partly', denied: 'closed' } as const;
        const cells = ask(from, kind);
        expect(cells.map(({ to, state }) => [to, state])).toEqual(
          decisions.map(({ recipient, outcome }) => [recipient, states[outcome]]),
        );
        for (const [index, cell] of cells.entries()) {
          if (cell.state === 'closed') continue;
          expect([...cell.sections].toSorted()).toEqual([...(decisions[index]?.sections ?? [])].toSorted());
        }
      }
    }
  });

  test('a closed cell names exactly the layers that close it alone', () => {
    const ask = createAskCells(workspace, fault);
    const alone = ALL_LAYERS.map((layer) => ({
      layer,
      policy: createPolicy({ ...workspace, layers: [layer], onError: ({ set }) => fault(set) }),
    }));
    for (const from of organisations) {
      for (const cell of ask(from, 'red')) {
        if (cell.state !== 'closed') continue;
        const draft = readExample('red');
        const { attributes } = policyNoticeOf(from, draft?.header ?? {}, []);
        const asked = { attributes, sections: [], addressees: organisations };
        const closing = alone.filter(({ policy }) =>
          policy
            .decide(asked)
            .some(({ recipient, outcome }) => recipient === cell.to && outcome === 'denied'),
        );
        expect([cell, ...cell.also].map(({ layer }) => layer).toSorted()).toEqual(
          closing.map(({ layer }) => layer).toSorted(),
        );
      }
    }
  });
});

describe('cell of the exchange map', () => {
  const receive = 'action == Action::"receive"';

  test('it names a forbid by its id, and a layer without a permit by null', () => {
    const workspace = workspaceWith({
      'alfa/export.cedar': rule(`permit (principal, action == Action::"disclose", resource);`, 'sections'),
      'bravo/import.cedar':
        rule('permit (principal, action, resource);', 'base') +
        rule(`forbid (principal, ${receive}, resource);`, 'not-here'),
    });
    const [toBravo, toCharlie] = createAskCells(workspace, expect.fail)(alfa, 'red');
    expect(toBravo).toMatchObject({
      to: bravo,
      state: 'closed',
      layer: 'export',
      rule: null,
      also: [{ layer: 'import', rule: 'not-here' }],
    });
    expect(toCharlie).toMatchObject({ to: charlie, state: 'closed', layer: 'export', rule: null, also: [] });
  });

  test('it is `never` only when no notice of the kind is received', () => {
    const workspace = workspaceWith({
      'alfa/export.cedar':
        rule(`permit (principal, action, resource) when { resource.kind == Kind::"blue" };`, 'blue') +
        rule(
          'permit (principal, action, resource) when { resource.kind == Kind::"red" && resource.minor };',
          'minors',
        ),
    });
    const ask = createAskCells(workspace, expect.fail);
    const [red] = ask(alfa, 'red');
    expect(red).toMatchObject({ to: bravo, state: 'closed', never: false });
    const [green] = ask(alfa, 'green');
    expect(green).toMatchObject({ to: bravo, state: 'closed', never: true });
  });

  test('it gives the layer, the rule and the advertising of each withheld section', () => {
    const workspace = workspaceWith({
      'alfa/export.cedar':
        rule('permit (principal, action, resource);', 'base') +
        rule(
          'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"judicial" };',
          'no-judicial',
        ),
    });
    const [cell] = createAskCells(workspace, expect.fail)(alfa, 'red');
    expect(cell).toMatchObject({
      state: 'partly',
      withheld: [{ section: 'judicial', layer: 'export', rule: 'no-judicial', advertised: true }],
    });
  });

  test('a cell that cannot be evaluated is closed, and its set is a fault', () => {
    const workspace = workspaceWith({
      'charlie/import.cedar':
        rule('permit (principal, action, resource);', 'base') +
        rule(
          'permit (principal, action, resource) when { principal.groups.contains(Group::"south") };',
          'south',
        ),
    });
    const member = facts.organisations.get(charlie) ?? expect.fail();
    const blind = { ...member, groups: ['no-such-group'] };
    const organisations = new Map([...facts.organisations, [charlie, blind]]);
    const faults: string[] = [];
    const ask = createAskCells({ ...workspace, directory: { organisations } }, (set) => faults.push(set));
    const cell = ask(alfa, 'red').find(({ to }) => to === parseOrgId('charlie'));
    expect(cell).toMatchObject({ state: 'closed', rule: null });
    expect(faults.length).toBeGreaterThan(0);
  });
});

import { describe, expect, test } from 'vitest';
import type { PolicyNotice } from '../../../../services/shared/policy/plan.js';
import { createPolicy } from '../../../../services/shared/policy/plan.js';
import { explain } from '../../../../services/shared/workbench/explain/explain.js';
import { facts } from '../../../policies/sample.js';
import { alfa, attributes, bravo, charlie, rule } from '../../policy/folder.js';
import { workspaceOfRules } from '../workspace-of-rules.js';

const workspace = workspaceOfRules({
  'alfa/export.cedar': [
    rule(
      'permit (principal, action == Action::"receive", resource) when { resource.kind == Kind::"red" };',
      'red',
    ),
    rule(
      'permit (principal, action == Action::"receive", resource) when { resource.minor && resource.tlp == Tlp::"red" };',
      'far',
    ),
    rule(
      'permit (principal, action == Action::"receive", resource) when { resource.kind == Kind::"blue" && principal.groups.contains(Group::"north") };',
      'blue-north',
    ),
    rule(
      'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"identity" };',
      'identity',
    ),
    rule(
      'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"media" && !resource.minor };',
      'media',
    ),
    rule('permit (principal, action == Action::"advertise", resource);', 'told'),
  ].join(''),
  'charlie/import.cedar': [
    rule('permit (principal, action, resource);', 'charlie-all'),
    rule('forbid (principal, action == Action::"receive", resource) when { resource.minor };', 'no-minors'),
  ].join(''),
});
const asked = (notice: Partial<typeof attributes> = {}, more: Partial<PolicyNotice> = {}): PolicyNotice => ({
  attributes: { ...attributes, ...notice },
  sections: ['identity', 'media'],
  ...more,
});

describe('explanation of a decision', () => {
  test('it holds the decision of the router', () => {
    for (const notice of [{}, { minor: true }, { kind: 'blue' as const }, { kind: 'green' as const }]) {
      for (const recipient of [bravo, charlie]) {
        const [decision] = createPolicy(workspace).decide({ ...asked(notice), recipients: [recipient] });
        expect(explain(workspace, asked(notice), recipient).decision).toEqual(decision);
      }
    }
  });

  test('for a received notice it names the rules that opened each layer', () => {
    const { receive, sections } = explain(workspace, asked(), bravo);
    expect(receive.open).toBe(true);
    expect(receive.layers.map(({ layer, rules }) => [layer, rules.map(({ id }) => id)])).toEqual([
      ['federation', ['federation-rules-open']],
      ['export', ['red']],
      ['import', ['bravo-import-open']],
    ]);
    expect(receive.layers.flatMap(({ nearMisses }) => nearMisses)).toEqual([]);
    expect(sections.map(({ section, advertise }) => [section, advertise])).toEqual([
      ['identity', undefined],
      ['media', undefined],
    ]);
  });

  test('for a closed layer it gives the permits that nearly applied, the nearest first', () => {
    const { receive } = explain(workspace, asked({ kind: 'blue' }), charlie);
    const [, exported] = receive.layers;
    expect([receive.open, receive.layer, exported?.open]).toEqual([false, 'export', false]);
    expect(exported?.rules).toEqual([]);
    expect(exported?.nearMisses.map(({ id }) => id)).toEqual(['blue-north', 'red', 'far']);
    expect(exported?.nearMisses[0]?.conditions.map(({ holds }) => holds)).toEqual([true, false]);
  });

  test('for a layer closed by a forbid it gives that rule with its conditions', () => {
    const { receive } = explain(workspace, asked({ minor: true }), charlie);
    const closed = receive.layers.find(({ layer }) => layer === 'import');
    expect(closed?.rules).toMatchObject([
      { id: 'no-minors', effect: 'forbid', conditions: [{ holds: true }] },
    ]);
    expect(closed?.nearMisses).toEqual([]);
  });

  test('for a withheld section it gives only permits that can apply to it, and whether it is advertised', () => {
    const { sections } = explain(workspace, asked({ minor: true }), bravo);
    const media = sections.find(({ section }) => section === 'media');
    const exported = media?.disclose.layers.find(({ layer }) => layer === 'export');
    expect(exported?.nearMisses.map(({ id }) => id)).toEqual(['media']);
    expect(media?.advertise?.open).toBe(true);
    expect(media?.advertise?.layers.map(({ layer }) => layer)).toEqual(['federation', 'export']);
  });

  test('it gives a reason that applies before any rule, and what the rules would decide', () => {
    const excluded = explain(workspace, asked({}, { excluded: [bravo] }), bravo);
    expect(excluded.decision.because).toBe('excluded');
    expect(excluded.receive.open).toBe(true);
    const listed = asked({ audience: 'listed' }, { addressees: [charlie] });
    expect(explain(workspace, listed, bravo).decision.because).toBe('not-addressed');
  });

  test('with H3 it gives whether the text of the restriction is disclosed', () => {
    const { decision, receive, restriction } = explain(workspace, asked({ codes: ['H3'] }), bravo);
    expect([decision.outcome, receive.open, restriction?.open]).toEqual(['denied', true, false]);
    expect(explain(workspace, asked(), bravo).restriction).toBeUndefined();
  });

  test('it leaves out consents for non-members, as the router does', () => {
    const strangers = asked({ consents: [...facts.organisations.keys()] });
    expect(explain(workspace, strangers, bravo).receive.layers.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('it is refused for a non-member, and for the originator as recipient', () => {
    expect(() => explain(workspace, asked(), 'barvo' as typeof bravo)).toThrow('did you mean `bravo`');
    expect(() => explain(workspace, asked(), alfa)).toThrow('`alfa` is the originator');
  });
});
